namespace Minimal.Sse;

/// <summary>
/// How much of an event stream a parser holds. The standard sets no bounds; a stream that goes beyond one is refused with the
/// rule that the property names. Immutable, so one instance can serve every parser.
/// </summary>
public sealed record SseLimits
{
    /// <summary>The defaults named at each property.</summary>
    public static SseLimits Default { get; } = new();

    /// <summary>A line in bytes, without its end, 1 MiB: as an event, which may be a single line. Beyond: <see cref="SseRules.LineTooLong"/>.</summary>
    public int MaxLineBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// The data of one event in bytes, each of its lines with one LF, 1 MiB: what the websockets library for Python takes
    /// for a message. Beyond: <see cref="SseRules.EventTooLong"/>.
    /// </summary>
    public int MaxEventBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// The longest reconnection time that a server can ask for, 2³¹ − 1 ms (24.8 days): the longest that a browser's timers
    /// wait. What is longer counts as this; no rule is broken. Not negative.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan MaxReconnectionTime
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>
    /// The most that a parser can take in memory: an unfinished line, the data, a type, and an ID twice, each in a buffer that
    /// grows by doubling.
    /// </summary>
    public long MaxBufferedBytes => 2 * ((4L * MaxLineBytes) + MaxEventBytes);
}
