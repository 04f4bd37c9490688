using System.Text;

namespace Minimal.Http.Wire;

/// <summary>Percent-decoding (RFC 3986 §2.1), done once on bytes whose escapes were found valid before.</summary>
internal static class PercentEncoding
{
    /// <summary>Decodes every escape, but leaves an escaped slash as it is when <paramref name="keepSlash"/> says so.</summary>
    /// <returns>How many bytes were written; <paramref name="decoded"/> is as long as <paramref name="text"/> at least.</returns>
    public static int Decode(ReadOnlySpan<byte> text, Span<byte> decoded, bool keepSlash)
    {
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            byte octet = text[i];
            if (octet == '%')
            {
                byte escaped = (byte)((Digit(text[i + 1]) << 4) | Digit(text[i + 2]));
                if (escaped != '/' || !keepSlash)
                {
                    octet = escaped;
                    i += 2;
                }
            }

            decoded[length++] = octet;
        }

        return length;
    }

    /// <summary>Decodes every escape, as UTF-8; what is no UTF-8 becomes U+FFFD.</summary>
    public static string Decode(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf((byte)'%') < 0) return Encoding.UTF8.GetString(text);
        Span<byte> decoded = text.Length <= 256 ? stackalloc byte[256] : new byte[text.Length];
        return Encoding.UTF8.GetString(decoded[..Decode(text, decoded, keepSlash: false)]);
    }

    private static int Digit(byte hex) => hex <= '9' ? hex - '0' : (hex | 0x20) - 'a' + 10;
}
