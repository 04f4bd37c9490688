using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Testing;

public sealed class ManualTimeTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly ManualTime _time = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void The_clock_stands_still_until_it_is_turned()
    {
        DateTimeOffset start = _time.GetUtcNow();
        long stamp = _time.GetTimestamp();
        Assert.Equal(start, _time.GetUtcNow());

        _time.Advance(Second);

        Assert.Equal(start + Second, _time.GetUtcNow());
        Assert.Equal(Second, _time.GetElapsedTime(stamp));
    }

    [Fact]
    public void Timers_fire_in_the_order_of_their_due_times_each_at_its_own()
    {
        DateTimeOffset start = _time.GetUtcNow();
        Arm("late", 3 * Second);
        Arm("early", Second);
        Arm("also late", 3 * Second);

        _time.Advance(2 * Second);
        Assert.Equal([$"early {start + Second:O}"], _fired);

        _time.Advance(2 * Second);
        Assert.Equal([$"late {start + (3 * Second):O}", $"also late {start + (3 * Second):O}"], _fired[1..]);
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public void A_timer_that_is_due_at_once_fires_at_a_turn_of_zero()
    {
        Arm("now", TimeSpan.Zero);
        Assert.Empty(_fired);

        _time.Advance(TimeSpan.Zero);
        Assert.Single(_fired);
    }

    [Fact]
    public void A_periodic_timer_fires_once_for_each_period_on_the_way()
    {
        using ITimer timer = _time.CreateTimer(_ => _fired.Add("tick"), null, Second, 2 * Second);
        _time.Advance(6 * Second);
        Assert.Equal(3, _fired.Count);
        Assert.Equal(1, _time.ArmedTimers);
    }

    [Fact]
    public void A_callback_may_turn_the_clock_and_it_never_goes_back()
    {
        DateTimeOffset start = _time.GetUtcNow();
        using ITimer timer = _time.CreateTimer(_ => _time.Advance(5 * Second), null, Second, Timeout.InfiniteTimeSpan);
        Arm("on the way", 4 * Second);

        _time.Advance(2 * Second);

        Assert.Equal([$"on the way {start + (4 * Second):O}"], _fired);
        Assert.Equal(start + (6 * Second), _time.GetUtcNow());
    }

    [Fact]
    public void A_callback_may_arm_its_own_timer_again()
    {
        ITimer? timer = null;
        timer = _time.CreateTimer(_ => Again(), null, Second, Timeout.InfiniteTimeSpan);

        _time.Advance(3 * Second);
        Assert.Equal(3, _fired.Count);

        void Again()
        {
            _fired.Add("again");
            timer!.Change(Second, Timeout.InfiniteTimeSpan);
        }
    }

    [Fact]
    public void A_disposed_timer_does_not_fire_and_cannot_be_armed()
    {
        ITimer timer = Arm("never", Second);
        timer.Dispose();
        Assert.False(timer.Change(Second, Second));

        _time.Advance(2 * Second);
        Assert.Empty(_fired);
    }

    [Fact]
    public async Task Delays_of_the_framework_wait_on_it()
    {
        Task delay = Task.Delay(Second, _time);
        _time.Advance(Second - TimeSpan.FromTicks(1));
        Assert.False(delay.IsCompleted);

        _time.Advance(TimeSpan.FromTicks(1));
        await delay;
    }

    private ITimer Arm(string name, TimeSpan due) => _time.CreateTimer(_ => _fired.Add($"{name} {_time.GetUtcNow():O}"), null, due, Timeout.InfiniteTimeSpan);
}
