namespace Minimal.Sse;

/// <summary>How long a client waits before it connects again (HTML §9.2.3).</summary>
internal static class BackOff
{
    // The longest that a timer waits.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>
    /// The reconnection time, doubled with each failure up to a bound, and up to half as much again: so that clients who were cut together
    /// do not come back together. From one failure to the next it does not decrease until it reaches the bound.
    /// </summary>
    /// <param name="reconnection">What the stream asked for, or the default.</param>
    /// <param name="failures">Attempts in a row that opened no stream; 0 behind one that did.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="chance">From 0 to 1.</param>
    public static TimeSpan After(TimeSpan reconnection, int failures, SseClientOptions options, double chance)
    {
        TimeSpan least = Clamp(reconnection, options.MinReconnectionTime, Longest);
        TimeSpan most = least * 1.5;
        TimeSpan bound = Clamp(options.MaxBackOff, most, Longest * 1.5);
        for (int i = 0; i < failures && most < bound; i++) most *= 2;
        if (most > bound) most = bound;
        return Clamp((most / 1.5) + (most / 3 * chance), least, Longest);
    }

    /// <summary>No longer than a timer can wait.</summary>
    public static TimeSpan Clamp(TimeSpan wait) => Clamp(wait, TimeSpan.Zero, Longest);

    private static TimeSpan Clamp(TimeSpan time, TimeSpan least, TimeSpan most)
    {
        if (time < least) time = least;
        return time < most ? time : most;
    }
}
