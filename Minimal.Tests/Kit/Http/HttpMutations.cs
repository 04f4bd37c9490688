using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>
/// The catalogue of mutations, by the part of the message that they change, each with the rule that it breaks where that is
/// certain.
/// </summary>
public static class HttpMutations
{
    private static readonly Func<WirePiece, bool> Length = WireMutation.IsOf("Content-Length", WireParts.FieldValue);
    private static readonly Func<WirePiece, bool> LengthName = WireMutation.IsOf("Content-Length", WireParts.FieldName);
    private static readonly Func<WirePiece, bool> Coding = WireMutation.IsOf("Transfer-Encoding", WireParts.FieldValue);
    private static readonly Func<WirePiece, bool> CodingName = WireMutation.IsOf("Transfer-Encoding", WireParts.FieldName);
    private static readonly Func<WirePiece, bool> HostName = WireMutation.IsOf("Host", WireParts.FieldName);
    private static readonly Func<WirePiece, bool> PathTarget = piece => piece.Part == WireParts.Target && (piece.Text == "*" || piece.Text.StartsWith('/'));
    private static readonly Func<WirePiece, bool> Version = WireMutation.Is(WireParts.Version);

    /// <summary>Of the request line (RFC 9112 §2.3, §3).</summary>
    public static IReadOnlyList<WireMutation> OfRequestLine { get; } =
    [
        Refused("two spaces in the request line", HttpRules.InvalidRequestLine, WireMutation.Is(WireParts.Space), _ => "  "),
        Refused("tab in the request line", HttpRules.InvalidRequestLine, WireMutation.Is(WireParts.Space), _ => "\t"),
        Refused("no space in the request line", HttpRules.InvalidRequestLine, WireMutation.Is(WireParts.Space), _ => ""),
        Refused("space in front of the method", HttpRules.InvalidRequestLine, WireMutation.Is(WireParts.Method), method => " " + method),
        Refused("method of bytes that no token has", HttpRules.InvalidMethod, WireMutation.Is(WireParts.Method), method => method + "\u00E9"),
        Refused("space in the target", HttpRules.InvalidRequestLine, WireMutation.Is(WireParts.Target), target => target + " a"),
        Refused("control byte in the target", HttpRules.InvalidTarget, PathTarget, target => target + "\u0001"),
        Refused("fragment in the target", HttpRules.InvalidTarget, PathTarget, target => target + "#a"),
        Refused("target without its slash", HttpRules.InvalidTargetForm, WireMutation.Is(WireParts.Target), target => target.StartsWith('/') ? "a" + target[1..] : target),
        Refused("version in lower case", HttpRules.InvalidVersion, Version, version => version.ToLowerInvariant()),
        Refused("version of two digits", HttpRules.InvalidVersion, Version, version => version + "0"),
        Refused("version of another major number", HttpRules.VersionNotSupported, Version, _ => "HTTP/2.0"),
        Refused("space behind the version", HttpRules.InvalidRequestLine, Version, version => version + " "),
    ];

    /// <summary>Of the status line (RFC 9112 §2.3, §4).</summary>
    public static IReadOnlyList<WireMutation> OfStatusLine { get; } =
    [
        Refused("tab in the status line", HttpRules.InvalidStatusLine, WireMutation.Is(WireParts.Space), _ => "\t"),
        Refused("status of two digits", HttpRules.InvalidStatusLine, WireMutation.Is(WireParts.Status), status => status[..2]),
        Refused("status of four digits", HttpRules.InvalidStatusLine, WireMutation.Is(WireParts.Status), status => status + "0"),
        Refused("status that is no number", HttpRules.InvalidStatusLine, WireMutation.Is(WireParts.Status), status => status[..2] + "x"),
        Refused("status with a sign", HttpRules.InvalidStatusLine, WireMutation.Is(WireParts.Status), status => "+" + status[1..]),
        Refused("NUL in the reason", HttpRules.InvalidStatusLine, WireMutation.Is(WireParts.Reason), reason => reason + "\0"),
        Refused("response version in lower case", HttpRules.InvalidStatusLine, Version, version => version.ToLowerInvariant()),
        Refused("space in front of the response version", HttpRules.InvalidStatusLine, Version, version => " " + version),
        Doubtful("two spaces in the status line", WireMutation.Is(WireParts.Space), _ => "  "),
        Doubtful("no space in the status line", WireMutation.Is(WireParts.Space), _ => ""),
    ];

