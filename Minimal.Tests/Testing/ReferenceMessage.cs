using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Minimal.Testing;

namespace Minimal.Tests.Testing;

/// <summary>
/// The grammar of RFC 9112 as regular expressions, written from the RFC and not from the generators: the judge of what
/// they call valid. Slow, and blind to sizes.
/// </summary>
internal sealed record ReferenceMessage(string StartLine, IReadOnlyList<(string Name, string Value)> Fields, byte[] Content)
{
    private const string Token = @"[!#$%&'*+\-.^_`|~0-9A-Za-z]+";
    private const string Quoted = @"""(?:[\t \x21\x23-\x5B\x5D-\x7E\x80-\xFF]|\\[\t \x21-\x7E\x80-\xFF])*""";
    private const string FieldLine = $@"({Token}):[ \t]*((?:[\x21-\x7E\x80-\xFF](?:[ \t\x21-\x7E\x80-\xFF]*[\x21-\x7E\x80-\xFF])?)?)[ \t]*\r\n";
    private const string Extension = $@"(?:[ \t]*;[ \t]*{Token}(?:[ \t]*=[ \t]*(?:{Token}|{Quoted}))?)*";
    private const string Byte = @"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)";
    private const string H = @"[0-9A-Fa-f]{1,4}";
    private const string Last32 = $@"(?:{H}:{H}|{Byte}\.{Byte}\.{Byte}\.{Byte})";

    // RFC 3986 §3.2.2, IPv6address, alternative by alternative.
    private const string Version6 =
        $@"(?:(?:{H}:){{6}}{Last32}|::(?:{H}:){{5}}{Last32}|(?:{H})?::(?:{H}:){{4}}{Last32}|(?:(?:{H}:){{0,1}}{H})?::(?:{H}:){{3}}{Last32}" +
        $@"|(?:(?:{H}:){{0,2}}{H})?::(?:{H}:){{2}}{Last32}|(?:(?:{H}:){{0,3}}{H})?::{H}:{Last32}|(?:(?:{H}:){{0,4}}{H})?::{Last32}" +
        $@"|(?:(?:{H}:){{0,5}}{H})?::{H}|(?:(?:{H}:){{0,6}}{H})?::)";

    private const string Name = @"(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+";
    private const string Host = $@"(?:\[(?:{Version6}|[vV][0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+)\]|{Name})";

    // As many ports as there are.
    private const string Number16 = @"0*(?:\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])";
    private const string Port = $@"(?::(?:{Number16})?)?";
    private const string Path = @"(?:/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})*)";
    private const string Query = @"(?:\?(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*)?";

    private static readonly Regex RequestLine = new(
        $@"^(?:CONNECT {Host}:(?!0+ ){Number16}|OPTIONS \*|(?!CONNECT ){Token} (?:{Path}+{Query}|(?i:http)://{Host}{Port}{Path}*{Query})) HTTP/1\.\d$");

    private static readonly Regex HostField = new($@"^{Host}{Port}$");

    // Without its last space a status line is as good: many servers leave it out, and every client takes it.
    private static readonly Regex StatusLine = new(@"^HTTP/1\.\d [2-5]\d\d(?: [\t \x21-\x7E\x80-\xFF]*)?$");
    private static readonly Regex Field = new($@"\G{FieldLine}");
    private static readonly Regex ChunkLine = new($@"\G([0-9A-Fa-f]+){Extension}\r\n");

    /// <summary>Reads a whole request; throws if it is not valid to its last byte.</summary>
    public static ReferenceMessage ReadRequest(byte[] bytes) => Read(bytes, RequestLine, isRequest: true);

    /// <summary>Reads a whole response that ends with the bytes; throws if it is not valid to its last byte.</summary>
    public static ReferenceMessage ReadResponse(byte[] bytes) => Read(bytes, StatusLine, isRequest: false);

    /// <summary>Whether the bytes begin with a good request line.</summary>
    public static bool HasGoodRequestLine(byte[] bytes)
    {
        string text = Encoding.Latin1.GetString(bytes);
        return text.IndexOf("\r\n", StringComparison.Ordinal) is > 0 and var end && RequestLine.IsMatch(text[..end]);
    }

    /// <summary>Reads a whole chunked body; throws if it is not valid to its last byte.</summary>
    public static byte[] ReadChunked(string text, ref int at)
    {
        var content = new List<byte>();
        while (true)
        {
            Match line = Next(ChunkLine, text, ref at);
            int size = int.Parse(line.Groups[1].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (size == 0) break;
            content.AddRange(Encoding.Latin1.GetBytes(text.Substring(at, size)));
            at += size;
            Demand(text.AsSpan(at).StartsWith("\r\n"), "CRLF behind chunk data");
            at += 2;
        }

        ReadFields(text, ref at);
        return [.. content];
    }

    private static ReferenceMessage Read(byte[] bytes, Regex startLine, bool isRequest)
    {
        string text = Encoding.Latin1.GetString(bytes);
        int at = text.IndexOf("\r\n", StringComparison.Ordinal);
        Demand(at > 0 && startLine.IsMatch(text[..at]), "start line");
        string start = text[..at];
        at += 2;
        List<(string Name, string Value)> fields = ReadFields(text, ref at);
        if (isRequest) CheckHost(start, fields);
        byte[] content = ReadBody(text, start, fields, isRequest, ref at);
        Demand(at == text.Length, "nothing behind the message");
        return new ReferenceMessage(start, fields, content);
    }

    private static List<(string Name, string Value)> ReadFields(string text, ref int at)
    {
        var fields = new List<(string, string)>();
        while (!text.AsSpan(at).StartsWith("\r\n"))
        {
            Match line = Next(Field, text, ref at);
            fields.Add((line.Groups[1].Value, line.Groups[2].Value));
        }

        at += 2;
        return fields;
    }

    private static void CheckHost(string start, List<(string Name, string Value)> fields)
    {
        string[] hosts = Values(fields, "Host");
        Demand(hosts.Length == 1 || (hosts.Length == 0 && start.EndsWith("1.0", StringComparison.Ordinal)), "one Host");
        Demand(hosts.All(HostField.IsMatch), "a good Host");
    }

    private static byte[] ReadBody(string text, string start, List<(string Name, string Value)> fields, bool isRequest, ref int at)
    {
        string[] lengths = Values(fields, "Content-Length");
        string[] codings = Values(fields, "Transfer-Encoding");
        Demand(lengths.Length + codings.Length < 2, "one way to frame a body");
        if (codings is [var coding])
        {
            Demand(!start.EndsWith("1.0", StringComparison.Ordinal) && !start.StartsWith("HTTP/1.0", StringComparison.Ordinal), "no coding in HTTP/1.0");
            Demand(coding.Equals("chunked", StringComparison.OrdinalIgnoreCase), "chunked");
            return ReadChunked(text, ref at);
        }

        int length = lengths is [var number] ? int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture) : isRequest ? 0 : text.Length - at;
        byte[] content = Encoding.Latin1.GetBytes(text.Substring(at, length));
        at += length;
        return content;
    }

    private static string[] Values(List<(string Name, string Value)> fields, string name) =>
        [.. fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];

    private static Match Next(Regex regex, string text, ref int at)
    {
        Match match = regex.Match(text, at);
        Demand(match.Success, $"{regex} at {at}");
        at += match.Length;
        return match;
    }

    private static void Demand(bool condition, string what)
    {
        if (!condition) throw new CheckFailedException($"not valid: {what}");
    }
}
