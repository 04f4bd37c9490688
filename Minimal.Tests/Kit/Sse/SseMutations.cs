using Minimal.Sse;

namespace Minimal.Testing;

/// <summary>
/// Mutations of event streams. None has a rule: a client takes any stream, and what is wrong in it is ignored (HTML §9.2.6). What it must not do
/// is to read two streams alike that differ, or the same stream differently when it is cut.
/// </summary>
public static class SseMutations
{
    /// <summary>Of the fields of an event.</summary>
    public static IReadOnlyList<WireMutation> OfFields { get; } =
    [
        Doubtful("field name in upper case", WireMutation.Is(SseParts.FieldName), name => name.ToUpperInvariant()),
        Doubtful("space in front of a field name", WireMutation.Is(SseParts.FieldName), name => " " + name),
        Doubtful("space before the colon of a field", WireMutation.Is(SseParts.Colon), colon => colon.Length > 0 ? " :" : colon),
        Doubtful("tab behind the colon", WireMutation.Is(SseParts.Space), _ => "\t"),
        Doubtful("two spaces behind the colon", WireMutation.Is(SseParts.Space), _ => "  "),
        Doubtful("field without a colon", WireMutation.Is(SseParts.Colon), _ => ""),
        Doubtful("NUL in an ID", WireMutation.IsOf("id", SseParts.FieldValue), id => id + "\0"),
        Doubtful("sign in a reconnection time", WireMutation.IsOf("retry", SseParts.FieldValue), time => "+" + time),
        Doubtful("reconnection time beyond 64 bits", WireMutation.IsOf("retry", SseParts.FieldValue), time => "99999999999999999999" + time),
        Doubtful("value that is not UTF-8", WireMutation.Is(SseParts.FieldValue), value => value + "\u00C0\u0080"),
        Doubtful("value that ends inside a character", WireMutation.Is(SseParts.FieldValue), value => value + "\u00E2\u0082"),
    ];

    /// <summary>Of line ends, the byte order mark, and any piece.</summary>
    public static IReadOnlyList<WireMutation> OfLines { get; } =
    [
        Doubtful("half a byte order mark", WireMutation.Is(SseParts.ByteOrderMark), _ => "\u00EF\u00BB"),
        Doubtful("byte order mark twice", WireMutation.Is(SseParts.ByteOrderMark), _ => "\u00EF\u00BB\u00BF\u00EF\u00BB\u00BF"),
        Doubtful("line end of LF and CR", WireMutation.Is(SseParts.LineEnd, SseParts.Dispatch), _ => "\n\r"),
        Doubtful("line end of two CRs and LF", WireMutation.Is(SseParts.LineEnd, SseParts.Dispatch), _ => "\r\r\n"),
        Doubtful("line end of a next line character", WireMutation.Is(SseParts.LineEnd), _ => "\u00C2\u0085"),
        Doubtful("no line end in a stream", WireMutation.Is(SseParts.LineEnd, SseParts.Dispatch), _ => ""),
        Doubtful("a piece of a stream comes twice", piece => piece.Text.Length > 0, text => text + text),
        Doubtful("a piece of a stream without its last byte", piece => piece.Text.Length > 0, text => text[..^1]),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<WireMutation> All { get; } = [.. OfFields, .. OfLines];

    private static WireMutation Doubtful(string name, Func<WirePiece, bool> fits, Func<string, string> change) => new(name, null, fits, change);
}
