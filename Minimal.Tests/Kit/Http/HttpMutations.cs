using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>
/// The catalogue of mutations, by the part of the message that they change. Which ones a strict server refuses is said
/// of each; the sections are those of the rule that is broken.
/// </summary>
public static class HttpMutations
{
    private static readonly Func<WirePiece, bool> Length = HttpMutation.IsOf("Content-Length", WireParts.FieldValue);
    private static readonly Func<WirePiece, bool> LengthName = HttpMutation.IsOf("Content-Length", WireParts.FieldName);
    private static readonly Func<WirePiece, bool> Coding = HttpMutation.IsOf("Transfer-Encoding", WireParts.FieldValue);
    private static readonly Func<WirePiece, bool> CodingName = HttpMutation.IsOf("Transfer-Encoding", WireParts.FieldName);
    private static readonly Func<WirePiece, bool> HostName = HttpMutation.IsOf("Host", WireParts.FieldName);
    private static readonly Func<WirePiece, bool> Version = HttpMutation.Is(WireParts.Version);

    /// <summary>Of the request line (RFC 9112 §2.3, §3).</summary>
    public static IReadOnlyList<HttpMutation> OfRequestLine { get; } =
    [
        Refused("two spaces in the request line", HttpMutation.Is(WireParts.Space), _ => "  "),
        Refused("tab in the request line", HttpMutation.Is(WireParts.Space), _ => "\t"),
        Refused("no space in the request line", HttpMutation.Is(WireParts.Space), _ => ""),
        Refused("space in front of the method", HttpMutation.Is(WireParts.Method), method => " " + method),
        Refused("method of bytes that no token has", HttpMutation.Is(WireParts.Method), method => method + "\u00E9"),
        Refused("space in the target", HttpMutation.Is(WireParts.Target), target => target + " a"),
        Refused("control byte in the target", HttpMutation.Is(WireParts.Target), target => target + "\u0001"),
        Refused("fragment in the target", HttpMutation.Is(WireParts.Target), target => target + "#a"),
        Refused("target without its slash", HttpMutation.Is(WireParts.Target), target => target.StartsWith('/') ? "a" + target[1..] : target),
        Refused("version in lower case", Version, version => version.ToLowerInvariant()),
        Refused("version of two digits", Version, version => version + "0"),
        Refused("version of another major number", Version, _ => "HTTP/2.0"),
        Refused("space behind the version", Version, version => version + " "),
    ];

    /// <summary>Of field lines, in the head or in trailers (RFC 9112 §2.2, §3.2, §5).</summary>
    public static IReadOnlyList<HttpMutation> OfFields { get; } =
    [
        Refused("space before colon", HttpMutation.Is(WireParts.Colon), _ => " :"),
        Refused("tab before colon", HttpMutation.Is(WireParts.Colon), _ => "\t:"),
        Doubtful("no colon", HttpMutation.Is(WireParts.Colon), _ => ""),
        Refused("empty field name", HttpMutation.Is(WireParts.FieldName), _ => ""),
        Refused("space in a field name", HttpMutation.Is(WireParts.FieldName), name => "a " + name),
        Refused("NUL in a field name", HttpMutation.Is(WireParts.FieldName), name => name + "\0"),
        Refused("space in front of a field name", HttpMutation.Is(WireParts.FieldName), name => " " + name),
        Refused("NUL in a field value", HttpMutation.Is(WireParts.FieldValue), value => value + "\0a"),
        Refused("CR in a field value", HttpMutation.Is(WireParts.FieldValue), value => value + "\ra"),
        Refused("LF in a field value", HttpMutation.Is(WireParts.FieldValue), value => value + "\na: b"),
        Refused("folded field", HttpMutation.IsInField(WireParts.LineEnd), _ => "\r\n folded\r\n"),
        Refused("Host twice", HostName, name => $"Host: a\r\n{name}"),
        Doubtful("no Host", HostName, name => $"X-{name}"),
        Refused("Host with a path", HttpMutation.IsOf("Host", WireParts.FieldValue), host => host + "/a"),
        Refused("Host with userinfo", HttpMutation.IsOf("Host", WireParts.FieldValue), host => "a@" + host),
    ];

