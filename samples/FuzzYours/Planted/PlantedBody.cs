using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Minimal.FuzzYours.Planted;

/// <summary>The body of a request (RFC 9112 §6, §7).</summary>
internal static class PlantedBody
{
    private const string Token = @"[!#$%&'*+\-.^_`|~0-9A-Za-z]+";
    private const int MaxLength = 1_000_000;

    private static readonly Regex ChunkLine = new($@"\A([0-9A-Fa-f]+)(?:[ \t]*;[ \t]*{Token}(?:[ \t]*=[ \t]*(?:{Token}|""(?:[\t \x21\x23-\x5B\x5D-\x7E\x80-\xFF]|\\[\t \x21-\x7E\x80-\xFF])*""))?)*\r\n\z");

    /// <summary>The content; null if the request is refused, or the end comes before.</summary>
    public static async ValueTask<string?> ReadAsync(PlantedRequest request, PlantedInput input, IReadOnlySet<PlantedBug> bugs)
    {
        IReadOnlyList<string> codings = request.All("Transfer-Encoding");
        string[] lengths = [.. request.All("Content-Length").SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries))];
        if (codings.Count > 0 && lengths.Length > 0)
        {
            if (!bugs.Contains(PlantedBug.IgnoresCodingBesideLength)) return null;
            codings = [];
        }

        if (codings.Count > 0)
        {
            bool isChunked = codings is [var coding] && coding.Equals("chunked", StringComparison.OrdinalIgnoreCase) && request.Version == "HTTP/1.1";
            return isChunked ? await ReadChunksAsync(input, bugs) : null;
        }

        if (lengths.Length == 0) return "";
        if (lengths.Length > 1 && !bugs.Contains(PlantedBug.TakesLastLength)) return null;
        string pattern = bugs.Contains(PlantedBug.AcceptsSignedLength) ? @"\A\+?[0-9]{1,9}\z" : @"\A[0-9]{1,9}\z";
        if (!Regex.IsMatch(lengths[^1], pattern)) return null;
        int length = int.Parse(lengths[^1], CultureInfo.InvariantCulture);
        return length > MaxLength ? null : await input.TakeAsync(length);
    }

    private static async ValueTask<string?> ReadChunksAsync(PlantedInput input, IReadOnlySet<PlantedBug> bugs)
    {
        var content = new StringBuilder();
        while (true)
        {
            Match line = ChunkLine.Match(await input.TakeLineAsync() ?? "");
            if (!line.Success || SizeOf(line.Groups[1].Value, bugs) is not { } size) return null;
            if (size == 0) return await SkipTrailersAsync(input) ? content.ToString() : null;
            if (await ReadChunkAsync(size, input, bugs) is not { } data || await input.TakeAsync(2) is not "\r\n") return null;
            content.Append(data);
        }
    }

    private static int? SizeOf(string digits, IReadOnlySet<PlantedBug> bugs)
    {
        string significant = digits.TrimStart('0');
        if (bugs.Contains(PlantedBug.ReadsChunkSizesIn32Bits)) significant = significant[Math.Max(0, significant.Length - 8)..].TrimStart('0');
        if (significant.Length > 5) return null;
        return significant.Length == 0 ? 0 : int.Parse(significant, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    private static async ValueTask<string?> ReadChunkAsync(int size, PlantedInput input, IReadOnlySet<PlantedBug> bugs)
    {
        var data = new StringBuilder();
        while (data.Length < size)
        {
            if (input.Unread.Length == 0)
            {
                if (!await input.FillAsync()) return null;
                if (data.Length > 0 && bugs.Contains(PlantedBug.SkipsByteBetweenReads)) input.Unread = input.Unread[1..];
            }

            data.Append(await input.TakeAsync(Math.Min(size - data.Length, input.Unread.Length)));
        }

        return data.ToString();
    }

    private static async ValueTask<bool> SkipTrailersAsync(PlantedInput input)
    {
        while (await input.TakeLineAsync() is { } line)
        {
            if (line == "\r\n") return true;
            if (!line.EndsWith("\r\n", StringComparison.Ordinal) || !PlantedRequest.IsField(line[..^2])) return false;
        }

        return false;
    }
}
