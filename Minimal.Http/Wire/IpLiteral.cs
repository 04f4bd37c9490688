namespace Minimal.Http.Wire;

/// <summary>Addresses in brackets (RFC 3986 §3.2.2): checked to be well-formed, without making an address of them.</summary>
internal static class IpLiteral
{
    private const int Groups = 8;

    // IP-literal = "[" ( IPv6address / IPvFuture ) "]"
    public static bool IsValid(ReadOnlySpan<byte> text) =>
        text is [(byte)'[', .. ReadOnlySpan<byte> address, (byte)']'] && (IsVersion6(address) || IsFuture(address));

    // IPv6address: eight groups of 16 bits, or fewer with "::" once in the place of at least one
    private static bool IsVersion6(ReadOnlySpan<byte> text)
    {
        int gap = text.IndexOf("::"u8);
        if (gap < 0) return TryCount(text, canEndInVersion4: true, out int all) && all == Groups;

        ReadOnlySpan<byte> before = text[..gap], after = text[(gap + 2)..];
        int left = 0, right = 0;
        bool isValid = (before.IsEmpty || TryCount(before, canEndInVersion4: false, out left))
            && (after.IsEmpty || TryCount(after, canEndInVersion4: true, out right));
        return isValid && left + right < Groups;
    }

    // h16 = 1*4HEXDIG
    // ls32 = ( h16 ":" h16 ) / IPv4address
    private static bool TryCount(ReadOnlySpan<byte> text, bool canEndInVersion4, out int groups)
    {
        groups = 0;
        foreach (Range range in text.Split((byte)':'))
        {
            ReadOnlySpan<byte> group = text[range];
            bool isLast = range.End.Value == text.Length;
            if (isLast && canEndInVersion4 && IsVersion4(group)) groups++;
            else if (group.Length is 0 or > 4 || HttpChars.HexLength(group) != group.Length) return false;
            groups++;
        }

        return true;
    }

    // IPv4address = dec-octet "." dec-octet "." dec-octet "." dec-octet
    private static bool IsVersion4(ReadOnlySpan<byte> text)
    {
        int count = 0;
        foreach (Range range in text.Split((byte)'.'))
        {
            if (!IsOctet(text[range])) return false;
            count++;
        }

        return count == 4;
    }

    // dec-octet: 0 to 255 without leading zeros
    private static bool IsOctet(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > 3 || text.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        bool hasLeadingZero = text.Length > 1 && text[0] == '0';
        return !hasLeadingZero && (text.Length < 3 || text.SequenceCompareTo("255"u8) <= 0);
    }

    // IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )
    private static bool IsFuture(ReadOnlySpan<byte> text)
    {
        if (text is not [(byte)'v' or (byte)'V', .. ReadOnlySpan<byte> rest]) return false;
        int version = HttpChars.HexLength(rest);
        return version > 0 && rest[version..] is [(byte)'.', .. { Length: > 0 } address] && HttpChars.IsFutureAddress(address);
    }
}
