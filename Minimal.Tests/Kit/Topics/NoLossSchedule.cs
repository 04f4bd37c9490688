namespace Minimal.Testing;

/// <summary>What happens, in order, and under which bounds.</summary>
/// <param name="Terms">The bounds.</param>
/// <param name="Steps">What happens.</param>
public sealed record NoLossSchedule(NoLossTerms Terms, IReadOnlyList<NoLossStep> Steps)
{
    /// <summary>How many clients read.</summary>
    public const int Clients = 3;

    /// <summary>The terms, and a line for each step.</summary>
    public override string ToString() => $"a topic that {Terms}\n" + string.Join('\n', Steps.Select((step, at) => $"    {at + 1,4}. {step}"));
}
