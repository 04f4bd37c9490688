using System.Threading.Channels;
using Minimal.Testing;

namespace Minimal.Tests.Sse;

/// <summary>A clock that stands still, and tells for how long somebody begins to wait.</summary>
internal sealed class WaitingTime : TimeProvider
{
    private readonly ManualTime _time = new();
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

    public override long TimestampFrequency => _time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

    public override long GetTimestamp() => _time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = _time.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero) _waits.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Turns the clock on.</summary>
    public void Advance(TimeSpan by) => _time.Advance(by);

    /// <summary>The next wait that begins.</summary>
    public Task<TimeSpan> NextAsync(CancellationToken cancellation = default) =>
        _waits.Reader.ReadAsync(cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(30), cancellation);

    /// <summary>Lets the next wait that begins pass, and says how long it was.</summary>
    public async Task<TimeSpan> PassAsync()
    {
        TimeSpan wait = await NextAsync();
        Advance(wait);
        return wait;
    }
}
