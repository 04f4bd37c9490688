using System.Text;

namespace Minimal.Http.Wire;

/// <summary>
/// Percent-decoding (RFC 3986 §2.1), done once and on bytes. A percent sign without two digits, which parsers refuse, stands for itself.
/// </summary>
internal static class PercentEncoding
{
    private const int OnStack = 256;

    /// <summary>Decodes every escape, but leaves an escaped slash as it is when <paramref name="keepSlash"/> says so.</summary>
    /// <returns>How many bytes were written; <paramref name="decoded"/> is as long as <paramref name="text"/> at least.</returns>
    public static int Decode(ReadOnlySpan<byte> text, Span<byte> decoded, bool keepSlash)
    {
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            byte octet = text[i];
            if (octet == '%' && HttpChars.IsEscape(text[i..]))
            {
                byte escaped = (byte)((HttpChars.HexValue(text[i + 1]) << 4) | HttpChars.HexValue(text[i + 2]));
                bool isKept = escaped == '/' && keepSlash;
                if (!isKept) (octet, i) = (escaped, i + 2);
            }

            decoded[length++] = octet;
        }

        return length;
    }

    /// <summary>Decodes every escape, as UTF-8; what is no UTF-8 becomes U+FFFD.</summary>
    public static string Decode(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf((byte)'%') < 0) return Encoding.UTF8.GetString(text);
        Span<byte> decoded = text.Length <= OnStack ? stackalloc byte[OnStack] : new byte[text.Length];
        return Encoding.UTF8.GetString(decoded[..Decode(text, decoded, keepSlash: false)]);
    }
}