    /// <summary>Of field lines, in the head or in trailers (RFC 9112 §2.2, §3.2, §5).</summary>
    public static IReadOnlyList<WireMutation> OfFields { get; } =
    [
        Refused("space before colon", HttpRules.SpaceBeforeColon, WireMutation.Is(WireParts.Colon), _ => " :"),
        Refused("tab before colon", HttpRules.SpaceBeforeColon, WireMutation.Is(WireParts.Colon), _ => "\t:"),
        Doubtful("no colon", WireMutation.Is(WireParts.Colon), _ => ""),
        Refused("empty field name", HttpRules.InvalidFieldName, WireMutation.Is(WireParts.FieldName), _ => ""),
        Refused("space in a field name", HttpRules.InvalidFieldName, WireMutation.Is(WireParts.FieldName), name => "a " + name),
        Refused("NUL in a field name", HttpRules.InvalidFieldName, WireMutation.Is(WireParts.FieldName), name => name + "\0"),
        Refused("NUL in a field value", HttpRules.InvalidFieldValue, WireMutation.Is(WireParts.FieldValue), value => value + "\0a"),
        Refused("CR in a field value", HttpRules.BareCarriageReturn, WireMutation.Is(WireParts.FieldValue), value => value + "\ra"),
        Refused("LF in a field value", HttpRules.BareLineFeed, WireMutation.Is(WireParts.FieldValue), value => value + "\na: b"),
        Refused("Host twice", HttpRules.HostRepeated, HostName, name => $"Host: a\r\n{name}"),
        Doubtful("no Host", HostName, name => $"X-{name}"),
        Refused("Host with a path", HttpRules.HostInvalid, WireMutation.IsOf("Host", WireParts.FieldValue), host => host + "/a"),
        Refused("Host with userinfo", HttpRules.HostInvalid, WireMutation.IsOf("Host", WireParts.FieldValue), host => "a@" + host),
    ];

    /// <summary>Of field lines in requests: folds, which a client must still take from a server (RFC 9112 §5.2).</summary>
    public static IReadOnlyList<WireMutation> OfFolding { get; } =
    [
        Refused("space in front of a field name", HttpRules.ObsoleteFold, WireMutation.Is(WireParts.FieldName), name => " " + name),
        Refused("folded field", HttpRules.ObsoleteFold, WireMutation.IsInField(WireParts.LineEnd), _ => "\r\n folded\r\n"),
    ];

    /// <summary>Of the fields that say how long the body is (RFC 9112 §6).</summary>
    public static IReadOnlyList<WireMutation> OfFraming { get; } =
    [
        Refused("plus sign in a length", HttpRules.InvalidLength, Length, length => "+" + length),
        Refused("minus sign in a length", HttpRules.InvalidLength, Length, length => "-" + length),
        Refused("hexadecimal length", HttpRules.InvalidLength, Length, length => "0x" + length),
        Refused("length with a unit", HttpRules.InvalidLength, Length, length => length + " bytes"),
        Refused("length beyond 64 bits", HttpRules.InvalidLength, Length, length => "18446744073709551616" + length),
        Refused("empty length", HttpRules.InvalidLength, Length, _ => ""),
        Refused("two different lengths", HttpRules.LengthRepeated, LengthName, name => $"{name}: 7777\r\n{name}"),
        Refused("list of different lengths", HttpRules.LengthRepeated, Length, length => length + ", 7777"),
        Doubtful("length one too long", Length, length => int.TryParse(length, out int number) ? $"{number + 1}" : length),
        Refused("coding beside a length", HttpRules.LengthAndCoding, LengthName, name => $"Transfer-Encoding: chunked\r\n{name}"),
        Refused("length beside a coding", HttpRules.LengthAndCoding, CodingName, name => $"Content-Length: 3\r\n{name}"),
        Refused("chunked is not the last coding", HttpRules.ChunkedNotLast, Coding, _ => "chunked, gzip"),
        Refused("unknown coding", HttpRules.ChunkedNotLast, Coding, _ => "xchunked"),
        Refused("chunked twice", HttpRules.ChunkedNotLast, Coding, coding => $"{coding}, {coding}"),
        Refused("vertical tab in front of the coding", HttpRules.InvalidFieldValue, Coding, coding => "\v" + coding),
        Doubtful("field name with an underscore", piece => LengthName(piece) || CodingName(piece), name => name.Replace('-', '_')),
    ];

