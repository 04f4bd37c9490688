using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>What a parser made of a vector's bytes.</summary>
/// <param name="Status">Its answer.</param>
/// <param name="Consumed">How many bytes belong to what is complete; 0 otherwise.</param>
/// <param name="Broken">The rule that is broken; null unless the answer is <see cref="ParseStatus.Invalid"/>.</param>
/// <param name="Results">What it understood beyond the spans, a line each: <c>event: tick</c>. They stand in the expectation too.</param>
public sealed record VectorOutcome(ParseStatus Status, long Consumed, ProtocolRule? Broken, IReadOnlyList<string> Results)
{
    /// <summary>The element is complete.</summary>
    public static VectorOutcome Complete(long consumed, params IReadOnlyList<string> results) => new(ParseStatus.Complete, consumed, null, results);

    /// <summary>More bytes are needed.</summary>
    public static VectorOutcome NeedMore(params IReadOnlyList<string> results) => new(ParseStatus.NeedMore, 0, null, results);

    /// <summary>A rule is broken.</summary>
    public static VectorOutcome Refused(ProtocolRule broken, params IReadOnlyList<string> results) => new(ParseStatus.Invalid, 0, broken, results);
}
