using System.Buffers;

namespace Minimal.Http.Wire;

/// <summary>The character classes of RFC 9110 §5.6 and RFC 3986, each written once.</summary>
public static class HttpChars
{
    /// <summary>Carriage return, line feed, horizontal tab and space.</summary>
    public const byte CR = (byte)'\r', LF = (byte)'\n', Tab = (byte)'\t', Space = (byte)' ';

    // tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~" / DIGIT / ALPHA
    private static readonly SearchValues<byte> TokenBytes = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<char> TokenChars = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // field-vchar = VCHAR / obs-text, with SP and HTAB between: everything but the other controls and DEL
    private static readonly SearchValues<byte> ControlBytes = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    // pchar / "/" / "?" and the "%" of pct-encoded; "[" and "]" belong to an IP literal and are not among them
    private static readonly SearchValues<byte> TargetBytes = SearchValues.Create(
        "-._~!$&'()*+,;=:@/?%0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    // reg-name = *( unreserved / pct-encoded / sub-delims )
    private static readonly SearchValues<byte> HostBytes = SearchValues.Create(
        "-._~!$&'()*+,;=%0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    // IPv6address and IPvFuture between the brackets
    private static readonly SearchValues<byte> AddressBytes = SearchValues.Create(
        "-._~!$&'()*+,;=:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>token = 1*tchar (RFC 9110 §5.6.2).</summary>
    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenBytes);

    /// <inheritdoc cref="IsToken(ReadOnlySpan{byte})" />
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenChars);

    /// <summary>How many bytes at the beginning are tchar.</summary>
    public static int TokenLength(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAnyExcept(TokenBytes);
        return end < 0 ? text.Length : end;
    }

    /// <summary>Where the first control byte but HTAB stands in a value, or -1 (RFC 9110 §5.5).</summary>
    public static int IndexOfControl(ReadOnlySpan<byte> value) => value.IndexOfAny(ControlBytes);

    /// <summary>Whether text can be sent as a value or a reason phrase: HTAB, SP, VCHAR and obs-text (RFC 9110 §5.5).</summary>
    public static bool IsFieldValue(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAnyExceptInRange(' ', '~')) return true;
        foreach (char c in text)
        {
            if (c is (< ' ' and not '\t') or '\x7F' or > '\xFF') return false;
        }

        return true;
    }

    /// <summary>Whether a byte, unescaped, may stand in a path or query (RFC 3986 §3.3, §3.4).</summary>
    public static bool IsTarget(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(TargetBytes);

    /// <summary>Whether each percent sign is followed by two hexadecimal digits (RFC 3986 §2.1).</summary>
    public static bool HasValidEscapes(ReadOnlySpan<byte> text)
    {
        for (int at = text.IndexOf((byte)'%'); at >= 0; at = text.IndexOf((byte)'%'))
        {
            if (text.Length < at + 3 || !char.IsAsciiHexDigit((char)text[at + 1]) || !char.IsAsciiHexDigit((char)text[at + 2])) return false;
            text = text[(at + 3)..];
        }

        return true;
    }

    /// <summary>uri-host [ ":" port ], with a host that is not empty (RFC 9110 §4.2, §7.2).</summary>
    public static bool IsHost(ReadOnlySpan<byte> text)
    {
        int end = text.StartsWith("["u8) ? text.IndexOf((byte)']') + 1 : text.IndexOf((byte)':');
        if (end < 0) end = text.Length;
        if (end == 0) return false;

        ReadOnlySpan<byte> host = text[..end], port = text[end..];
        bool valid = host[0] == '['
            ? host.Length > 2 && !host[1..^1].ContainsAnyExcept(AddressBytes)
            : !host.ContainsAnyExcept(HostBytes) && HasValidEscapes(host);
        return valid && (port.IsEmpty || (port[0] == ':' && IsPort(port[1..])));
    }

    // port = *DIGIT, and no more than there are
    private static bool IsPort(ReadOnlySpan<byte> port)
    {
        if (port.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        port = port.TrimStart((byte)'0');
        return port.Length < 5 || (port.Length == 5 && port.SequenceCompareTo("65535"u8) <= 0);
    }

    /// <summary>Cuts SP and HTAB off both ends (RFC 9110 §5.6.3: nothing else is white space).</summary>
    public static ReadOnlySpan<byte> TrimSpace(ReadOnlySpan<byte> text)
    {
        int from = 0, to = text.Length;
        while (from < to && text[from] is Space or Tab) from++;
        while (to > from && text[to - 1] is Space or Tab) to--;
        return text[from..to];
    }
}
