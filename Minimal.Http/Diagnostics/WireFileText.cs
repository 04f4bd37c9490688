using System.Buffers;
using System.Globalization;
using System.Text;

namespace Minimal.Http.Diagnostics;

/// <summary>
/// Bytes as text that shows each of them: <c>GET / HTTP/1.1\r\n</c>. Printable ASCII stands for itself; the escapes are
/// <c>\r \n \t \0 \\</c> and <c>\xHH</c> for any byte.
/// </summary>
internal static class WireFileText
{
    /// <summary>One byte, escaped where it must be.</summary>
    public static string Escape(byte value) => WireText.Escape([value]);

    /// <summary>One byte as <c>\xHH</c>.</summary>
    public static string HexEscape(byte value) => string.Create(CultureInfo.InvariantCulture, $@"\x{value:X2}");

    /// <summary>Reads escaped text. What is no escape stands for its UTF-8.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="output">Gets the bytes.</param>
    /// <param name="wrongAt">Where the first escape begins that is none.</param>
    /// <returns>False when there is one; then the output holds what was in front of it.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, IBufferWriter<byte> output, out int wrongAt)
    {
        int at = 0;
        while (at < text.Length)
        {
            int plain = text[at..].IndexOf((byte)'\\');
            output.Write(plain < 0 ? text[at..] : text.Slice(at, plain));
            if (plain < 0) break;

            at += plain;
            if (!TryEscape(text[at..], out byte value, out int length))
            {
                wrongAt = at;
                return false;
            }

            output.Write([value]);
            at += length;
        }

        wrongAt = -1;
        return true;
    }

    // escape = "\" ( "r" / "n" / "t" / "0" / "\" / "x" 2HEXDIG )
    private static bool TryEscape(ReadOnlySpan<byte> text, out byte value, out int length)
    {
        length = 2;
        value = 0;
        if (text.Length < 2) return false;
        switch (text[1])
        {
            case (byte)'r': value = (byte)'\r'; return true;
            case (byte)'n': value = (byte)'\n'; return true;
            case (byte)'t': value = (byte)'\t'; return true;
            case (byte)'0': return true;
            case (byte)'\\': value = (byte)'\\'; return true;
            case (byte)'x' when text.Length >= 4:
                length = 4;
                return byte.TryParse(Encoding.Latin1.GetString(text[2..4]), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
            default: return false;
        }
    }
}
