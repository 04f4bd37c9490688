using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Minimal.Testing;

/// <summary>
/// A response as a strict recipient reads it. It shares no code with the library, so that it can be its judge (RFC 9112 §4 to §7,
/// RFC 9110 §6.6.1, §8.6).
/// </summary>
/// <param name="Version"><c>HTTP/1.1</c>.</param>
/// <param name="Status">The status code.</param>
/// <param name="Reason">The reason phrase, perhaps empty.</param>
/// <param name="Fields">All field lines in their order.</param>
public sealed record ReceivedResponse(string Version, int Status, string Reason, IReadOnlyList<HttpFieldModel> Fields)
{
    /// <summary>The size line of a chunk, without extensions.</summary>
    internal static readonly Regex ChunkSize = Pattern(@"\A([0-9a-fA-F]{1,8})\r\n");

    /// <summary>Trailers, and the empty line behind them.</summary>
    internal static readonly Regex TrailerSection = Pattern(@"\A(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+: [^\r\n\0]*\r\n)*\r\n");

    private static readonly Regex StatusLine = Pattern(@"\AHTTP/1\.1 ([1-5][0-9][0-9]) ([\t \x21-\x7E\x80-\xFF]*)\z");

    // Nothing in front of the colon, one space behind it, no white space at the value's ends: more than §5 asks for, and what we send.
    private static readonly Regex FieldLine =
        Pattern(@"\A([!#$%&'*+\-.^_`|~0-9A-Za-z]+): ((?:[\x21-\x7E\x80-\xFF](?:[\t \x21-\x7E\x80-\xFF]*[\x21-\x7E\x80-\xFF])?)?)\z");

    private static readonly Regex AnyHead =
        Pattern(@"\AHTTP/1\.([01]) ([1-5][0-9][0-9])(?: ([^\r\n]*))?\r\n(?:([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([^\r\n]*)\r\n)*\r\n");

    private static readonly Regex AnyChunk = Pattern(@"\A([0-9a-fA-F]{1,7})[^\r\n]*\r\n");

    private static readonly Regex FixDate =
        Pattern(@"\A(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT\z");

    private static readonly string[] Singletons = ["Content-Length", "Transfer-Encoding", "Content-Type", "Date", "Location", "ETag", "Retry-After"];

    /// <summary>The content, once it was read.</summary>
    public IReadOnlyList<byte> Content { get; init; } = [];

    /// <summary>Whether all of the content has come, as far as its framing tells; of one that ends with the connection nothing does.</summary>
    public bool IsWhole { get; private init; } = true;

    /// <summary>What is wrong with the head; null when nothing is.</summary>
    public string? Fault { get; private init; }

    /// <summary>The content as text, in UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString([.. Content]);

    /// <summary>Whether the content comes in chunks.</summary>
    public bool IsChunked => this["Transfer-Encoding"] is not null;

    /// <summary>What Content-Length says; null when there is none.</summary>
    public long? ContentLength => this["Content-Length"] is { } length ? long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null : null;

    /// <summary>Whether it says that the connection closes.</summary>
    public bool SaysClose => string.Equals(this["Connection"], "close", StringComparison.Ordinal);

    /// <summary>The value of a field; null when there is none, and several are joined by commas.</summary>
    public string? this[string name]
    {
        get
        {
            string[] values = [.. Fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];
            return values.Length == 0 ? null : string.Join(", ", values);
        }
    }

    /// <summary>Whether content follows, when the request had that method (RFC 9112 §6.3).</summary>
    public bool HasContent(string method) => method != "HEAD" && Status is >= 200 and not 204 and not 304;

    /// <summary>Reads a head with its empty line.</summary>
    public static ReceivedResponse Parse(string head)
    {
        ArgumentNullException.ThrowIfNull(head);
        string[] lines = head.Split("\r\n");
        Match status = StatusLine.Match(lines[0]);
        Match[] fields = [.. lines[1..^2].Select(line => FieldLine.Match(line))];
        if (!status.Success) return Faulty("no status line");
        if (Array.FindIndex(fields, field => !field.Success) is int wrong and >= 0) return Faulty($"no field line: {lines[1 + wrong]}");

        var response = new ReceivedResponse(
            "HTTP/1.1",
            int.Parse(status.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture),
            status.Groups[2].Value,
            [.. fields.Select(field => new HttpFieldModel(field.Groups[1].Value, field.Groups[2].Value))]);
        return response with { Fault = response.FindFault() };
    }

