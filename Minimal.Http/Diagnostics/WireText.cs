using System.Globalization;
using System.Linq;
using System.Text;

namespace Minimal.Http.Diagnostics;

/// <summary>
/// Spans as lines of text: direction (<c>&gt;</c> from the client, <c>&lt;</c> from the server), offset, the first three bytes, the text,
/// the part and its section; then, of a broken message, the rule.
/// <code>
/// >  0  47 45 54     GET        method           RFC 9112 §3.1
/// >  3  20                      SP               RFC 9112 §3
/// >  4  2F 31        /1         request-target   RFC 9112 §3.2
/// </code>
/// </summary>
public static class WireText
{
    private const int HexBytesShown = 3;
    private const int TextShown = 32;

    // Of a line that stands alone: the offset, the bytes, the text, the part.
    private static readonly int[] UsualWidths = [6, 10, TextShown, 16, 0, 0];

    /// <summary>One line, without its end, in columns that are wide enough for most spans: for a listing that grows.</summary>
    public static string Write(WireSpan span)
    {
        ArgumentNullException.ThrowIfNull(span);
        return Line(span.Direction, Columns(span), UsualWidths);
    }

    /// <summary>A listing, one line for each span, without a line end at the end. Columns are as wide as they must be.</summary>
    public static string Write(IEnumerable<WireSpan> spans)
    {
        ArgumentNullException.ThrowIfNull(spans);
        (WireDirection Direction, string[] Columns)[] rows = [.. spans.Select(span => (span.Direction, Columns(span)))];
        int[] widths = [.. UsualWidths.Select((_, column) => rows.Select(row => row.Columns[column].Length).DefaultIfEmpty().Max())];
        return string.Join('\n', rows.Select(row => Line(row.Direction, row.Columns, widths)));
    }

    /// <summary><c>&gt;</c> for bytes from the client, <c>&lt;</c> for those from the server.</summary>
    public static string Mark(WireDirection direction) => direction == WireDirection.FromClient ? ">" : "<";

    /// <summary>The first bytes as pairs of hexadecimal digits; where some are left out, the text ends with <c>…</c>.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes, int most)
    {
        var text = new StringBuilder();
        foreach (byte value in bytes[..Math.Min(bytes.Length, most)]) text.Append(CultureInfo.InvariantCulture, $"{value:X2} ");
        if (bytes.Length > most) text.Append('…');
        return text.ToString().TrimEnd();
    }

    /// <summary>
    /// Bytes as printable ASCII of at most <paramref name="most"/> characters: the rest is written <c>\r \n \t \0 \\ \xHH</c>; where some are
    /// left out, the text ends with <c>…</c>.
    /// </summary>
    public static string Escape(ReadOnlySpan<byte> bytes, int most)
    {
        string whole = Escape(bytes[..Math.Min(bytes.Length, most + 1)]);
        return whole.Length <= most ? whole : Shorten([.. bytes.ToArray().Take(most).Select(Escape)], most);
    }

    /// <summary>Text in one line of at most <paramref name="most"/> characters: what is not printable is escaped.</summary>
    internal static string Escape(string text, int most)
    {
        string[] characters = [.. text.EnumerateRunes().Take(most + 1).Select(Escape)];
        return characters.Sum(character => character.Length) <= most ? string.Concat(characters) : Shorten(characters, most);
    }

    internal static string Escape(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (byte value in bytes) text.Append(Escape(value));
        return text.ToString();
    }

    private static string Shorten(IReadOnlyList<string> characters, int most)
    {
        var text = new StringBuilder(most);
        foreach (string character in characters)
        {
            if (text.Length + character.Length >= most) break;
            text.Append(character);
        }

        return text.Append('…').ToString();
    }

    private static string[] Columns(WireSpan span) =>
    [
        span.Offset.ToString(CultureInfo.InvariantCulture),
        Hex(span.Bytes.Span, HexBytesShown),
        span.Text is { } text ? Escape(text, TextShown) : Escape(span.Bytes.Span, TextShown),
        span.Part.Name,
        span.Part.Section,
        span.Broken is { } rule ? $"✗ {rule.Name}: {rule}" : "",
    ];

    private static string Line(WireDirection direction, string[] row, int[] widths)
    {
        string offset = row[0].PadLeft(widths[0]);
        string[] rest = [.. row.Zip(widths, (text, width) => text.PadRight(width)).Skip(1)];
        return $"{Mark(direction)}  {offset}  {string.Join("   ", rest)}".TrimEnd();
    }

    private static string Escape(byte value) => value is >= 0x80 ? $@"\x{value:X2}" : Escape(new Rune((char)value));

    private static string Escape(Rune character) => character.Value switch
    {
        '\r' => @"\r",
        '\n' => @"\n",
        '\t' => @"\t",
        '\\' => @"\\",
        0 => @"\0",
        < 0x20 or 0x7F => $@"\x{character.Value:X2}",
        _ when Rune.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            => $@"\u{character.Value:X4}",
        _ => character.ToString(),
    };
}
