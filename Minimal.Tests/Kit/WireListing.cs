using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>
/// Marks as lines: direction (<c>&gt;</c> to the server, <c>&lt;</c> from it), offset, the first three bytes, the text,
/// the part and its section.
/// <code>
/// >  0  47 45 54     GET        method     RFC 9112 §3.1
/// >  3  20                      SP         RFC 9112 §3
/// >  4  2F 31        /1         request-target  RFC 9112 §3.2
/// </code>
/// </summary>
public static class WireListing
{
    private const int HexBytesShown = 3;
    private const int TextShown = 32;

    /// <summary>Writes the listing, one line for each mark, without a line break at the end. Columns are as wide as they must be.</summary>
    public static string Write(IReadOnlyList<WireMark> marks, bool fromServer = false)
    {
        ArgumentNullException.ThrowIfNull(marks);
        string[][] rows = [.. marks.Select(Columns)];
        int[] widths = [.. Enumerable.Range(0, 5).Select(column => rows.Select(row => row[column].Length).DefaultIfEmpty().Max())];
        return string.Join('\n', rows.Select(row => Line(row, widths, fromServer)));
    }

    private static string[] Columns(WireMark mark) =>
    [
        $"{mark.Offset}",
        HexBytes.Write(mark.Bytes.Span, HexBytesShown),
        EscapedBytes.Write(mark.Bytes.Span, TextShown),
        mark.Part.Name,
        mark.Part.Section,
    ];

    private static string Line(string[] row, int[] widths, bool fromServer)
    {
        string direction = fromServer ? "<" : ">";
        string offset = row[0].PadLeft(widths[0]);
        string[] rest = [.. row.Zip(widths, (text, width) => text.PadRight(width)).Skip(1)];
        return $"{direction}  {offset}  {string.Join("   ", rest)}".TrimEnd();
    }
}
