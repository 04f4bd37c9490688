namespace Minimal.Testing;

/// <summary>Bytes in, annotated spans out: one example of a protocol, out of a Markdown file. The format is told in <c>Vectors/README.md</c>.</summary>
/// <param name="File">The name of the file, without its folder and ending.</param>
/// <param name="Title">The heading that it stands under; unique in the file.</param>
/// <param name="Kind">Which driver reads it, such as <c>request</c>.</param>
/// <param name="Input">The bytes.</param>
/// <param name="Proves">Ids of the requirements that it proves; may be empty.</param>
/// <param name="Expected">What should come of it; null while nobody has written it down.</param>
public sealed record Vector(
    string File, string Title, string Kind, ReadOnlyMemory<byte> Input, IReadOnlyList<string> Proves, VectorReport? Expected)
{
    /// <summary>File and title.</summary>
    public override string ToString() => $"{File}: {Title}";
}
