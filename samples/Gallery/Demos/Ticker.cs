using Minimal.Http;

namespace Minimal.Gallery.Demos;

/// <summary>Something that happens at every full second, from the one of the first visit until the server stops. Thread-safe.</summary>
/// <param name="onSecond">Called with that second, in the server's own time zone; one call at a time.</param>
internal sealed class Ticker(Func<DateTimeOffset, ValueTask> onSecond)
{
    // Who slept for longer has nobody who waits for those seconds.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    private int _isStarted;

    /// <summary>Sees to it that it goes on from now.</summary>
    public void Start(HttpExchange visit)
    {
        if (Interlocked.Exchange(ref _isStarted, 1) == 0) _ = RunAsync(visit.Time, visit.Draining);
    }

    private async Task RunAsync(TimeProvider time, CancellationToken stop)
    {
        DateTimeOffset second = time.GetLocalNow();
        second = second.AddTicks(-(second.Ticks % TimeSpan.TicksPerSecond));
        await onSecond(second);
        while (!stop.IsCancellationRequested)
        {
            // The next one by count, not by the clock: a timer that is a little early would show the same second again.
            second = second.AddSeconds(1);
            TimeSpan left = second - time.GetLocalNow();
            if (left < -LongestDelay) second -= left;
            if (left > TimeSpan.Zero) await Task.Delay(left, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stop.IsCancellationRequested) await onSecond(second);
        }
    }
}
