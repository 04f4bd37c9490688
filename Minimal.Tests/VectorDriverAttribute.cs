using Minimal.Testing;

namespace Minimal.Tests;

/// <summary>Makes a static method, of the shape of <see cref="VectorParse"/>, the driver of all vectors of a kind.</summary>
/// <param name="kind">The words behind the fence of the input: <c>request</c>, <c>frames client</c>.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class VectorDriverAttribute(string kind) : Attribute
{
    /// <summary>The words behind the fence of the input.</summary>
    public string Kind { get; } = kind;

    /// <summary>Whether the bytes go from the server to the client.</summary>
    public bool FromServer { get; init; }

    /// <summary>Whether the parser reads on for as long as there are bytes; see <see cref="VectorDriver"/>.</summary>
    public bool TakesAll { get; init; }
}
