using Minimal.Http.Diagnostics;

namespace Minimal.Testing;

/// <summary>
/// Marks as lines, as <see cref="WireText"/> writes them: direction (<c>&gt;</c> to the server, <c>&lt;</c> from it), offset, the first three bytes, the text,
/// the part and its section.
/// <code>
/// >  0  47 45 54     GET        method     RFC 9112 §3.1
/// >  3  20                      SP         RFC 9112 §3
/// >  4  2F 31        /1         request-target  RFC 9112 §3.2
/// </code>
/// </summary>
public static class WireListing
{
    /// <summary>Writes the listing, one line for each mark, without a line break at the end. Columns are as wide as they must be.</summary>
    public static string Write(IReadOnlyList<WireMark> marks, bool fromServer = false)
    {
        ArgumentNullException.ThrowIfNull(marks);
        WireDirection direction = fromServer ? WireDirection.FromServer : WireDirection.FromClient;
        return WireText.Write(marks.Select(mark => new WireSpan(direction, mark.Offset, mark.Part, mark.Bytes)));
    }
}
