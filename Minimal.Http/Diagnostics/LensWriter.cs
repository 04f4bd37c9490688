using System.Globalization;
using System.Linq;
using System.Text;

namespace Minimal.Http.Diagnostics;

/// <summary>Writes a table of the lens as text: readings that cut alike stand together.</summary>
internal sealed class LensWriter(LensTable table, TextWriter output, LensLanguage language)
{
    private const int QuotedBytes = 40;

    public void Write()
    {
        List<LensRow[]> groups = [];
        foreach (LensRow row in table.Rows)
        {
            int at = groups.FindIndex(group => group[0].CutsAs(row));
            if (at < 0) groups.Add([row]);
            else groups[at] = [.. groups[at], row];
        }

        int width = groups.Max(group => WidthOf(TitleOf(group[0]))) + 2;
        foreach (LensRow[] group in groups) WriteGroup(group, width);
        WriteParting(groups);
        output.WriteLine();
        output.WriteLine($"{table.Verdict.In(language)}{(language == LensLanguage.Chinese ? "。" : ".")}");
    }

    /// <summary>The beginning of some bytes, on one line.</summary>
    public static string Quote(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (byte value in bytes[..Math.Min(bytes.Length, QuotedBytes)]) text.Append(Escape(value));
        return bytes.Length > QuotedBytes ? $"{text}…" : $"{text}";
    }

    private static string Escape(byte value) => value switch
    {
        (byte)'\r' => @"\r",
        (byte)'\n' => @"\n",
        (byte)'\\' => @"\\",
        >= 0x20 and < 0x7F => ((char)value).ToString(),
        _ => string.Create(CultureInfo.InvariantCulture, $@"\x{value:X2}"),
    };

    private void WriteGroup(LensRow[] group, int width)
    {
        string title = TitleOf(group[0]);
        foreach (string line in Lines(group[0]))
        {
            output.WriteLine($"{title}{new string(' ', width - WidthOf(title))}{line}");
            title = "";
        }

        if (group.Length > 1) output.WriteLine($"{new string(' ', width)}{LensTexts.Alike([.. group[1..].Select(row => row.Reading)]).In(language)}");
    }

    private void WriteParting(List<LensRow[]> groups)
    {
        if (groups.Count == 1) return;
        output.WriteLine();
        output.WriteLine(LensTexts.WhereTheyPart.In(language));
        foreach (LensRow[] group in groups.Skip(1))
        {
            if (LensTable.Part(groups[0][0], group[0]) is { } parting) output.WriteLine($"  {LensTexts.PartsAt(parting).In(language)}");
        }
    }

    private IEnumerable<string> Lines(LensRow row)
    {
        int number = 0;
        foreach (LensRequest request in row.Requests)
        {
            bool isWaiting = !request.IsComplete && row.End != LensEnd.Refused;
            LensText content = isWaiting ? LensTexts.ContentSoFar(request.Content) : LensTexts.Content(request.Content);
            string line = Quote(Encoding.Latin1.GetBytes($"{request.Method} {request.Target}"));
            yield return LensTexts.Request(++number, line, request, content).In(language);
        }

        if (EndOf(row) is { } end) yield return end.In(language);
        else if (number == 0) yield return LensTexts.NoBytes.In(language);
    }

    private LensText? EndOf(LensRow row) => row.End switch
    {
        LensEnd.Refused => LensTexts.RefusedAt(row.EndOffset, row.Broken!),
        LensEnd.HeadUnfinished => LensTexts.HeadUnfinished(row.EndOffset, Quote(table.Bytes.Span[(int)row.EndOffset..])),
        LensEnd.Closed => LensTexts.Closed(row.EndOffset, table.Bytes.Length - row.EndOffset),
        LensEnd.TooMany => LensTexts.TooMany(row.EndOffset),
        _ => null,
    };

    private string TitleOf(LensRow row) => row.Reading.Title.In(language);

    // A Chinese character is as wide as two letters.
    private static int WidthOf(string text) => text.Sum(c => c > 0x2E7F ? 2 : 1);
}
