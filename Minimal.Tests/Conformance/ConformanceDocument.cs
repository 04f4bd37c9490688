using Minimal.Tests.Oracles;

namespace Minimal.Tests.Conformance;

/// <summary>Writes <c>docs/conformance.md</c>.</summary>
internal static class ConformanceDocument
{
    private const int ProofsShown = 4;

    private const string Introduction = """
        # Conformance

        What HTTP/1.1, WebSocket, Server-Sent Events and long polling ask for, requirement by requirement, and the tests that
        prove it. This file is generated: from the ledger in `Minimal.Tests/Conformance/`, from the `[Requirement]` attributes of
        the tests, and from the `Proves:` lines of the vectors in `Minimal.Tests/Vectors/`. A test fails when it is out of date;
        `MINIMAL_UPDATE=1 dotnet test -c Release --filter Conformance` writes it.

        Level DEF is a definition, or a rule that follows from the grammar. *Refused by choice* is what a standard allows and this
        project does not want; *not applicable* is about something that is not here.

        """;

    private static readonly (string File, string Title)[] Parts =
    [
        ("http1", "HTTP/1.1"), ("websocket", "WebSocket"), ("sse", "Server-Sent Events"), ("longpoll", "Long polling and streaming"),
    ];

    /// <summary>The text of the document.</summary>
    public static string Write(Ledger ledger)
    {
        IEnumerable<string> parts = Parts.SelectMany(part => Part(ledger, part.Title, RowsOf(ledger, part.File)));
        return string.Join('\n', [Introduction.ReplaceLineEndings("\n"), .. Summary(ledger), .. parts, .. Differences(), ""]);
    }

    private static IEnumerable<string> Summary(Ledger ledger) =>
    [
        "| | requirements | proven | refused by choice | not applicable | open |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        .. Parts.Select(part => Sum(ledger, part.Title, RowsOf(ledger, part.File))),
        Sum(ledger, "all", ledger.Requirements),
    ];

    private static string Sum(Ledger ledger, string title, IReadOnlyList<Requirement> requirements)
    {
        int refused = requirements.Count(requirement => ledger.DecisionOn(requirement)?.Kind == Decision.RefusedByChoice);
        int inapplicable = requirements.Count(requirement => ledger.DecisionOn(requirement)?.Kind == Decision.NotApplicable);
        int open = requirements.Count(ledger.IsOpen);
        return $"| {title} | {requirements.Count} | {requirements.Count - refused - inapplicable - open} | {refused} | {inapplicable} | {open} |";
    }

    private static IEnumerable<string> Differences() =>
    [
        "",
        "## Differences from others",
        "",
        "The same bytes were given to other implementations. Each difference that came up is a row of `Minimal.Tests/Conformance/differences.tsv`,",
        "with the shortest bytes that show it; `Oracles.DifferentialTests` fails on one that has no row, and on a row that is not true any more.",
        .. DifferenceTable.Rows.GroupBy(row => row.Oracle).SelectMany(group => Differences(group.Key, group)),
    ];

    private static IEnumerable<string> Differences(string oracle, IEnumerable<Difference> rows) =>
    [
        "",
        $"### {oracle}",
        "",
        $"Shown by `{DifferenceTable.TestOf(oracle)}`.",
        "",
        "| verdict | ours | theirs | bytes | section | why |",
        "| --- | --- | --- | --- | --- | --- |",
        .. rows.Select(row => $"| {WordOf(row.Verdict)} | {row.Ours} | {row.Theirs} | {Code(row.Bytes)} | {row.Section} | {row.Reason} |"),
    ];

    private static string WordOf(Verdict verdict) => verdict switch
    {
        Verdict.OursStricter => "ours is stricter",
        Verdict.OursLenient => "ours reads what theirs refuses",
        _ => "they differ",
    };

    private static string Code(string text) => $"<code>{text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace("|", "&#124;", StringComparison.Ordinal).Replace("*", "&#42;", StringComparison.Ordinal).Replace("`", "&#96;", StringComparison.Ordinal).Replace(@"\", "&#92;", StringComparison.Ordinal)}</code>";

    private static IEnumerable<string> Part(Ledger ledger, string title, IReadOnlyList<Requirement> requirements) =>
        ["", $"## {title}", .. requirements.GroupBy(requirement => requirement.Group).SelectMany(group => Group(ledger, group.Key, group))];

    private static IEnumerable<string> Group(Ledger ledger, string title, IEnumerable<Requirement> group) =>
    [
        "",
        $"### {title}",
        "",
        "| id | section | level | requirement | proven by |",
        "| --- | --- | --- | --- | --- |",
        .. group.Select(row => $"| {row.Id} | {row.Section} | {row.Level} | {row.Text} | {State(ledger, row)} |"),
    ];

    private static Requirement[] RowsOf(Ledger ledger, string file) => [.. ledger.Requirements.Where(requirement => requirement.File == file)];

    private static string State(Ledger ledger, Requirement requirement)
    {
        string proofs = Proofs(ledger.ProofsOf(requirement));
        return ledger.DecisionOn(requirement) switch
        {
            { Kind: Decision.RefusedByChoice } decision => $"*refused by choice:* {decision.Reason}{(proofs.Length > 0 ? $" ({proofs})" : "")}",
            { } decision => $"*not applicable:* {decision.Reason}",
            null when proofs.Length > 0 => proofs,
            null => "**open**",
        };
    }

    /// <summary>The names of tests and vectors, the first few of them.</summary>
    public static string Proofs(IReadOnlyList<string> proofs)
    {
        string shown = string.Join(", ", proofs.Take(ProofsShown).Select(proof => proof.Replace("|", @"\|", StringComparison.Ordinal)));
        return proofs.Count > ProofsShown ? $"{shown} and {proofs.Count - ProofsShown} more" : shown;
    }
}
