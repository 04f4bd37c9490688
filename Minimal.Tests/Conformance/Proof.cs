using System.Reflection;
using Minimal.Testing;

namespace Minimal.Tests.Conformance;

/// <summary>That a test or a vector shows something: a requirement to be kept, or a rule to be enforced.</summary>
/// <param name="Of">The id of the requirement, or the name of the rule.</param>
/// <param name="By">The test, as <c>Class.Method</c>, or the vector, as <c>file: title</c>.</param>
/// <param name="Code">The rule's code, where the proof says it.</param>
internal sealed record Proof(string Of, string By, int? Code = null)
{
    private const BindingFlags Any =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    // The examples in the README of the vectors are of a parser that is not the product's.
    private static IEnumerable<Vector> Vectors => VectorLibrary.All.Where(vector => vector.File != "README");

    /// <summary>What proves requirements: <see cref="RequirementAttribute"/> on tests, <c>Proves:</c> in vectors.</summary>
    public static IReadOnlyList<Proof> OfRequirements() =>
    [
        .. Tests<RequirementAttribute>(attribute => attribute.Ids),
        .. Vectors.SelectMany(vector => vector.Proves, (vector, id) => new Proof(id, $"{vector}")),
    ];

    /// <summary>What proves rules: <see cref="RuleAttribute"/> on tests, <c>refused:</c> in vectors.</summary>
    public static IReadOnlyList<Proof> OfRules() =>
    [
        .. Tests<RuleAttribute>(attribute => attribute.Names),
        .. Vectors.SelectMany(Refusal),
    ];

    private static IEnumerable<Proof> Refusal(Vector vector) =>
        vector.Expected is { RefusedBy: { } rule } expected ? [new Proof(rule, $"{vector}", expected.RefusedWith)] : [];

    private static IEnumerable<Proof> Tests<T>(Func<T, IEnumerable<string>> names)
        where T : Attribute =>
        from type in typeof(Proof).Assembly.GetTypes().OrderBy(type => type.FullName, StringComparer.Ordinal)
        from method in type.GetMethods(Any)
        from attribute in method.GetCustomAttributes<T>()
        from name in names(attribute)
        select new Proof(name, $"{type.Name}.{method.Name}");
}