    /// <summary>
    /// Reads the responses of any server that stand one behind the other, leniently: what is no response ends the list, and what is cut off has the content
    /// that is there. Interim responses are left out.
    /// </summary>
    /// <param name="bytes">All that came on a connection.</param>
    /// <param name="methods">The methods of the requests in their order; those behind the last are GET.</param>
    public static IReadOnlyList<ReceivedResponse> ReadAll(ReadOnlySpan<byte> bytes, params IReadOnlyList<string> methods)
    {
        string text = Encoding.Latin1.GetString(bytes);
        var responses = new List<ReceivedResponse>();
        for (Match head = AnyHead.Match(text); head.Success; head = AnyHead.Match(text))
        {
            text = text[head.Length..];
            var response = new ReceivedResponse(
                "HTTP/1." + head.Groups[1].Value,
                int.Parse(head.Groups[2].Value, NumberStyles.None, CultureInfo.InvariantCulture),
                head.Groups[3].Value,
                [.. head.Groups[4].Captures.Zip(head.Groups[5].Captures, (name, value) => new HttpFieldModel(name.Value, value.Value.Trim()))]);
            string method = responses.Count < methods.Count ? methods[responses.Count] : "GET";
            bool isWhole = true;
            string content = response.HasContent(method) ? response.TakeContent(ref text, out isWhole) : "";
            if (response.Status >= 200) responses.Add(response with { Content = Encoding.Latin1.GetBytes(content), IsWhole = isWhole });
        }

        return responses;
    }

    private static Regex Pattern(string pattern) => new(pattern, RegexOptions.CultureInvariant);

    private static ReceivedResponse Faulty(string fault) => new("", 0, "", []) { Fault = fault };

    private string TakeContent(ref string text, out bool isWhole)
    {
        if (IsChunked) return TakeChunks(ref text, out isWhole);
        isWhole = ContentLength <= text.Length;
        return Take(ref text, (int)Math.Min(text.Length, ContentLength ?? text.Length));
    }

    private static string TakeChunks(ref string text, out bool isWhole)
    {
        isWhole = false;
        var content = new StringBuilder();
        for (Match chunk = AnyChunk.Match(text); chunk.Success && !isWhole; chunk = AnyChunk.Match(text))
        {
            int size = Convert.ToInt32(chunk.Groups[1].Value, 16);
            text = text[chunk.Length..];
            isWhole = size == 0;
            content.Append(Take(ref text, Math.Min(text.Length, size)));
            if (!isWhole) Take(ref text, Math.Min(text.Length, 2));
        }

        Match trailers = TrailerSection.Match(text);
        isWhole &= trailers.Success;
        if (trailers.Success) text = text[trailers.Length..];
        return content.ToString();
    }

    private static string Take(ref string text, int count)
    {
        string taken = text[..count];
        text = text[count..];
        return taken;
    }

    private string? FindFault()
    {
        string? repeated = Singletons.FirstOrDefault(name => Fields.Count(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) > 1);
        if (repeated is not null) return $"{repeated} comes twice";
        if (this["Content-Length"] is { } length && !length.All(char.IsAsciiDigit)) return "Content-Length is no number";
        if (this["Transfer-Encoding"] is { } coding && coding != "chunked") return "the transfer coding is not chunked";
        if (IsChunked && ContentLength is not null) return "both a length and a coding";
        if ((IsChunked || ContentLength is not null) && Status is < 200 or 204) return "framing where there is no content";
        if (Status >= 200 && this["Date"] is null) return "no Date";
        if (this["Date"] is { } date && !FixDate.IsMatch(date)) return "Date is no IMF-fixdate";
        if (this["Connection"] is { } options && options is not ("close" or "keep-alive" or "Upgrade")) return "an unknown connection option";
        return null;
    }
}
