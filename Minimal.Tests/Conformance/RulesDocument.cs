namespace Minimal.Tests.Conformance;

/// <summary>Writes <c>docs/rules.md</c>.</summary>
internal static class RulesDocument
{
    private const string Introduction = """
        # Rules

        Every way to be refused, as the rule tables of the libraries say it. The code is what the peer is told: an HTTP status, or a
        WebSocket close code; the sentence is what stands in the answer and in the log. This file is generated from the tables, from
        the vectors that end with `refused:`, and from the `[Rule]` attributes of the tests. A test fails when it is out of date;
        `MINIMAL_UPDATE=1 dotnet test -c Release --filter Rules` writes it.
        """;

    /// <summary>The text of the document.</summary>
    public static string Write(IEnumerable<RuleTable> tables, IReadOnlyList<Proof> proofs) =>
        string.Join('\n', [Introduction.ReplaceLineEndings("\n"), .. tables.SelectMany(table => Table(table, proofs)), ""]);

    private static IEnumerable<string> Table(RuleTable table, IReadOnlyList<Proof> proofs) =>
    [
        "",
        $"## {table.Name}",
        "",
        "| rule | code | section | sentence | shown by |",
        "| --- | ---: | --- | --- | --- |",
        .. table.Rows.Select(row =>
            $"| {row.Name} | {row.Code} | {row.Section} | {row.Sentence} | {ConformanceDocument.Proofs(table.ProofsOf(row, proofs))} |"),
    ];
}
