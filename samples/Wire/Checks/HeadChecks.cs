using static Minimal.WireTool.Checks.Demand;

namespace Minimal.WireTool.Checks;

/// <summary>Heads that break the grammar, or are larger than anybody needs.</summary>
internal static class HeadChecks
{
    private const string Line = "GET {t} HTTP/1.1\r\n", Host = "Host: {h}\r\n", End = "\r\n";

    public static IReadOnlyList<CheckRow> Rows { get; } =
    [
        // RFC 9112 §2: the message
        Row("LF alone ends the request line", May, "RFC 9112 §2.2", "GET {t} HTTP/1.1\n" + Host + End),
        Row("LF alone ends a field line", May, "RFC 9112 §2.2", Line + Host + "X: a\n" + End),
        Row("LF alone ends the head", May, "RFC 9112 §2.2", Line + Host + "\n"),
        Row("CR alone within a field value", May, "RFC 9112 §2.2", Line + Host + "X: a\rY: b\r\n" + End),
        Row("CR CR LF ends a field line", May, "RFC 9112 §2.2", Line + Host + "X: a\r\r\n" + End),
        Row("white space in front of the first field", May, "RFC 9112 §2.2", Line + " X: a\r\n" + Host + End),
        Row("no HTTP at all: the beginning of TLS", Should, "RFC 9112 §2.2", "\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03\r\n\r\n"),
        Row("the version in lower case", Should, "RFC 9112 §2.3", "GET {t} http/1.1\r\n" + Host + End),
        Row("the version HTTP/1.10", Should, "RFC 9112 §2.3", "GET {t} HTTP/1.10\r\n" + Host + End),
        Row("the version HTTP/1", Should, "RFC 9112 §2.3", "GET {t} HTTP/1\r\n" + Host + End),
        Row("the version HTTP/2.0", May, "RFC 9110 §15.6.6", "GET {t} HTTP/2.0\r\n" + Host + End),

        // RFC 9112 §3: the request line
        Row("no version, no fields (HTTP/0.9)", Should, "RFC 9112 §3", "GET {t}\r\n\r\n"),
        Row("two spaces behind the method", May, "RFC 9112 §3", "GET  {t} HTTP/1.1\r\n" + Host + End),
        Row("a tab behind the method", May, "RFC 9112 §3", "GET\t{t} HTTP/1.1\r\n" + Host + End),
        Row("a space at the end of the request line", May, "RFC 9112 §3", "GET {t} HTTP/1.1 \r\n" + Host + End),
        Row("a space within the target", Should, "RFC 9112 §3.2", "GET {t}a b HTTP/1.1\r\n" + Host + End),
        Row("a method with a parenthesis", Should, "RFC 9110 §9.1", "G(T {t} HTTP/1.1\r\n" + Host + End),
        Row("no method", Should, "RFC 9112 §3", " {t} HTTP/1.1\r\n" + Host + End),
        Row("a control character in the target", Should, "RFC 9112 §3.2", "GET {t}?\x01 HTTP/1.1\r\n" + Host + End),
        Row("a byte above 127 in the target", Should, "RFC 9112 §3.2", "GET {t}?\xC3\xA9 HTTP/1.1\r\n" + Host + End),
        Row("a fragment in the target", Should, "RFC 9112 §3.2", "GET {t}#part HTTP/1.1\r\n" + Host + End),
        Row("a percent sign without digits in the target", Should, "RFC 3986 §2.1", "GET {t}?%zz HTTP/1.1\r\n" + Host + End),
        Row("the target * with GET", Should, "RFC 9112 §3.2.4", "GET * HTTP/1.1\r\n" + Host + End),
        Row("host:port as target with GET", Should, "RFC 9112 §3.2.3", "GET a.example:80 HTTP/1.1\r\n" + Host + End),
        Row("a request line of 256 KiB", May, "RFC 9112 §3", "GET {t}?" + new string('a', 256 * 1024) + " HTTP/1.1\r\n" + Host + End),

        // RFC 9112 §3.2: Host
        Row("no Host", Must, "RFC 9112 §3.2", Line + End),
        Row("the same Host twice", Must, "RFC 9112 §3.2", Line + Host + Host + End),
        Row("two different Hosts", Must, "RFC 9112 §3.2", Line + Host + "Host: other.example\r\n" + End),
        Row("a Host with a space in it", Must, "RFC 9112 §3.2", Line + "Host: a b\r\n" + End),
        Row("a Host with a path", Must, "RFC 9112 §3.2", Line + "Host: {h}/a\r\n" + End),
        Row("a Host with userinfo", Must, "RFC 9112 §3.2", Line + "Host: user@{h}\r\n" + End),
        Row("a Host whose port is no number", Must, "RFC 9112 §3.2", Line + "Host: a.example:8o\r\n" + End),

        // RFC 9112 §5: fields
        Row("a space in front of the colon", Must, "RFC 9112 §5.1", Line + Host + "X : a\r\n" + End),
        Row("a tab in front of the colon", Must, "RFC 9112 §5.1", Line + Host + "X\t: a\r\n" + End),
        Row("a space in front of Host's colon", Must, "RFC 9112 §5.1", Line + "Host : {h}\r\n" + End),
        Row("a line without a colon", Should, "RFC 9112 §5", Line + Host + "X\r\n" + End),
        Row("a field without a name", Should, "RFC 9110 §5.1", Line + Host + ": a\r\n" + End),
        Row("a field name with a parenthesis", Should, "RFC 9110 §5.1", Line + Host + "X(y): a\r\n" + End),
        Row("a field name with a byte above 127", Should, "RFC 9110 §5.1", Line + Host + "X\xE9: a\r\n" + End),
        Row("a field folded over two lines (obs-fold)", May, "RFC 9112 §5.2", Line + Host + "X: a\r\n b\r\n" + End),
        Row("a NUL in a field value", May, "RFC 9110 §5.5", Line + Host + "X: a\0b\r\n" + End),
        Row("a control character in a field value", May, "RFC 9110 §5.5", Line + Host + "X: a\u0001b\r\n" + End),
        Row("a field of 1 MiB", May, "RFC 9110 §5.4", Line + Host + "X: " + new string('a', 1024 * 1024) + "\r\n" + End),
        Row("10,000 fields", May, "RFC 9110 §5.4", Line + Host + string.Concat(Enumerable.Repeat("X: a\r\n", 10_000)) + End),
    ];

    private static CheckRow Row(string what, Demand demand, string section, string bytes) => new(what, demand, section, CheckPart.Head, bytes);
}
