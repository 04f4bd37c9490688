using Minimal.Http.Wire;
using Minimal.Tests.Conformance;
using Xunit;

namespace Minimal.Tests.Testing;

public sealed class LedgerTests
{
    private static readonly Requirement[] Requirements = [.. Enumerable.Range(1, 10).Select(n => new Requirement("http1", "A. Lines", $"A-{n}", "RFC 9112 §2", "MUST", "spec", $"Do {n}."))];
    private static readonly Proof[] AllButTheLast = [.. Requirements[..9].Select(requirement => new Proof(requirement.Id, "LineTests.All"))];
    private static readonly Decision LastIsRefused = new("A-10", Decision.RefusedByChoice, "nobody needs it");

    [Fact]
    public void The_project_s_ledger_has_what_it_should()
    {
        Ledger ledger = Ledger.Load();
        Assert.Equal(546, ledger.Requirements.Count);
        Assert.Equal("Several Transfer-Encoding lines form one list in order.", ledger.Requirements.Single(requirement => requirement.Id == "H1-6.1-12").Text);
    }

    [Fact]
    public void A_group_with_an_open_requirement_is_not_complete()
    {
        Assert.Equal(["A-10 is open: Do 10."], new Ledger(Requirements, [], AllButTheLast).MissingIn("http1", "A"));
        Assert.Empty(new Ledger(Requirements, [LastIsRefused], AllButTheLast).MissingIn("http1", "A"));
        Assert.Equal(["http1 B is no group"], new Ledger(Requirements, [], AllButTheLast).MissingIn("http1", "B"));
    }

    [Fact]
    public void A_group_of_which_too_much_was_decided_away_is_not_complete()
    {
        Decision[] two = [LastIsRefused, new("A-1", Decision.NotApplicable, "there is none")];
        Assert.Equal(["2 of 10 in http1 A are refused or do not apply"], new Ledger(Requirements, two, AllButTheLast).MissingIn("http1", "A"));
    }

    [Fact]
    public void Names_of_nothing_are_faults()
    {
        Decision[] decisions = [LastIsRefused, LastIsRefused, new("A-9", "perhaps", ""), new("A-11", Decision.NotApplicable, "there is none")];
        Assert.Equal(
            [
                "A-1 is there twice",
                "LineTests.All names A-0, which is not in the ledger",
                "A-11 is decided, but not in the ledger",
                "A-10 is decided twice",
                "A-9 is decided without a kind or a reason",
            ],
            new Ledger([.. Requirements, Requirements[0]], decisions, [new Proof("A-0", "LineTests.All")]).Faults());
    }

    [Fact]
    public void The_document_shows_proofs_decisions_and_what_is_open()
    {
        Proof[] proofs = [.. Enumerable.Range(1, 6).Select(n => new Proof("A-1", $"LineTests.T{n}")), new("A-10", "lines: LF alone")];
        string text = ConformanceDocument.Write(new Ledger(Requirements, [LastIsRefused, new("A-2", Decision.NotApplicable, "there is none")], proofs));
        Assert.Contains("| HTTP/1.1 | 10 | 1 | 1 | 1 | 7 |\n", text, StringComparison.Ordinal);
        Assert.Contains("\n### A. Lines\n", text, StringComparison.Ordinal);
        Assert.Contains("| A-1 | RFC 9112 §2 | MUST | Do 1. | LineTests.T1, LineTests.T2, LineTests.T3, LineTests.T4 and 2 more |\n", text, StringComparison.Ordinal);
        Assert.Contains("| Do 2. | *not applicable:* there is none |\n", text, StringComparison.Ordinal);
        Assert.Contains("| Do 3. | **open** |\n", text, StringComparison.Ordinal);
        Assert.Contains("| Do 10. | *refused by choice:* nobody needs it (lines: LF alone) |\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Rule_tables_are_found_and_their_rows_matched_by_name_table_and_code()
    {
        RuleTable table = Assert.Single(RuleTable.Find([typeof(SampleRules), typeof(LedgerTests)]));
        ProtocolRule row = Assert.Single(table.Rows);
        Proof[] proofs = [new("BareLineFeed", "by name"), new("SampleRules.BareLineFeed", "by table"), new("BareLineFeed", "by code", 400), new("BareLineFeed", "another", 1002), new("Other", "no")];
        Assert.Equal(["by name", "by table", "by code"], table.ProofsOf(row, proofs));
        Assert.Contains("| BareLineFeed | 400 | RFC 9112 §2.2 | a line ends with CRLF | by name, by table, by code |\n", RulesDocument.Write([table], proofs), StringComparison.Ordinal);
    }

    private static class SampleRules
    {
        public static IReadOnlyList<ProtocolRule> All { get; } = [new("BareLineFeed", 400, "RFC 9112 §2.2", "a line ends with CRLF")];
    }
}
