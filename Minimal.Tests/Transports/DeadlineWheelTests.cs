using Minimal.Http.Transports;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Transports;

public sealed class DeadlineWheelTests : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly ManualTime _time = new();
    private readonly DeadlineWheel _wheel;

    public DeadlineWheelTests() => _wheel = new DeadlineWheel(_time);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(30_000)]
    [InlineData(51_200)]
    [InlineData(51_300)]
    [InlineData(130_000)]
    [InlineData(86_400_000)]
    public void Fires_once_and_within_a_tick(int milliseconds)
    {
        var deadline = new ManualDeadline(_wheel);
        _time.Advance(TimeSpan.FromMilliseconds(37));
        deadline.Set(TimeSpan.FromMilliseconds(milliseconds));

        _time.Advance(TimeSpan.FromMilliseconds(milliseconds) - TimeSpan.FromTicks(1) is { Ticks: > 0 } before ? before : TimeSpan.Zero);
        Assert.Equal(0, deadline.Fired);
        _time.Advance(Tick + TimeSpan.FromTicks(1));
        Assert.Equal(1, deadline.Fired);
        Assert.Equal((true, false), deadline.Seen);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, deadline.Fired);
    }

    [Fact]
    public void Nothing_ticks_when_nothing_is_set()
    {
        Assert.Equal(0, _time.ArmedTimers);
        var deadline = new ManualDeadline(_wheel);
        deadline.Set(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _time.ArmedTimers);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, deadline.Fired);
        Assert.Equal(0, _time.ArmedTimers);
        Assert.Equal(0, _wheel.Count);
    }

    [Fact]
    public void Cleared_ones_leave_with_their_slot_and_nothing_ticks_after()
    {
        var deadline = new ManualDeadline(_wheel);
        deadline.Set(TimeSpan.FromSeconds(1));
        deadline.Clear();
        Assert.False(deadline.IsSet);
        Assert.Equal(1, _wheel.Count);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((0, 0, 0), (deadline.Fired, _wheel.Count, _time.ArmedTimers));
    }

    [Fact]
    public void Removed_ones_leave_at_once()
    {
        var deadline = new ManualDeadline(_wheel);
        deadline.Set(TimeSpan.FromSeconds(1));
        deadline.Remove();
        Assert.Equal(0, _wheel.Count);
        deadline.Set(TimeSpan.FromSeconds(3));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, deadline.Fired);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, deadline.Fired);
    }

    [Fact]
    public void Putting_off_moves_nothing()
    {
        var deadline = new ManualDeadline(_wheel);
        deadline.Set(TimeSpan.FromSeconds(1));
        long slot = deadline.ScheduledTick;
        for (int i = 0; i < 10; i++)
        {
            deadline.Set(TimeSpan.FromSeconds(2 + i));
            Assert.Equal(slot, deadline.ScheduledTick);
        }

        // It moves when its slot comes round, and then to where it belongs.
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEqual(slot, deadline.ScheduledTick);
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(0, deadline.Fired);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(1, deadline.Fired);
    }

    [Fact]
    public void Bringing_forward_counts_at_once()
    {
        var deadline = new ManualDeadline(_wheel);
        deadline.Set(TimeSpan.FromHours(1));
        deadline.Set(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal(1, deadline.Fired);
    }

    [Fact]
    public void A_long_wait_costs_few_turns()
    {
        // One turn of the wheel takes 51.2 s: nobody is woken for what lies beyond it more often than that.
        var deadline = new ManualDeadline(_wheel);
        _time.Advance(TimeSpan.FromHours(1));
        deadline.Set(TimeSpan.FromSeconds(130));
        int turns = 0;
        for (int i = 0; i < 1290; i++)
        {
            bool wasArmed = _time.ArmedTimers == 1;
            Assert.True(wasArmed);
            long slot = deadline.ScheduledTick;
            _time.Advance(Tick);
            if (deadline.ScheduledTick != slot) turns++;
        }

        Assert.Equal((0, 0), (turns, deadline.Fired));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, deadline.Fired);
    }

    [Fact]
    public void For_ever_clears_and_the_longest_time_is_no_overflow()
    {
        var deadline = new ManualDeadline(_wheel);
        deadline.Set(TimeSpan.FromSeconds(1));
        deadline.Set(Timeout.InfiniteTimeSpan);
        Assert.False(deadline.IsSet);
        deadline.Set(TimeSpan.MaxValue);
        Assert.True(deadline.IsSet);
        Assert.False(deadline.IsDue);
        _time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(0, deadline.Fired);
    }

    [Fact]
    public void What_fires_can_set_itself_and_others()
    {
        var other = new ManualDeadline(_wheel);
        var deadline = new ManualDeadline(_wheel, self =>
        {
            other.Set(TimeSpan.FromSeconds(1));
            self.Set(TimeSpan.FromSeconds(1));
        });
        deadline.Set(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.InRange(deadline.Fired, 9, 10);
        Assert.InRange(other.Fired, 0, 9);
    }

    [Fact]
    public void Setting_one_that_is_about_to_fire_loses_no_other()
    {
        // All stand in one slot; the first to fire sets the others, so that they enter a slot again while they wait to be told.
        var all = new List<ManualDeadline>();
        bool isFirst = true;
        for (int i = 0; i < 5; i++)
        {
            all.Add(new ManualDeadline(_wheel, self =>
            {
                if (!isFirst) return;
                isFirst = false;
                foreach (ManualDeadline each in all) each.Set(TimeSpan.FromSeconds(5));
            }));
        }

        foreach (ManualDeadline each in all) each.Set(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.All(all, each => Assert.Equal(1, each.Fired));
        Assert.Equal(4, all.Count(each => each.Seen == (false, true)));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.All(all, each => Assert.Equal(2, each.Fired));
        Assert.Equal(0, _wheel.Count);
    }

    [Fact]
    public void Renewing_gives_way_to_who_set_or_cleared_it()
    {
        var deadline = new ManualDeadline(_wheel, self => Assert.True(self.Renew(TimeSpan.FromSeconds(1))));
        Assert.False(deadline.Renew(TimeSpan.FromSeconds(1)));
        deadline.Set(TimeSpan.FromSeconds(1));
        Assert.False(deadline.Renew(TimeSpan.FromSeconds(9)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((1, true, false), (deadline.Fired, deadline.IsSet, deadline.IsDue));
        deadline.Clear();
        Assert.False(deadline.Renew(TimeSpan.FromSeconds(1)));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, deadline.Fired);
    }

    public void Dispose() => _wheel.Dispose();
}
