namespace Minimal.Tests.Conformance;

/// <summary>What is asked for, what was decided, and what is proven; the files of this folder, and the tests.</summary>
/// <param name="Requirements">In the order of the file.</param>
/// <param name="Decisions">In the order of the file.</param>
/// <param name="Proofs">Tests first.</param>
internal sealed record Ledger(IReadOnlyList<Requirement> Requirements, IReadOnlyList<Decision> Decisions, IReadOnlyList<Proof> Proofs)
{
    /// <summary>At most one in so many requirements of a complete group may be refused by choice or not apply.</summary>
    private const int OneIn = 10;

    /// <summary>The project's ledger.</summary>
    public static Ledger Load() => new(
        [.. Rows("ledger.tsv").Select(row => new Requirement(row[0], row[1], row[2], row[3], row[4], row[5], row[6]))],
        [.. Rows("decisions.tsv").Select(row => new Decision(row[0], row[1], row[2]))],
        Proof.OfRequirements());

    /// <summary>The decision about a requirement; null if there is none.</summary>
    public Decision? DecisionOn(Requirement requirement) => Decisions.FirstOrDefault(decision => decision.Id == requirement.Id);

    /// <summary>Where a requirement is proven.</summary>
    public IReadOnlyList<string> ProofsOf(Requirement requirement) =>
        [.. Proofs.Where(proof => proof.Of == requirement.Id).Select(proof => proof.By).Distinct()];

    /// <summary>Neither proven nor decided.</summary>
    public bool IsOpen(Requirement requirement) => DecisionOn(requirement) is null && ProofsOf(requirement).Count == 0;

    /// <summary>What is wrong with the ledger itself: names of nothing, kinds of no kind, reasons that are missing, ids that come twice.</summary>
    public IEnumerable<string> Faults()
    {
        HashSet<string> ids = [.. Requirements.Select(requirement => requirement.Id)];
        return
        [
            .. from same in Requirements.GroupBy(requirement => requirement.Id) where same.Count() > 1 select $"{same.Key} is there twice",
            .. from proof in Proofs where !ids.Contains(proof.Of) select $"{proof.By} names {proof.Of}, which is not in the ledger",
            .. from decision in Decisions where !ids.Contains(decision.Id) select $"{decision.Id} is decided, but not in the ledger",
            .. from same in Decisions.GroupBy(decision => decision.Id) where same.Count() > 1 select $"{same.Key} is decided twice",
            .. from decision in Decisions
               where decision.Kind is not (Decision.RefusedByChoice or Decision.NotApplicable) || decision.Reason.Length == 0
               select $"{decision.Id} is decided without a kind or a reason",
        ];
    }

    /// <summary>What a group lacks for being complete: open requirements, or too many that were decided away.</summary>
    public IEnumerable<string> MissingIn(string file, string letter)
    {
        Requirement[] group = [.. Requirements.Where(requirement => requirement.File == file && requirement.GroupLetter == letter)];
        int decided = group.Count(requirement => DecisionOn(requirement) is not null);
        return
        [
            .. group.Length == 0 ? [$"{file} {letter} is no group"] : Array.Empty<string>(),
            .. group.Where(IsOpen).Select(requirement => $"{requirement.Id} is open: {requirement.Text}"),
            .. decided * OneIn > group.Length ? [$"{decided} of {group.Length} in {file} {letter} are refused or do not apply"] : Array.Empty<string>(),
        ];
    }

    private static IEnumerable<string[]> Rows(string file) =>
        File.ReadLines(Repository.PathOf("Minimal.Tests", "Conformance", file)).Skip(1).Select(line => line.Split('\t'));
}
