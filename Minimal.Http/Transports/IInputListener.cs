namespace Minimal.Http.Transports;

/// <summary>Somebody who is to know when there is something to read, or when the connection is over.</summary>
internal interface IInputListener
{
    /// <summary>There may be something now. On any thread, perhaps too often; it must be short and not throw.</summary>
    void OnInput();
}
