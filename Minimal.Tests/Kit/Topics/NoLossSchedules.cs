using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Testing;

/// <summary>Generates schedules, and makes them smaller: fewer steps, smaller amounts, wider bounds.</summary>
internal static class NoLossSchedules
{
    private static readonly NoLossTerms Widest = new(1000, null, 1_000_000, 1000, 1_000_000, 65_536, false);

    public static Arbitrary<NoLossSchedule> Over(IReadOnlyList<NoLossTransport> transports, bool isCompacted)
    {
        Gen<NoLossSchedule> schedules =
            from terms in Terms(isCompacted)
            from steps in Step(transports).ListOf()
            select new NoLossSchedule(terms, [.. steps]);
        return Arb.From(schedules, Shrink);
    }

    private static Gen<NoLossTerms> Terms(bool isCompacted) =>
        from messages in Gen.Choose(1, 12)
        from age in Gen.Elements<TimeSpan?>(null, null, TimeSpan.FromSeconds(12))
        from framed in Gen.Elements(300, 3000, 1_000_000)
        from batch in Gen.Elements(1, 3, 1000)
        from recycled in Gen.Elements(500L, 1_000_000L)
        from window in Gen.Elements(600, 4096, 65_536)
        select new NoLossTerms(messages, age, framed, batch, recycled, window, isCompacted);

    private static Gen<NoLossStep> Step(IReadOnlyList<NoLossTransport> transports)
    {
        Gen<NoLossStep> ask =
            from client in Gen.Choose(0, NoLossSchedule.Clients - 1)
            from transport in Gen.Elements<NoLossTransport>([.. transports])
            select new NoLossStep(NoLossStepKind.Ask, client, 0, transport);
        return Gen.Frequency(
            (16, Step(NoLossStepKind.Publish, 60)),
            (2, Step(NoLossStepKind.Publish, 1500)),
            (14, ask),
            (12, Step(NoLossStepKind.Take, 400)),
            (10, Step(NoLossStepKind.TakeAll, 0)),
            (6, Step(NoLossStepKind.Cut, 400)),
            (2, Step(NoLossStepKind.Leave, 0)),
            (2, Step(NoLossStepKind.Abandon, 0)),
            (12, Step(NoLossStepKind.Work, 0)),
            (8, Step(NoLossStepKind.WorkAll, 0)),
            (4, Step(NoLossStepKind.Advance, 10)),
            (1, Step(NoLossStepKind.Advance, 40)),
            (1, Step(NoLossStepKind.Crash, 0)),
            (1, Step(NoLossStepKind.Restart, 0)),
            (1, Step(NoLossStepKind.Complete, 0)));
    }

    private static Gen<NoLossStep> Step(NoLossStepKind kind, int most) =>
        from client in Gen.Choose(0, NoLossSchedule.Clients - 1)
        from amount in Gen.Choose(0, most)
        select new NoLossStep(kind, client, amount);

    private static IEnumerable<NoLossSchedule> Shrink(NoLossSchedule schedule)
    {
        foreach (IReadOnlyList<NoLossStep> steps in Shrinking.List(schedule.Steps, Shrink)) yield return schedule with { Steps = steps };

        NoLossTerms terms = schedule.Terms;
        NoLossTerms[] wider =
        [
            terms with { MaxAge = Widest.MaxAge }, terms with { MaxFramedBytes = Widest.MaxFramedBytes }, terms with { Batch = Widest.Batch },
            terms with { RecycleBytes = Widest.RecycleBytes }, terms with { WindowBytes = Widest.WindowBytes }, terms with { MaxMessages = Widest.MaxMessages },
        ];
        foreach (NoLossTerms wide in wider.Where(wide => wide != terms)) yield return schedule with { Terms = wide };
    }

    private static IEnumerable<NoLossStep> Shrink(NoLossStep step)
    {
        if (step.Kind == NoLossStepKind.Restart) yield return step with { Kind = NoLossStepKind.Crash };
        if (step.Amount > 0) yield return step with { Amount = 0 };
        if (step.Amount > 1) yield return step with { Amount = step.Amount / 2 };
        if (step.Amount > 2) yield return step with { Amount = step.Amount - 1 };
        if (step.Client > 0) yield return step with { Client = 0 };
    }
}
