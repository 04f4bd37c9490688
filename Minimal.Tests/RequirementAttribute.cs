namespace Minimal.Tests;

/// <summary>
/// Names the requirements of <c>Conformance/ledger.tsv</c> that a test proves. <c>docs/conformance.md</c> is made from
/// these, and a test fails when an id is not in the ledger.
/// </summary>
/// <param name="ids">The ids, such as <c>H1-6.3-05</c>.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class RequirementAttribute(params string[] ids) : Attribute
{
    /// <summary>The ids, in the order of the attribute.</summary>
    public IReadOnlyList<string> Ids { get; } = ids;
}
