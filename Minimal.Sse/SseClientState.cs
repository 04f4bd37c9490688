namespace Minimal.Sse;

/// <summary>What an <see cref="SseClient"/> is doing, with the numbers of an EventSource's <c>readyState</c> (HTML §9.2.2).</summary>
public enum SseClientState
{
    /// <summary>It is about to connect, connecting, or waiting until it connects again.</summary>
    Connecting = 0,

    /// <summary>A stream is open.</summary>
    Open = 1,

    /// <summary>It does not connect any more.</summary>
    Closed = 2,
}
