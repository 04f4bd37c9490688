namespace Minimal.Http;

/// <summary>Somebody who is to know when the peer has vanished.</summary>
internal interface IPeerListener
{
    /// <summary>The peer has vanished, or the connection was aborted. On any thread, perhaps more than once; it must be short and not throw.</summary>
    void OnPeerGone();
}
