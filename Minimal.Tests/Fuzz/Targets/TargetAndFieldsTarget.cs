using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Content;
using Minimal.Http.Topics;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.WebSocket.Wire;

namespace Minimal.Fuzz.Targets;

/// <summary>
/// What programs do with a request: its path and query decoded, its fields found, and the little languages in field values. The first line of the input is the
/// target, the others are field lines.
/// </summary>
internal sealed class TargetAndFieldsTarget : FuzzTarget
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override string Name => "target-and-fields";

    public override string Invariant =>
        "a path never leads above the root and is what a slow twin decodes; the parts of a target make the target; fields are found as a plain search finds them; what is read of a value reads the same when written again";

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[]
        {
            "/..", "/.", "/%2e%2e", "/%2F", "%25", "%00", "%C3%A9", "?a=b&c", "+", "http://", "Cookie: a=b; c=\"d\"\r\n", "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
            "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Last-Event-ID: a0-1\r\n", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n",
            "server_max_window_bits=10", "Origin: http://a:80\r\n", "Sec-WebSocket-Protocol: a, b\r\n", "Upgrade: websocket\r\nConnection: Upgrade\r\n",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n", "earliest", "latest",
        }.Select(Encoding.Latin1.GetBytes),
    ];

    public override Gen<byte[]> Inputs => Gen.OneOf(
        HttpRequestGen.Valid.Select(request => Encoding.Latin1.GetBytes($"{request.Target}\n{string.Concat(request.Fields.Select(line => $"{line.Name}: {line.Value}\r\n"))}")),
        Gen.ArrayOf(Gen.Elements(Words.AsEnumerable())).Select(words => (byte[])[(byte)'/', .. words.Take(3).SelectMany(word => word), (byte)'\n', .. words.Skip(3).SelectMany(word => word)]));

    public override void Check(byte[] input)
    {
        int end = input.AsSpan().IndexOf((byte)'\n');
        byte[] target = end < 0 ? input : input[..end], lines = end < 0 ? [] : input[(end + 1)..];
        byte[] request = [.. "GET "u8, .. target, .. " HTTP/1.1\r\nHost: a\r\n"u8, .. lines, .. lines.AsSpan().EndsWith("\r\n"u8) || lines.Length == 0 ? [] : "\r\n"u8, .. "\r\n"u8];
        ParseStatus status = RequestHead.Parse(new(request), HttpLimits.Default, out RequestHead? head, out long length, out ProtocolRule? broken);
        Demand.Answer(status, broken, HttpRules.All);
        if (status != ParseStatus.Complete) return;

        Demand.That(length <= request.Length, "more was used than came");
        CheckTarget(head!);
        CheckFields(head!.Fields);
        foreach (HttpField field in head.Fields) CheckValue(field.Value);
        CheckHandshake(head);
    }

    private static void CheckTarget(RequestHead head)
    {
        string path = Latin(head.PathBytes), query = Latin(head.QueryBytes), target = head.Target;
        string authority = head.Form == TargetForm.Absolute ? $"{target[..(target.IndexOf("://", StringComparison.Ordinal) + 3)]}{head.Authority}" : "";
        bool hasMark = target.Contains('?', StringComparison.Ordinal);
        if (head.Form is TargetForm.Origin or TargetForm.Absolute) Demand.Same(target, $"{authority}{path}{(hasMark ? "?" : "")}{query}", "the parts do not make the target");

        Demand.Same(DecodePath(path), head.Path, "another path than a slow twin decodes");
        Demand.That(head.Path.StartsWith('/') && !head.Path.Split('/').Any(segment => segment is "." or ".."), $"the path leads elsewhere: {head.Path}");

        bool isRead = UrlValues.TryParse(head.QueryBytes, out UrlValues values);
        Demand.That(isRead || query.Count(letter => letter == '&') > 1000, "a query that the parser took cannot be read");
        string[] pairs = [.. query.Split('&', StringSplitOptions.RemoveEmptyEntries)];
        if (isRead) Demand.Same(string.Join('\n', pairs.Select(DecodePair)), string.Join('\n', values.Select(pair => $"{pair.Key}={pair.Value}")), "other values than a slow twin decodes");
    }

    private static void CheckFields(HttpFields fields)
    {
        foreach (string name in fields.Select(field => field.Name).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            string[] values = [.. fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];
            string other = Other(name);
            Demand.That(fields.Contains(other) && fields.CountOf(other) == values.Length, $"a field is not found: {name}");
            Demand.Same(values[0], fields.First(other)!, "another first value");
            Demand.Same(string.Join(", ", values), fields.Combined(other)!, "other values together");
            IEnumerable<string> members = values.SelectMany(value => value.Split(',')).Select(member => member.Trim(' ', '\t')).Where(member => HttpChars.IsToken(member));
            foreach (string member in members) Demand.That(fields.HasMember(other, Other(member)), $"a member is not found: {member}");
        }

        foreach (KeyValuePair<string, string> cookie in Cookies.Read(fields))
        {
            Demand.That(HttpChars.IsToken(cookie.Key) && cookie.Value.All(letter => letter is > ' ' and < '\x7F' and not ('"' or ',' or ';' or '\\')), $"a bad cookie: {cookie}");
            Demand.That(Cookies.Read(fields).First(cookie.Key) is not null, "a cookie is not found");
        }
    }

    // Each of the languages that a value may be in; none may throw, and what is read must be read again.
    private static void CheckValue(string value)
    {
        if (HttpDate.TryParse(Encoding.Latin1.GetBytes(value), Now, out DateTimeOffset date))
        {
            string written = HttpDate.Format(date);
            Demand.That(HttpDate.TryParse(Encoding.Latin1.GetBytes(written), Now, out DateTimeOffset again) && again == date, $"another date when written again: {written}");
        }

        if (Cursor.TryParse(value, out Cursor cursor)) Demand.That(Cursor.TryParse($"{cursor}", out Cursor again) && again == cursor, $"another cursor when written again: {cursor}");
        if (TopicPosition.TryParse(value, out TopicPosition position)) Demand.That(TopicPosition.TryParse($"{position}", out TopicPosition again) && again == position, $"another position when written again: {position}");
        if (Origin.Read(value) is { } origin) Demand.That(Origin.Read($"{origin.Scheme}://{origin.Host}:{origin.Port}") == origin, $"another origin when written again: {origin}");
        if (TokenList.ReadUnique([value]) is { } tokens) Demand.Same(string.Join(',', tokens), string.Join(',', TokenList.ReadUnique([string.Join(", ", tokens)]) ?? []), "another list when written again");
        if (Extension.ReadList([value]) is { } list) Demand.Same(string.Join(',', list), string.Join(',', Extension.ReadList([string.Join(", ", list)]) ?? []), "other extensions when written again");
    }

    private static void CheckHandshake(RequestHead head)
    {
        string[] Lines(string name) => [.. head.Fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];
        var request = new HandshakeRequest
        {
            Method = head.Method, MinorVersion = head.MinorVersion, Host = Lines("Host"), Upgrade = Lines("Upgrade"), Connection = Lines("Connection"), Key = Lines("Sec-WebSocket-Key"),
            Version = Lines("Sec-WebSocket-Version"), Origin = Lines("Origin"), Protocols = Lines("Sec-WebSocket-Protocol"), Extensions = Lines("Sec-WebSocket-Extensions"),
        };
        HandshakeOffer? offer = request.Decide(OriginPolicy.Any, out ProtocolRule? broken);
        Demand.That(offer is null == broken is not null && (broken is null || WebSocketRules.All.Contains(broken)), "no answer to a handshake, or two");
        if (offer is null || DeflateOffer.Answer(offer.Extensions, DeflatePolicy.Default) is not { } answer) return;
        Demand.That(DeflateParameters.ReadReply(answer.ToExtension()) == answer, $"our own answer cannot be read: {answer}");
    }

    // RFC 3986 §5.2.4, segment by segment on a stack; an escaped slash is no separator.
    private static string DecodePath(string path)
    {
        if (path.Length == 0) return "/";
        List<string> kept = [];
        string[] segments = [.. path[1..].Split('/').Select(segment => Unescape(segment, "%(?!2[fF])([0-9a-fA-F]{2})"))];
        foreach (string segment in segments)
        {
            if (segment == ".." && kept.Count > 0) kept.RemoveAt(kept.Count - 1);
            if (segment is not ("." or "..")) kept.Add(segment);
        }

        if (segments[^1] is "." or "..") kept.Add("");
        return Utf8("/" + string.Join('/', kept));
    }

    private static string DecodePair(string pair)
    {
        string[] parts = pair.Split('=', 2);
        string Decode(string text) => Utf8(Unescape(text.Replace('+', ' '), "%([0-9a-fA-F]{2})"));
        return $"{Decode(parts[0])}={(parts.Length > 1 ? Decode(parts[1]) : "")}";
    }

    private static string Unescape(string text, string pattern) => Regex.Replace(text, pattern, escape =>
        ((char)byte.Parse(escape.Groups[1].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)).ToString());

    private static string Utf8(string latin) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(latin));

    private static string Latin(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    // In the other case, of the letters of ASCII.
    private static string Other(string text) =>
        string.Concat(text.Select(letter => char.IsAsciiLetterLower(letter) ? char.ToUpperInvariant(letter) : char.IsAsciiLetterUpper(letter) ? char.ToLowerInvariant(letter) : letter));
}
