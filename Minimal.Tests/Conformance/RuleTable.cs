using System.Reflection;
using Minimal.Http.Wire;
using Minimal.Sse;
using Minimal.WebSocket.Wire;

namespace Minimal.Tests.Conformance;

/// <summary>A rule table of one of the libraries: a static class called <c>…Rules</c> that lists its rows as <c>All</c>.</summary>
/// <param name="Name">The name of the class.</param>
/// <param name="Rows">The rows in their order.</param>
internal sealed record RuleTable(string Name, IReadOnlyList<ProtocolRule> Rows)
{
    private const BindingFlags AnyStatic = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
    private static readonly Assembly[] Libraries = [typeof(ProtocolRule).Assembly, typeof(Opcode).Assembly, typeof(SseEvent).Assembly];

    /// <summary>The tables of the three libraries.</summary>
    public static IReadOnlyList<RuleTable> All() => Find(Libraries.SelectMany(library => library.GetTypes()));

    /// <summary>The tables among some types.</summary>
    public static IReadOnlyList<RuleTable> Find(IEnumerable<Type> types) =>
    [
        .. from type in types
           where type.IsAbstract && type.IsSealed && type.Name.EndsWith("Rules", StringComparison.Ordinal)
           let rows = type.GetProperty("All", AnyStatic)?.GetValue(null) ?? type.GetField("All", AnyStatic)?.GetValue(null)
           where rows is IEnumerable<ProtocolRule>
           select new RuleTable(type.Name, [.. (IEnumerable<ProtocolRule>)rows]),
    ];

    /// <summary>The proofs of a row: those that name it, alone or with its table, and do not name another code.</summary>
    public IReadOnlyList<string> ProofsOf(ProtocolRule row, IEnumerable<Proof> proofs) =>
        [.. proofs.Where(proof => IsProvenBy(row, proof)).Select(proof => proof.By).Distinct()];

    /// <summary>Whether a proof is about a row of this table.</summary>
    public bool IsProvenBy(ProtocolRule row, Proof proof) =>
        (proof.Of == row.Name || proof.Of == $"{Name}.{row.Name}") && (proof.Code is null || proof.Code == row.Code);
}
