namespace Minimal.WebSocket;

/// <summary>
/// What happens to a client that was up to date and falls so far behind that its topic has no framed bytes for it any more; one that filters, or
/// reads a compacted topic, has none anyway, and falls behind when the topic has let messages go that it did not get.
/// </summary>
public enum SlowClient
{
    /// <summary>It gets what the topic still has, and is told of the gap: nothing is lost that could be had.</summary>
    CatchUp,

    /// <summary>It is told of a gap, and goes on with what is newest.</summary>
    Skip,

    /// <summary>Its connection is closed with 1013; it may come back.</summary>
    Close,
}

/// <summary>How a topic is brought over WebSocket. Immutable.</summary>
public sealed record TopicWebSocketOptions
{
    /// <summary>The subprotocol of clients that want the data alone, without ids: <c>minimal.raw</c>.</summary>
    public const string RawProtocol = "minimal.raw";

    /// <summary>
    /// The terms of the connection; the topic adds its subprotocol. With <see cref="WebSocketOptions.Deflate"/> each message is compressed once
    /// for all: every client that agrees to compression also agrees to <c>server_no_context_takeover</c>, so the connections hold
    /// no compressor; the topic keeps a second log. Which pages may connect is said by <see cref="WebSocketOptions.Origins"/>: CORS, which the endpoint
    /// has for its other transports, does not hold back a WebSocket.
    /// </summary>
    public WebSocketOptions Connection { get; init; } = WebSocketOptions.Default;

    /// <summary>What happens to a client that cannot keep up; it catches up unless set.</summary>
    public SlowClient SlowClient { get; init; }
}
