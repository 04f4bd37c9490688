using System.Buffers;
using System.Globalization;
using System.Text;

namespace Minimal.Gallery.Demos.Wire;

/// <summary>
/// Bytes as people write them: text with the escapes <c>\r \n \t \0 \\ \xHH</c>, or pairs of hexadecimal digits. The line ends of the text
/// itself, and white space between the digits, are for the eye alone.
/// </summary>
internal static class HandwrittenBytes
{
    /// <param name="text">The text.</param>
    /// <param name="bytes">The bytes; those in front of the fault, when the answer is false.</param>
    /// <param name="wrongAt">Where the first escape begins that is none.</param>
    public static bool TryReadText(string text, out byte[] bytes, out int wrongAt)
    {
        var output = new ArrayBufferWriter<byte>(text.Length + 1);
        wrongAt = 0;
        while (wrongAt < text.Length && TryReadOne(text.AsSpan(wrongAt), output, out int length)) wrongAt += length;
        bytes = output.WrittenSpan.ToArray();
        return wrongAt == text.Length;
    }

    /// <param name="hex">The digits.</param>
    /// <param name="bytes">The bytes; null when it is something else.</param>
    public static bool TryReadHex(string hex, out byte[] bytes)
    {
        string digits = string.Concat(hex.Where(character => !char.IsWhiteSpace(character)));
        bytes = new byte[digits.Length / 2];
        return digits.Length % 2 == 0 && Convert.FromHexString(digits, bytes, out _, out _) == OperationStatus.Done;
    }

    private static bool TryReadOne(ReadOnlySpan<char> text, ArrayBufferWriter<byte> output, out int length)
    {
        length = 1;
        if (text[0] is '\r' or '\n') return true;
        if (text[0] != '\\')
        {
            Rune.DecodeFromUtf16(text, out Rune character, out length);
            output.Advance(character.EncodeToUtf8(output.GetSpan(4)));
            return true;
        }

        if (!TryReadEscape(text, out byte value, out length)) return false;
        output.Write([value]);
        return true;
    }

    // escape = "\" ( "r" / "n" / "t" / "0" / "\" / "x" 2HEXDIG )
    private static bool TryReadEscape(ReadOnlySpan<char> text, out byte value, out int length)
    {
        length = 2;
        value = 0;
        switch (text)
        {
            case [_, 'r', ..]: value = (byte)'\r'; return true;
            case [_, 'n', ..]: value = (byte)'\n'; return true;
            case [_, 't', ..]: value = (byte)'\t'; return true;
            case [_, '0', ..]: return true;
            case [_, '\\', ..]: value = (byte)'\\'; return true;
            case [_, 'x', _, _, ..]:
                length = 4;
                return byte.TryParse(text[2..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
            default: return false;
        }
    }
}
