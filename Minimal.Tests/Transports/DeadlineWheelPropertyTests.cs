using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Transports;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Transports;

public sealed class DeadlineWheelPropertyTests
{
    private const int Entries = 5;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>What is done to the wheel, or to one of its entries.</summary>
    public enum Act
    {
        Set,
        Clear,
        Remove,
        Advance,
    }

    public static Arbitrary<Step[]> Steps() => Arb.From(
        Gen.Choose(1, 60).SelectMany(count => Gen.ArrayOf(AnyStep(), count)),
        steps => Enumerable.Range(0, steps.Length).Select(at => steps.Where((_, index) => index != at).ToArray()));

    [Property(Tests = 500, Arbitraries = [typeof(DeadlineWheelPropertyTests)])]
    public void Fires_what_a_list_of_due_times_would_fire(Step[] steps)
    {
        var time = new ManualTime();
        using var wheel = new DeadlineWheel(time);
        ManualDeadline[] deadlines = [.. Enumerable.Range(0, Entries).Select(_ => new ManualDeadline(wheel))];
        var model = new Model();
        foreach (Step step in steps)
        {
            switch (step.Act)
            {
                case Act.Set:
                    deadlines[step.Entry].Set(step.Time);
                    break;
                case Act.Clear:
                    deadlines[step.Entry].Clear();
                    break;
                case Act.Remove:
                    deadlines[step.Entry].Remove();
                    break;
                default:
                    time.Advance(step.Time);
                    break;
            }

            model.Take(step, [.. deadlines.Select(deadline => deadline.Fired)]);
        }

        // In the end all that is set fires, and nothing ticks any more.
        time.Advance(TimeSpan.FromDays(1));
        model.Take(new Step(Act.Advance, 0, TimeSpan.FromDays(1)), [.. deadlines.Select(deadline => deadline.Fired)]);
        Assert.Equal((0, 0), (wheel.Count, time.ArmedTimers));
    }

    [Fact]
    public void Loses_nothing_and_fires_nothing_twice_when_many_threads_set_and_clear()
    {
        const int Threads = 4, Each = 50, Rounds = 400;
        var time = new ManualTime();
        using var wheel = new DeadlineWheel(time);
        ManualDeadline[] deadlines = [.. Enumerable.Range(0, Threads * Each).Select(_ => new ManualDeadline(wheel))];
        int running = Threads;
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(thread => new Thread(() => Stir(deadlines, thread)))];
        foreach (Thread thread in threads) thread.Start();
        while (Volatile.Read(ref running) > 0) time.Advance(Tick);
        foreach (Thread thread in threads) thread.Join();

        // Each is set once more now, and all must come, once.
        foreach (ManualDeadline deadline in deadlines) deadline.Clear();
        time.Advance(TimeSpan.FromMinutes(5));
        int[] before = [.. deadlines.Select(deadline => deadline.Fired)];
        foreach (ManualDeadline deadline in deadlines) deadline.Set(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.All(deadlines.Zip(before), pair => Assert.Equal(pair.Second + 1, pair.First.Fired));
        Assert.Equal((0, 0), (wheel.Count, time.ArmedTimers));

        void Stir(ManualDeadline[] all, int seed)
        {
            var random = new Random(seed);
            for (int i = 0; i < Rounds * Each; i++)
            {
                ManualDeadline deadline = all[random.Next(all.Length)];
                int what = random.Next(8);
                if (what == 0) deadline.Clear();
                else if (what == 1) deadline.Remove();
                else deadline.Set(TimeSpan.FromMilliseconds(random.Next(2000)));
            }

            Interlocked.Decrement(ref running);
        }
    }

    private static Gen<Step> AnyStep() =>
        from act in Gen.Frequency((5, Gen.Constant(Act.Set)), (1, Gen.Constant(Act.Clear)), (1, Gen.Constant(Act.Remove)), (4, Gen.Constant(Act.Advance)))
        from entry in Gen.Choose(0, Entries - 1)
        from time in Gen.OneOf(Gen.Choose(0, 400), Gen.Choose(0, 5_000), Gen.Choose(0, 200_000))
        select new Step(act, entry, TimeSpan.FromMilliseconds(time));

    /// <summary>One step of a schedule.</summary>
    public sealed record Step(Act Act, int Entry, TimeSpan Time);

    /// <summary>The slow twin: due times, looked at after each step. An entry must have fired a tick after its time, and must not before it.</summary>
    private sealed class Model
    {
        private readonly TimeSpan?[] _due = new TimeSpan?[Entries];
        private readonly int[] _fired = new int[Entries];
        private TimeSpan _now;

        public void Take(Step step, int[] fired)
        {
            if (step.Act == Act.Advance) _now += step.Time;
            for (int at = 0; at < Entries; at++) Look(at, fired[at]);
            if (step.Act == Act.Set) _due[step.Entry] = _now + step.Time;
            if (step.Act is Act.Clear or Act.Remove) _due[step.Entry] = null;
        }

        private void Look(int at, int fired)
        {
            bool may = _due[at] <= _now, must = _due[at] + Tick <= _now;
            Assert.InRange(fired - _fired[at], must ? 1 : 0, may ? 1 : 0);
            if (fired > _fired[at]) _due[at] = null;
            _fired[at] = fired;
        }
    }
}
