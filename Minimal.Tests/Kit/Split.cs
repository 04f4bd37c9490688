namespace Minimal.Testing;

/// <summary>One way in which bytes arrive: the segments, whose concatenation is the input, and a name for messages.</summary>
/// <param name="Name">How the input was cut, such as <c>cut at 3</c>.</param>
/// <param name="Segments">The pieces in order; some may be empty.</param>
public sealed record Split(string Name, IReadOnlyList<ReadOnlyMemory<byte>> Segments)
{
    /// <summary>The name and the escaped segments: <c>cut at 3: GET| / HTTP/1.1\r\n</c>. Long inputs are elided.</summary>
    public override string ToString()
    {
        IEnumerable<string> shown = Segments.Take(12).Select(segment => EscapedBytes.Write(segment.Span, most: 60));
        return $"{Name}: {string.Join('|', shown)}{(Segments.Count > 12 ? "|…" : "")}";
    }
}
