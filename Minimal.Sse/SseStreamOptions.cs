namespace Minimal.Sse;

/// <summary>How an <see cref="SseStream"/> behaves. Immutable, so one instance can serve every stream.</summary>
public sealed record SseStreamOptions
{
    /// <summary>The defaults named at each property.</summary>
    public static SseStreamOptions Default { get; } = new();

    /// <summary>
    /// How long nothing is sent before a comment line is, 15 s: the standard's own number (HTML §9.2.7), below the 60 s at which
    /// common proxies cut. Kept to within a tenth of a second. <see cref="Timeout.InfiniteTimeSpan"/> sends none.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or negative, and not infinite.</exception>
    public TimeSpan Heartbeat
    {
        get;
        init => field = Positive(value);
    } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The reconnection time that a client is told first of all, 3 s: Chromium's own, so that all browsers have the same. Null leaves
    /// the client its own, and a comment goes first.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan? Retry
    {
        get;
        init
        {
            if (value is { } retry) ArgumentOutOfRangeException.ThrowIfLessThan(retry, TimeSpan.Zero, nameof(value));
            field = value;
        }
    } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long a comment to begin with, in bytes, for whoever waits for a buffer to fill: old browsers and their polyfills want 2048.
    /// 0, the default, sends none.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is not 0, and less than the 3 bytes of an empty comment.</exception>
    public int PaddingBytes
    {
        get;
        init
        {
            if (value != 0) ArgumentOutOfRangeException.ThrowIfLessThan(value, 3);
            field = value;
        }
    }

    /// <summary>
    /// How old a stream gets before it ends, so that clients spread anew over the servers; infinite by default. The connection closes with it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or negative, and not infinite.</exception>
    public TimeSpan MaxAge
    {
        get;
        init => field = Positive(value);
    } = Timeout.InfiniteTimeSpan;

    /// <summary>How many bytes of events a stream carries before it ends; no limit by default. The connection closes with it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is zero or negative.</exception>
    public long MaxBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = long.MaxValue;

    /// <summary>
    /// The shortest time after which a client comes back when the server ends the stream (it stops, or the stream is too old or too long), 1 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan ReturnAfter
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Each client is given a time of its own, by chance up to this much longer than <see cref="ReturnAfter"/>, 4 s: so that they do not
    /// all come back at once.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan ReturnSpread
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(4);

    /// <summary>
    /// How much may wait for a client that takes less than is sent to it by senders who do not wait, 1 MiB: Centrifugo's number. Beyond, the
    /// connection is aborted; the client comes back with the last ID that it got.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is zero or negative.</exception>
    public int MaxWaitingBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 1024 * 1024;

    /// <summary>
    /// Whether the stream goes without chunks and ends with the connection, for what stands in between and holds chunks back (HTML §9.2.7).
    /// False by default.
    /// </summary>
    public bool CloseDelimited { get; init; }

    /// <summary>Where chance comes from.</summary>
    internal Random Random { get; init; } = Random.Shared;

    /// <summary>Whether streams end of themselves.</summary>
    internal bool IsBounded => MaxAge != Timeout.InfiniteTimeSpan || MaxBytes != long.MaxValue;

    /// <summary>A time to come back after, for one client.</summary>
    internal TimeSpan NextReturn() => ReturnAfter + (ReturnSpread * Random.NextDouble());

    private static TimeSpan Positive(TimeSpan value)
    {
        if (value != Timeout.InfiniteTimeSpan) ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
        return value;
    }
}