    /// <summary>Of a chunked body (RFC 9112 §7.1).</summary>
    public static IReadOnlyList<WireMutation> OfChunks { get; } =
    [
        Refused("plus sign in a chunk size", HttpRules.InvalidChunkSize, WireMutation.Is(WireParts.ChunkSize), size => "+" + size),
        Refused("0x in front of a chunk size", HttpRules.InvalidChunkSize, WireMutation.Is(WireParts.ChunkSize), size => "0x" + size),
        Refused("chunk size that is no number", HttpRules.InvalidChunkSize, WireMutation.Is(WireParts.ChunkSize, WireParts.LastChunk), _ => "g"),
        Refused("chunk size beyond 64 bits", HttpRules.ChunkTooLarge, WireMutation.Is(WireParts.ChunkSize), size => "10000000000000000" + size),
        Refused("underscore in a chunk size", HttpRules.InvalidChunkSize, WireMutation.Is(WireParts.ChunkSize), size => size + "_0"),
        Refused("empty chunk size", HttpRules.InvalidChunkSize, WireMutation.Is(WireParts.ChunkSize, WireParts.LastChunk), _ => ""),
        Doubtful("data longer than the chunk size", WireMutation.Is(WireParts.ChunkData), data => data + "a"),
        Doubtful("data shorter than the chunk size", WireMutation.Is(WireParts.ChunkData), data => data.Length > 0 ? data[1..] : data),
        Refused("chunk extension without a name", HttpRules.InvalidChunkExtension, WireMutation.Is(WireParts.ChunkExtension), _ => ";"),
        Refused("chunk extension without a value", HttpRules.InvalidChunkExtension, WireMutation.Is(WireParts.ChunkExtension), _ => ";a="),
        Refused("LF in a chunk extension", HttpRules.InvalidChunkLineEnd, WireMutation.Is(WireParts.ChunkExtension), _ => ";a\nb"),
        Refused("quote without an end in a chunk extension", HttpRules.InvalidChunkExtension, WireMutation.Is(WireParts.ChunkExtension), _ => ";a=\"b"),
    ];

    /// <summary>Of line ends anywhere, and of any piece (RFC 9112 §2.2).</summary>
    public static IReadOnlyList<WireMutation> OfAnything { get; } =
    [
        Refused("LF without CR", HttpRules.BareLineFeed, WireMutation.Is(WireParts.LineEnd, WireParts.HeadEnd), _ => "\n"),
        Refused("CR twice", HttpRules.BareCarriageReturn, WireMutation.Is(WireParts.LineEnd, WireParts.HeadEnd), _ => "\r\r\n"),
        Doubtful("CR without LF", WireMutation.Is(WireParts.LineEnd, WireParts.HeadEnd), _ => "\r"),
        Doubtful("no line end", WireMutation.Is(WireParts.LineEnd, WireParts.HeadEnd), _ => ""),
        Doubtful("line end twice", WireMutation.Is(WireParts.LineEnd, WireParts.HeadEnd), end => end + end),
        Doubtful("a piece is missing", piece => piece.Text.Length > 0, _ => ""),
        Doubtful("a piece comes twice", piece => piece.Text.Length > 0, text => text + text),
        Doubtful("a piece without its last byte", piece => piece.Text.Length > 0, text => text[..^1]),
        Doubtful("a byte of value 0xFF", _ => true, text => text + "\u00FF"),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<WireMutation> All { get; } = [.. OfRequestLine, .. OfStatusLine, .. OfFields, .. OfFolding, .. OfFraming, .. OfChunks, .. OfAnything];

    private static WireMutation Refused(string name, ProtocolRule rule, Func<WirePiece, bool> fits, Func<string, string> change) => new(name, rule, fits, change);

    private static WireMutation Doubtful(string name, Func<WirePiece, bool> fits, Func<string, string> change) => new(name, null, fits, change);
}
