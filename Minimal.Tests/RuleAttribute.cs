namespace Minimal.Tests;

/// <summary>
/// Names the rows of the rule tables that a test shows to refuse. What a vector refuses need not be named again:
/// its <c>refused:</c> line counts.
/// </summary>
/// <param name="names">Names of rows, such as <c>BareLineFeed</c>; with the table, <c>WebSocketRules.MaskMissing</c>, where two tables share a name.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class RuleAttribute(params string[] names) : Attribute
{
    /// <summary>The names, in the order of the attribute.</summary>
    public IReadOnlyList<string> Names { get; } = names;
}
