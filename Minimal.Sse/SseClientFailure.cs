namespace Minimal.Sse;

/// <summary>Why an <see cref="SseClient"/> has no stream.</summary>
public enum SseClientFailure
{
    /// <summary>
    /// The server was not reached, the connection was lost, or nothing came for too long. A client that reconnects does so; one that does not
    /// throws it when a stream was cut short.
    /// </summary>
    Lost,

    /// <summary>The stream came to its proper end. A client that reconnects does so; it is never thrown.</summary>
    Ended,

    /// <summary>The status was not 200 (HTML §9.2.2).</summary>
    Status,

    /// <summary>The response was no <c>text/event-stream</c> (HTML §9.2.2).</summary>
    ContentType,

    /// <summary>The stream went beyond <see cref="SseLimits"/>; another try would do so again.</summary>
    TooLong,

    /// <summary>
    /// The last event ID is not ASCII, and the client's handler does not send fields as UTF-8: take one from <see cref="SseClient.CreateHandler"/>.
    /// </summary>
    UnsendableId,
}
