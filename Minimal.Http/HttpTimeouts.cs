namespace Minimal.Http;

/// <summary>
/// How long the server waits for what. Each is kept to within a tenth of a second. <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.
/// </summary>
public sealed record HttpTimeouts
{
    /// <summary>The defaults named at each property.</summary>
    public static HttpTimeouts Default { get; } = new();

    /// <summary>For the next request on an open connection, 130 s: Kestrel's number, above the 60 s and 100 s of common proxies.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>From the first byte of a head to its last, 30 s: Kestrel's number. No byte extends it. Beyond: 408.</summary>
    public TimeSpan Head { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Bytes per second that a request's body must come at while the handler waits for it, 240: Kestrel's number. 0 accepts any. Beyond
    /// <see cref="RateGrace"/>: 408.
    /// </summary>
    public int MinRequestBodyRate { get; init; } = 240;

    /// <summary>
    /// Bytes per second that a client must take of what is sent to it, 240: Kestrel's number. 0 accepts any. One that takes nothing is aborted after
    /// <see cref="RateGrace"/> and the time that a piece of 4 KiB, by which progress is seen, takes at this rate: 22 s.
    /// </summary>
    public int MinResponseRate { get; init; } = 240;

    /// <summary>How long the rates may not be kept, 5 s: Kestrel's number.</summary>
    public TimeSpan RateGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long running exchanges have when the server stops, 15 s: Bandit's number. Beyond, they are aborted.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a connection whose last response is sent is still read, so that the client gets that response and no reset, 5 s: nginx's
    /// number (RFC 9112 §9.6).
    /// </summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(5);
}
