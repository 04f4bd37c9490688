using Xunit;

namespace Minimal.Tests.Conformance;

public sealed class RulesTests
{
    private readonly IReadOnlyList<RuleTable> _tables = RuleTable.All();
    private readonly IReadOnlyList<Proof> _proofs = Proof.OfRules();

    [Fact]
    public void Document_is_up_to_date() => ApprovedFile.Check("docs/rules.md", RulesDocument.Write(_tables, _proofs));

    [Fact]
    public void Every_rule_is_shown_by_a_vector_or_a_test() => Findings.AssertNone(
        from table in _tables
        from row in table.Rows
        where table.ProofsOf(row, _proofs).Count == 0
        select $"{table.Name}.{row.Name}");

    [Fact]
    public void Vectors_and_tests_name_rules_that_exist() => Findings.AssertNone(
        from proof in _proofs
        where !_tables.Any(table => table.Rows.Any(row => table.IsProvenBy(row, proof)))
        select $"{proof.By} names {proof.Of} {proof.Code}");
}