    /// <summary>Of the fields that say how long the body is (RFC 9112 §6).</summary>
    public static IReadOnlyList<HttpMutation> OfFraming { get; } =
    [
        Refused("plus sign in a length", Length, length => "+" + length),
        Refused("minus sign in a length", Length, length => "-" + length),
        Refused("hexadecimal length", Length, length => "0x" + length),
        Refused("length with a unit", Length, length => length + " bytes"),
        Refused("length beyond 64 bits", Length, length => "18446744073709551616" + length),
        Refused("empty length", Length, _ => ""),
        Refused("two different lengths", LengthName, name => $"{name}: 7777\r\n{name}"),
        Refused("list of different lengths", Length, length => length + ", 7777"),
        Doubtful("length one too long", Length, length => int.TryParse(length, out int number) ? $"{number + 1}" : length),
        Refused("coding beside a length", LengthName, name => $"Transfer-Encoding: chunked\r\n{name}"),
        Refused("length beside a coding", CodingName, name => $"Content-Length: 3\r\n{name}"),
        Refused("chunked is not the last coding", Coding, _ => "chunked, gzip"),
        Refused("unknown coding", Coding, _ => "xchunked"),
        Refused("chunked twice", Coding, coding => $"{coding}, {coding}"),
        Refused("vertical tab in front of the coding", Coding, coding => "\v" + coding),
        Doubtful("field name with an underscore", piece => LengthName(piece) || CodingName(piece), name => name.Replace('-', '_')),
    ];

    /// <summary>Of a chunked body (RFC 9112 §7.1).</summary>
    public static IReadOnlyList<HttpMutation> OfChunks { get; } =
    [
        Refused("plus sign in a chunk size", HttpMutation.Is(WireParts.ChunkSize), size => "+" + size),
        Refused("0x in front of a chunk size", HttpMutation.Is(WireParts.ChunkSize), size => "0x" + size),
        Refused("chunk size that is no number", HttpMutation.Is(WireParts.ChunkSize, WireParts.LastChunk), _ => "g"),
        Refused("chunk size beyond 64 bits", HttpMutation.Is(WireParts.ChunkSize), size => "10000000000000000" + size),
        Refused("underscore in a chunk size", HttpMutation.Is(WireParts.ChunkSize), size => size + "_0"),
        Refused("empty chunk size", HttpMutation.Is(WireParts.ChunkSize, WireParts.LastChunk), _ => ""),
        Doubtful("data longer than the chunk size", HttpMutation.Is(WireParts.ChunkData), data => data + "a"),
        Doubtful("data shorter than the chunk size", HttpMutation.Is(WireParts.ChunkData), data => data.Length > 0 ? data[1..] : data),
        Refused("chunk extension without a name", HttpMutation.Is(WireParts.ChunkExtension), _ => ";"),
        Refused("chunk extension without a value", HttpMutation.Is(WireParts.ChunkExtension), _ => ";a="),
        Refused("LF in a chunk extension", HttpMutation.Is(WireParts.ChunkExtension), _ => ";a\nb"),
        Refused("quote without an end in a chunk extension", HttpMutation.Is(WireParts.ChunkExtension), _ => ";a=\"b"),
    ];

    /// <summary>Of line ends anywhere, and of any piece (RFC 9112 §2.2).</summary>
    public static IReadOnlyList<HttpMutation> OfAnything { get; } =
    [
        Refused("LF without CR", HttpMutation.Is(WireParts.LineEnd, WireParts.HeadEnd), _ => "\n"),
        Refused("CR twice", HttpMutation.Is(WireParts.LineEnd, WireParts.HeadEnd), _ => "\r\r\n"),
        Doubtful("CR without LF", HttpMutation.Is(WireParts.LineEnd, WireParts.HeadEnd), _ => "\r"),
        Doubtful("no line end", HttpMutation.Is(WireParts.LineEnd, WireParts.HeadEnd), _ => ""),
        Doubtful("line end twice", HttpMutation.Is(WireParts.LineEnd, WireParts.HeadEnd), end => end + end),
        Doubtful("a piece is missing", piece => piece.Text.Length > 0, _ => ""),
        Doubtful("a piece comes twice", piece => piece.Text.Length > 0, text => text + text),
        Doubtful("a piece without its last byte", piece => piece.Text.Length > 0, text => text[..^1]),
        Doubtful("a byte of value 0xFF", _ => true, text => text + "\u00FF"),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<HttpMutation> All { get; } = [.. OfRequestLine, .. OfFields, .. OfFraming, .. OfChunks, .. OfAnything];

    private static HttpMutation Refused(string name, Func<WirePiece, bool> fits, Func<string, string> change) => new(name, true, fits, change);

    private static HttpMutation Doubtful(string name, Func<WirePiece, bool> fits, Func<string, string> change) => new(name, false, fits, change);
}
