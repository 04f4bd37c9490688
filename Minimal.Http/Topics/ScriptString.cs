using System.Buffers;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>
/// Writes text as a string literal of a script in HTML. What HTML or the script could read in it is escaped, so nothing in it can leave the script, or
/// the string (HTML §4.12.1.3, ECMAScript §12.9.4). The literal is a string and not an object because a script reads an object differently than
/// JSON does: it refuses a second <c>__proto__</c>.
/// </summary>
internal static class ScriptString
{
    // E2 is the first byte of U+2028 and U+2029, which are line ends to a script.
    private static readonly SearchValues<byte> Suspicious =
        SearchValues.Create([.. HttpChars.Controls, (byte)'"', (byte)'\\', (byte)'<', (byte)'>', (byte)'&', (byte)'\'', 0xE2]);

    /// <summary>Writes valid UTF-8, in quotes.</summary>
    public static void Write(ReadOnlySpan<byte> utf8, IBufferWriter<byte> output)
    {
        output.Write("\""u8);
        while (utf8.IndexOfAny(Suspicious) is >= 0 and int at)
        {
            output.Write(utf8[..at]);
            utf8 = utf8[at..];
            utf8 = utf8[WriteEscaped(utf8, output)..];
        }

        output.Write(utf8);
        output.Write("\""u8);
    }

    /// <summary>Writes the first character.</summary>
    /// <returns>How many bytes it was.</returns>
    private static int WriteEscaped(ReadOnlySpan<byte> utf8, IBufferWriter<byte> output)
    {
        switch (utf8[0])
        {
            case (byte)'"':
                output.Write("\\\""u8);
                return 1;
            case (byte)'\\':
                output.Write("\\\\"u8);
                return 1;
            case 0xE2 when utf8 is not [_, 0x80, 0xA8 or 0xA9, ..]:
                output.Write(utf8[..1]);
                return 1;
            case 0xE2:
                output.Write(utf8[2] == 0xA8 ? "\\u2028"u8 : "\\u2029"u8);
                return 3;
            case byte other:
                output.Write([(byte)'\\', (byte)'u', (byte)'0', (byte)'0', Digit(other >> 4), Digit(other & 15)]);
                return 1;
        }
    }

    private static byte Digit(int value) => (byte)"0123456789abcdef"[value];
}
