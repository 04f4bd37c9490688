using static Minimal.WireTool.Checks.Demand;

namespace Minimal.WireTool.Checks;

/// <summary>Bodies whose end two parsers could find in two places: that is how requests are smuggled (RFC 9112 §11.2).</summary>
internal static class BodyChecks
{
    private const string Start = "{m} {t} HTTP/1.1\r\nHost: {h}\r\n", Next = "GET {t} HTTP/1.1\r\nHost: {h}\r\n\r\n";
    private const string Chunk = "5\r\nhello\r\n0\r\n\r\n", Coded = "Transfer-Encoding: chunked\r\n";

    public static IReadOnlyList<CheckRow> Rows { get; } =
    [
        // RFC 9112 §6: the length of a body
        Row("two different Content-Lengths", Must, "RFC 9112 §6.3", "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
        Row("the same Content-Length twice", May, "RFC 9112 §6.3", "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
        Row("Content-Length: 5, 6", Must, "RFC 9112 §6.3", "Content-Length: 5, 6\r\n\r\nhello"),
        Row("Content-Length: 5, 5", May, "RFC 9112 §6.3", "Content-Length: 5, 5\r\n\r\nhello"),
        Row("Content-Length: +5", Must, "RFC 9112 §6.3", "Content-Length: +5\r\n\r\nhello"),
        Row("Content-Length: -1", Must, "RFC 9112 §6.3", "Content-Length: -1\r\n\r\n"),
        Row("Content-Length: 0x5", Must, "RFC 9112 §6.3", "Content-Length: 0x5\r\n\r\nhello"),
        Row("Content-Length: 5.0", Must, "RFC 9112 §6.3", "Content-Length: 5.0\r\n\r\nhello"),
        Row("Content-Length: 5 5", Must, "RFC 9112 §6.3", "Content-Length: 5 5\r\n\r\nhello"),
        Row("an empty Content-Length", Must, "RFC 9112 §6.3", "Content-Length:\r\n\r\n"),
        Row("a Content-Length of 2^64 + 5", Must, "RFC 9110 §8.6", "Content-Length: 18446744073709551621\r\n\r\nhello"),
        Row("Content-Length and Transfer-Encoding", May, "RFC 9112 §6.3", "Content-Length: 15\r\n" + Coded + "\r\n" + Chunk),
        Row("Transfer-Encoding and Content-Length", May, "RFC 9112 §6.3", Coded + "Content-Length: 15\r\n\r\n" + Chunk),
        Whole("Transfer-Encoding in HTTP/1.0", Must, "RFC 9112 §6.1", "{m} {t} HTTP/1.0\r\nHost: {h}\r\nConnection: keep-alive\r\n" + Coded + "\r\n" + Chunk),
        Row("Transfer-Encoding: chunked, identity", Must, "RFC 9112 §6.3", "Transfer-Encoding: chunked, identity\r\n\r\n" + Chunk),
        Row("Transfer-Encoding: identity", Must, "RFC 9112 §6.3", "Transfer-Encoding: identity\r\n\r\n"),
        Row("Transfer-Encoding: xchunked", Must, "RFC 9112 §6.3", "Transfer-Encoding: xchunked\r\n\r\n" + Chunk),
        Row("Transfer-Encoding: unknown, chunked", Should, "RFC 9112 §6.1", "Transfer-Encoding: unknown, chunked\r\n\r\n" + Chunk),
        Row("Transfer-Encoding: chunked, chunked", Should, "RFC 9112 §6.1", "Transfer-Encoding: chunked, chunked\r\n\r\n" + Chunk),
        Row("Transfer-Encoding: chunked, on two lines", Should, "RFC 9112 §6.1", Coded + Coded + "\r\n" + Chunk),
        Row("Transfer-Encoding: VT chunked", Should, "RFC 9112 §6.1", "Transfer-Encoding: \vchunked\r\n\r\n" + Chunk),
        Row("a space in front of Transfer-Encoding's colon", Must, "RFC 9112 §5.1", "Transfer-Encoding : chunked\r\n\r\n" + Chunk),
        Row("Transfer-Encoding folded over two lines", May, "RFC 9112 §5.2", "Transfer-Encoding:\r\n chunked\r\n\r\n" + Chunk),

        // RFC 9112 §7: chunks
        Chunks("a chunk size that is no number", Should, "RFC 9112 §7.1", "g\r\nhello\r\n0\r\n\r\n"),
        Chunks("a chunk size 0x5", Should, "RFC 9112 §7.1", "0x5\r\nhello\r\n0\r\n\r\n"),
        Chunks("a chunk size +5", Should, "RFC 9112 §7.1", "+5\r\nhello\r\n0\r\n\r\n"),
        Chunks("a chunk size -5", Should, "RFC 9112 §7.1", "-5\r\nhello\r\n0\r\n\r\n"),
        Chunks("a chunk size 5_", Should, "RFC 9112 §7.1", "5_\r\nhello\r\n0\r\n\r\n"),
        Chunks("a space in front of a chunk size", Should, "RFC 9112 §7.1", " 5\r\nhello\r\n0\r\n\r\n"),
        Chunks("no chunk size", Should, "RFC 9112 §7.1", "\r\nhello\r\n0\r\n\r\n"),
        Chunks("a chunk size of 2^64 + 5", Must, "RFC 9112 §7.1", "10000000000000005\r\nhello\r\n0\r\n\r\n"),
        Chunks("LF alone behind a chunk size", Should, "RFC 9112 §7.1", "5\nhello\r\n0\r\n\r\n"),
        Chunks("LF alone behind chunk data", Should, "RFC 9112 §7.1", "5\r\nhello\n0\r\n\r\n"),
        Chunks("nothing behind chunk data", Should, "RFC 9112 §7.1", "5\r\nhello0\r\n\r\n"),
        Chunks("chunk data longer than its size", Should, "RFC 9112 §7.1", "5\r\nhelloXX0\r\n\r\n"),
        Chunks("LF alone in a chunk extension", Should, "RFC 9112 §7.1.1", "5;a\nhello\r\n0\r\n\r\n"),
        Chunks("CR alone in a chunk extension", Should, "RFC 9112 §7.1.1", "5;a\rb\r\nhello\r\n0\r\n\r\n"),
        Chunks("a NUL in a chunk extension", Should, "RFC 9112 §7.1.1", "5;a\0\r\nhello\r\n0\r\n\r\n"),
        Chunks("a chunk extension of 1 MiB", May, "RFC 9112 §7.1.1", "5;" + new string('a', 1024 * 1024) + "\r\nhello\r\n0\r\n\r\n"),
        Chunks("a trailer without a colon", Should, "RFC 9112 §7.1.2", "5\r\nhello\r\n0\r\nX\r\n\r\n"),
        Chunks("a space in front of a trailer's colon", Must, "RFC 9112 §5.1", "5\r\nhello\r\n0\r\nX : a\r\n\r\n"),
        Chunks("LF alone ends the trailers", May, "RFC 9112 §2.2", "5\r\nhello\r\n0\r\nX: a\r\n\n"),
        Chunks("trailers of 1 MiB", May, "RFC 9110 §5.4", "5\r\nhello\r\n0\r\nX: " + new string('a', 1024 * 1024) + "\r\n\r\n"),
    ];

    private static CheckRow Row(string what, Demand demand, string section, string rest) => Whole(what, demand, section, Start + rest);

    private static CheckRow Chunks(string what, Demand demand, string section, string body) => Row(what, demand, section, Coded + "\r\n" + body);

    private static CheckRow Whole(string what, Demand demand, string section, string request) =>
        new(what, demand, section, CheckPart.Body, request + Next);
}
