namespace Minimal.Sse;

/// <summary>How an <see cref="SseClient"/> behaves: as an EventSource does, unless it is told otherwise. Immutable.</summary>
public sealed record SseClientOptions
{
    /// <summary>The defaults named at each property.</summary>
    public static SseClientOptions Default { get; } = new();

    /// <summary>The method of the request, GET.</summary>
    public HttpMethod Method { get; init; } = HttpMethod.Get;

    /// <summary>
    /// Makes the body of a request, anew for each: as the APIs of models want it, with POST. Null, the default, sends none.
    /// </summary>
    public Func<HttpContent>? Content { get; init; }

    /// <summary>Has the last word on each request, for Authorization and the like. Null by default.</summary>
    public Action<HttpRequestMessage>? Prepare { get; init; }

    /// <summary>
    /// Whether to connect again when a stream ends or is lost. Null, the default: with GET yes, with any other method no, for to ask again may
    /// do something again (RFC 9110 §9.2.2).
    /// </summary>
    public bool? Reconnect { get; init; }

    /// <summary>
    /// Whether 429 and 5xx are taken as passing: then the client waits, as long as Retry-After says at least, and tries again. False by default:
    /// to an EventSource any status but 200 is final.
    /// </summary>
    public bool RetryErrors { get; init; }

    /// <summary>How long to wait before connecting again until a stream says otherwise, 3 s as in Chromium.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan ReconnectionTime
    {
        get;
        init => field = NotNegative(value);
    } = TimeSpan.FromSeconds(3);

    /// <summary>The least that is waited, whatever a stream says, 100 ms.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan MinReconnectionTime
    {
        get;
        init => field = NotNegative(value);
    } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// With each failure in a row the wait doubles, up to this, 60 s; it is by chance up to a third shorter, but never shorter than the
    /// reconnection time. A stream that opens ends the row.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan MaxBackOff
    {
        get;
        init => field = NotNegative(value);
    } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// After how long without a byte a stream counts as lost; comments count as life. Infinite by default, as in browsers; three times the
    /// server's heartbeat is a good choice (45 s for <see cref="SseStream"/>), for a peer whose network went away says nothing.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or negative, and not infinite.</exception>
    public TimeSpan Inactivity
    {
        get;
        init
        {
            if (value != Timeout.InfiniteTimeSpan) ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = Timeout.InfiniteTimeSpan;

    /// <summary>The ID to go on from; empty, the default, for none.</summary>
    public string LastEventId { get; init; } = "";

    /// <summary>How much of a stream is held, and the longest reconnection time that a server can ask for.</summary>
    public SseLimits Limits { get; init; } = SseLimits.Default;

    /// <summary>
    /// Called when a stream opens, when one is lost or an attempt fails, each time, and at the end: an EventSource's <c>open</c> and
    /// <c>error</c> events. The exception says why; it is null with <see cref="SseClientState.Open"/> and at an end that was wanted.
    /// Called by whoever waits for the next event, before it comes.
    /// </summary>
    public Action<SseClientState, SseClientException?>? StateChanged { get; init; }

    /// <summary>The clock of all waiting; the system's by default.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where chance comes from.</summary>
    internal Random Random { get; init; } = Random.Shared;

    /// <summary>Whether the client connects again.</summary>
    internal bool Reconnects => Reconnect ?? Method == HttpMethod.Get;

    private static TimeSpan NotNegative(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        return value;
    }
}
