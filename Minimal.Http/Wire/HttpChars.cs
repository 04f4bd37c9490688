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

    // SP and VCHAR, of which most values are
    private static readonly SearchValues<char> PlainChars =
        SearchValues.Create(" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    // field-vchar = VCHAR / obs-text, with SP and HTAB between: everything but the other controls and DEL
    private static readonly SearchValues<byte> ControlBytes = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    // pchar / "/" / "?" and the "%" of pct-encoded; "[" and "]" belong to an IP literal and are not among them
    private static readonly SearchValues<byte> TargetBytes = SearchValues.Create(
        "-._~!$&'()*+,;=:@/?%0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    // reg-name = *( unreserved / pct-encoded / sub-delims )
    private static readonly SearchValues<byte> HostBytes = SearchValues.Create(
        "-._~!$&'()*+,;=%0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    // unreserved / sub-delims / ":", behind the dot of an IPvFuture
    private static readonly SearchValues<byte> FutureAddressBytes = SearchValues.Create(
        "-._~!$&'()*+,;=:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> SchemeBytes = SearchValues.Create(
        "+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> HexBytes = SearchValues.Create("0123456789ABCDEFabcdef"u8);

    /// <summary>CTL = %x00-1F / %x7F (RFC 5234 §B.1).</summary>
    internal static ReadOnlySpan<byte> Controls =>
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127];

    /// <summary>token = 1*tchar (RFC 9110 §5.6.2).</summary>
    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenBytes);

    /// <inheritdoc cref="IsToken(ReadOnlySpan{byte})" />
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenChars);

    /// <summary>How many bytes at the beginning are tchar.</summary>
    public static int TokenLength(ReadOnlySpan<byte> text) => LengthOf(text, TokenBytes);

    /// <summary>How many bytes at the beginning are HEXDIG, in either case.</summary>
    internal static int HexLength(ReadOnlySpan<byte> text) => LengthOf(text, HexBytes);

    /// <summary>The value of a hexadecimal digit, 0 to 15.</summary>
    internal static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    /// <summary>How much SP and HTAB stands at the beginning (RFC 9110 §5.6.3: nothing else is white space).</summary>
    internal static int SpaceLength(ReadOnlySpan<byte> text)
    {
        int length = 0;
        while (length < text.Length && text[length] is Space or Tab) length++;
        return length;
    }

    /// <summary>Where the first control byte but HTAB stands in a value, or -1 (RFC 9110 §5.5).</summary>
    public static int IndexOfControl(ReadOnlySpan<byte> value) => value.IndexOfAny(ControlBytes);

    /// <summary>Whether text can be sent as a value or a reason phrase: HTAB, SP, VCHAR and obs-text (RFC 9110 §5.5).</summary>
    public static bool IsFieldValue(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAnyExcept(PlainChars)) return true;
        foreach (char c in text)
        {
            if (c is (< ' ' and not '\t') or '\x7F' or > '\xFF') return false;
        }

        return true;
    }

    /// <summary>
    /// Whether all bytes may stand in a path or a query (RFC 3986 §3.3, §3.4); <see cref="HasValidEscapes"/> looks at the escapes.
    /// </summary>
    public static bool IsTarget(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(TargetBytes);

    /// <summary>Whether each percent sign is followed by two hexadecimal digits (RFC 3986 §2.1).</summary>
    public static bool HasValidEscapes(ReadOnlySpan<byte> text)
    {
        for (int at = text.IndexOf((byte)'%'); at >= 0; at = text.IndexOf((byte)'%'))
        {
            if (!IsEscape(text[at..])) return false;
            text = text[(at + 3)..];
        }

        return true;
    }

    // pct-encoded = "%" HEXDIG HEXDIG
    internal static bool IsEscape(ReadOnlySpan<byte> text) =>
        text.Length > 2 && text[0] == '%' && char.IsAsciiHexDigit((char)text[1]) && char.IsAsciiHexDigit((char)text[2]);

    // scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )
    internal static bool IsScheme(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && char.IsAsciiLetter((char)text[0]) && !text.ContainsAnyExcept(SchemeBytes);

    internal static bool IsFutureAddress(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(FutureAddressBytes);

    /// <summary>Whether this is a host that is not empty, and optionally a port, which may be (RFC 9110 §4.2, §7.2).</summary>
    // Host = uri-host [ ":" port ]
    public static bool IsHost(ReadOnlySpan<byte> text)
    {
        int end = text.StartsWith("["u8) ? text.IndexOf((byte)']') + 1 : text.IndexOf((byte)':');
        if (end < 0) end = text.Length;
        if (end == 0) return false;

        ReadOnlySpan<byte> host = text[..end], port = text[end..];
        bool isValid = host[0] == '[' ? IpLiteral.IsValid(host) : !host.ContainsAnyExcept(HostBytes) && HasValidEscapes(host);
        return isValid && (port.IsEmpty || (port[0] == ':' && IsPort(port[1..])));
    }

    // port = *DIGIT, and no number beyond those that there are
    private static bool IsPort(ReadOnlySpan<byte> port)
    {
        if (port.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        port = port.TrimStart((byte)'0');
        return port.Length < 5 || (port.Length == 5 && port.SequenceCompareTo("65535"u8) <= 0);
    }

    /// <summary>Cuts SP and HTAB off both ends (RFC 9110 §5.6.3: nothing else is white space).</summary>
    public static ReadOnlySpan<byte> TrimSpace(ReadOnlySpan<byte> text)
    {
        text = text[SpaceLength(text)..];
        int end = text.Length;
        while (end > 0 && text[end - 1] is Space or Tab) end--;
        return text[..end];
    }

    private static int LengthOf(ReadOnlySpan<byte> text, SearchValues<byte> bytes)
    {
        int end = text.IndexOfAnyExcept(bytes);
        return end < 0 ? text.Length : end;
    }
}
