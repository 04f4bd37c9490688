using System.Text;
using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics.Reading;

/// <summary>Which span of a head is to blame for a rule that its fields break together.</summary>
internal static class HeadFault
{
    private static readonly Dictionary<ProtocolRule, string> Fields = new()
    {
        [HttpRules.HostRepeated] = "Host",
        [HttpRules.HostInvalid] = "Host",
        [HttpRules.ContentTypeRepeated] = "Content-Type",
        [HttpRules.LengthAndCoding] = "Content-Length",
        [HttpRules.LengthRepeated] = "Content-Length",
        [HttpRules.InvalidLength] = "Content-Length",
        [HttpRules.CodingInOldVersion] = "Transfer-Encoding",
        [HttpRules.InvalidCoding] = "Transfer-Encoding",
        [HttpRules.ChunkedNotLast] = "Transfer-Encoding",
        [HttpRules.CodingNotSupported] = "Transfer-Encoding",
    };

    /// <summary>The last field of that name; where something is missing, the line that ends the head without it.</summary>
    public static int IndexIn(List<(WirePart Part, int Start, int Length)> marks, ReadOnlySpan<byte> head, ProtocolRule broken)
    {
        if (!Fields.TryGetValue(broken, out string? name)) return marks.Count - 1;
        for (int i = marks.Count - 1; i >= 0; i--)
        {
            bool isName = marks[i].Part == WireParts.FieldName && Ascii.EqualsIgnoreCase(head.Slice(marks[i].Start, marks[i].Length), name);
            if (isName) return i;
        }

        return marks.Count - 1;
    }
}
