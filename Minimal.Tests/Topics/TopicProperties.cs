using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Topics;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>
/// Random schedules of publish, poll, wait, connect, slow reading, cut at any byte, sweep, ageing, restart and completion, for
/// topics with random bounds: every client gets each message after its cursor exactly once and in order, or a gap that covers
/// what it missed. And faults, to show that this would be noticed.
/// </summary>
public sealed class TopicProperties
{
    private static readonly TopicStepKind[] Frequent = [TopicStepKind.Publish, TopicStepKind.Publish, TopicStepKind.Allow, TopicStepKind.Deliver];
    private static readonly Arbitrary<TopicSchedule> Schedules = Any(isCompacted: false);
    private static readonly Arbitrary<TopicSchedule> CompactedSchedules = Any(isCompacted: true);

    [Fact]
    [Requirement("LP-SEM-01", "LP-SEM-02", "LP-SEM-03", "LP-SEM-04", "LP-SEM-08", "LP-SEM-09", "LP-SEM-10")]
    public void Nothing_is_lost_doubled_or_out_of_order()
    {
        List<TopicRunReport> runs = Holds(Schedules);
        Assert.InRange(runs.Sum(run => run.SharedSends), 500, int.MaxValue);
        Assert.InRange(runs.Sum(run => run.PartialSends), 100, int.MaxValue);
        Assert.InRange(runs.Sum(run => run.Seen.Gaps), 500, int.MaxValue);
    }

    [Fact]
    [Requirement("LP-SEM-08", "LP-SEM-09")]
    public void Of_each_key_the_latest_arrives()
    {
        List<TopicRunReport> runs = Holds(CompactedSchedules);
        Assert.InRange(runs.Sum(run => run.Seen.Gaps), 500, int.MaxValue);
    }

    [Theory]
    [InlineData(nameof(TopicFault.KeepsOneMore), "gives")]
    [InlineData(nameof(TopicFault.KeepsOneLess), "gives")]
    [InlineData(nameof(TopicFault.DropsEverySecondWakeUp), "sleeps beside news")]
    [InlineData(nameof(TopicFault.DropsEverySecondWakeUp), "stands still")]
    [InlineData(nameof(TopicFault.HidesGaps), "gives")]
    [InlineData(nameof(TopicFault.HidesGaps), "another life of the log without a gap")]
    [InlineData(nameof(TopicFault.RepeatsTheLast), "gives")]
    [InlineData(nameof(TopicFault.RepeatsTheLast), "a second time")]
    [InlineData(nameof(TopicFault.SkipsBehindAFullBatch), "gives")]
    [InlineData(nameof(TopicFault.SkipsBehindAFullBatch), "are lost")]
    [InlineData(nameof(TopicFault.ForgetsTheEnd), "gives")]
    [InlineData(nameof(TopicFault.LosesEveryFifthMessage), "gives")]
    [InlineData(nameof(TopicFault.LosesEveryFifthMessage), "are lost")]
    public void A_planted_fault_is_found(string name, string how)
    {
        Finds(Schedules, name, how);
        Finds(CompactedSchedules, name, how);
    }

    [Theory]
    [InlineData(nameof(TopicFault.ForgetsTheRest), "which is no line")]
    [InlineData(nameof(TopicFault.CutsOneMessageLate), "are lost")]
    public void A_planted_fault_of_framed_logs_is_found(string name, string how) => Finds(Schedules, name, how);

    private static List<TopicRunReport> Holds(Arbitrary<TopicSchedule> schedules)
    {
        List<TopicRunReport> runs = [];
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(schedules, schedule => runs.Add(schedule.Run(new TopicFault()))));
        return runs;
    }

    // A fault shows itself in several ways; a run passes here unless it shows in the one that is looked for.
    private static void Finds(Arbitrary<TopicSchedule> schedules, string fault, string how)
    {
        Type type = typeof(TopicFault).GetNestedType(fault)!;
        Exception found = Assert.ThrowsAny<Exception>(() => Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(5000),
            Prop.ForAll(schedules, schedule => !Shows(schedule, (TopicFault)Activator.CreateInstance(type)!, how))));
        Assert.Contains("Falsifiable", found.Message, StringComparison.Ordinal);
    }

    private static bool Shows(TopicSchedule schedule, TopicFault fault, string how)
    {
        try
        {
            schedule.Run(fault);
            return false;
        }
        catch (NoLossException broken)
        {
            return broken.Message.Contains(how, StringComparison.Ordinal);
        }
    }

    private static Arbitrary<TopicSchedule> Any(bool isCompacted)
    {
        Gen<TopicOptions> options =
            from messages in Gen.Choose(1, 8)
            from bytes in Gen.Elements<long?>(null, 200, 1000)
            from age in Gen.Elements<TimeSpan?>(null, TimeSpan.FromSeconds(12))
            from framed in Gen.Elements(300, 3000, 1_000_000)
            select new TopicOptions { MaxMessages = messages, MaxBytes = bytes, MaxAge = age, MaxFramedBytes = framed, IsCompacted = isCompacted };
        Gen<TopicStep> step =
            from kind in Gen.Elements([.. Enum.GetValues<TopicStepKind>(), .. Frequent])
            from client in Gen.Choose(0, 5)
            from amount in Gen.Choose(0, 60)
            select new TopicStep(kind, client, amount);
        Gen<TopicSchedule> schedule =
            from chosen in options
            from steps in step.ArrayOf()
            select new TopicSchedule(chosen, steps);
        return Arb.From(schedule, Shrink);
    }

    private static IEnumerable<TopicSchedule> Shrink(TopicSchedule schedule)
    {
        for (int length = schedule.Steps.Length / 2; length > 0; length /= 2)
        {
            for (int from = 0; from + length <= schedule.Steps.Length; from += length)
                yield return schedule with { Steps = [.. schedule.Steps[..from], .. schedule.Steps[(from + length)..]] };
        }
    }

    /// <summary>A topic's bounds and what happens to it.</summary>
    internal sealed record TopicSchedule(TopicOptions Options, TopicStep[] Steps)
    {
        public TopicRunReport Run(TopicFault fault) => TopicRun.Run(Options, Steps, fault);

        public override string ToString() =>
            $"{Options.MaxMessages} messages, {Options.MaxBytes} bytes, {Options.MaxAge}, {Options.MaxFramedBytes} framed: "
            + string.Join("; ", Steps.Select(step => $"{step.Kind} {step.Client} {step.Amount}"));
    }
}
