namespace Minimal.WebSocket.Wire;

/// <summary>Lists of tokens in field values (RFC 9110 §5.6.1). Several lines of one field are one list.</summary>
public static class TokenList
{
    /// <summary>Whether the list has this member, in any case.</summary>
    public static bool Contains(IReadOnlyList<string> lines, string token)
    {
        ArgumentNullException.ThrowIfNull(lines);
        for (int i = 0; i < lines.Count; i++)
        {
            string line = lines[i];
            foreach (Range member in line.AsSpan().Split(','))
            {
                if (line.AsSpan(member).Trim(" \t").Equals(token, StringComparison.OrdinalIgnoreCase)) return true;
            }
        }

        return false;
    }

    /// <summary>1#token, each member once and exactly as it is written: the list of Sec-WebSocket-Protocol (RFC 6455 §4.1).</summary>
    /// <param name="lines">The values of the field lines, in order; none is an empty list.</param>
    /// <returns>Null when a member is no token or comes twice, or when there are lines without any member.</returns>
    public static IReadOnlyList<string>? ReadUnique(IReadOnlyList<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        if (lines.Count == 0) return [];
        var list = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string line in lines)
        {
            foreach (Range range in line.AsSpan().Split(','))
            {
                ReadOnlySpan<char> member = line.AsSpan(range).Trim(" \t");
                if (member.IsEmpty) continue;
                if (!ListReader.IsToken(member) || !seen.Add(member.ToString())) return null;
                list.Add(member.ToString());
            }
        }

        return list.Count == 0 ? null : list;
    }
}
