namespace Minimal.Http;

/// <summary>Why a connection ended: one list for all transports, for logs and metrics. A connection ends for one reason, the first.</summary>
public enum ConnectionEnd
{
    /// <summary>It has not ended.</summary>
    None,

    /// <summary>The client closed between two requests.</summary>
    ClosedByClient,

    /// <summary>The client asked for it with <c>Connection: close</c>, or spoke HTTP/1.0 (RFC 9112 §9.3).</summary>
    CloseRequested,

    /// <summary>The handler asked for it.</summary>
    CloseByHandler,

    /// <summary>It carried as many requests as <c>HttpLimits.MaxRequestsPerConnection</c>.</summary>
    MaxRequests,

    /// <summary>The response had to end with the connection, or the request's body was too long to be thrown away.</summary>
    Unframed,

    /// <summary>No request came in time.</summary>
    IdleTimeout,

    /// <summary>A head was not complete in time (408).</summary>
    HeadTimeout,

    /// <summary>A body came too slowly (408).</summary>
    BodyTimeout,

    /// <summary>The client took the response too slowly.</summary>
    ResponseTimeout,

    /// <summary>The client ended in the middle of a request.</summary>
    Incomplete,

    /// <summary>A rule was broken; the rule says which.</summary>
    Refused,

    /// <summary>The client vanished: a reset, or a write that failed.</summary>
    Reset,

    /// <summary>The client closed its side while a handler waited that takes this for leaving.</summary>
    Left,

    /// <summary>The handler failed when its response had begun.</summary>
    HandlerFailed,

    /// <summary>The handler aborted it.</summary>
    AbortedByHandler,

    /// <summary>The server holds too many connections.</summary>
    TooManyConnections,

    /// <summary>The server stops, and the connection had nothing under way.</summary>
    Drained,

    /// <summary>The server stops, and the exchange was not done within the drain time.</summary>
    DrainTimeout,

    /// <summary>The protocol that took over has ended properly.</summary>
    UpgradeEnded,

    /// <summary>The peer of a protocol that took over gave no sign of life, or did not take part in ending it.</summary>
    Unresponsive,
}
