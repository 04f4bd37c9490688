using System.Buffers.Text;
using System.Numerics;
using System.Text;

namespace Minimal.Http.Topics;

/// <summary>
/// Writes and reads the text of a <see cref="Cursor"/>, as characters or as UTF-8, without allocating. Total: every input has an answer, none throws.
/// </summary>
internal static class CursorText
{
    private const int MaxEpochDigits = 16;
    private const int MaxSequenceDigits = 19;

    // cursor   = epoch "-" sequence
    // epoch    = number of lower-case HEXDIG, at most 16
    // sequence = number of DIGIT, at most 9223372036854775807
    // number   = "0" / a digit other than "0", then any digits
    public static bool TryParse<TChar>(ReadOnlySpan<TChar> text, out Cursor cursor)
        where TChar : unmanaged, IBinaryInteger<TChar>
    {
        cursor = default;
        int hyphen = text.IndexOf(TChar.CreateTruncating('-'));
        if (hyphen is < 1 or > MaxEpochDigits || text.Length - hyphen - 1 > MaxSequenceDigits) return false;
        if (!TryNumber(text[..hyphen], 16, out ulong epoch)) return false;
        if (!TryNumber(text[(hyphen + 1)..], 10, out ulong sequence) || sequence > long.MaxValue) return false;

        cursor = new Cursor(epoch, (long)sequence);
        return true;
    }

    public static bool TryFormat(Cursor cursor, Span<char> text, out int written)
    {
        Span<byte> ascii = stackalloc byte[Cursor.MaxTextLength];
        bool isWritten = TryFormat(cursor, ascii, out written) && written <= text.Length;
        if (isWritten) Encoding.ASCII.GetChars(ascii[..written], text);
        else written = 0;
        return isWritten;
    }

    public static bool TryFormat(Cursor cursor, Span<byte> text, out int written)
    {
        written = 0;
        if (!Utf8Formatter.TryFormat(cursor.Epoch, text, out int epoch, 'x') || epoch == text.Length) return false;
        text[epoch++] = (byte)'-';
        if (!Utf8Formatter.TryFormat(cursor.Sequence, text[epoch..], out int sequence)) return false;

        written = epoch + sequence;
        return true;
    }

    // 19 decimal digits and 16 hexadecimal ones fit into 64 bits, so the sum cannot overflow.
    private static bool TryNumber<TChar>(ReadOnlySpan<TChar> digits, uint radix, out ulong number)
        where TChar : unmanaged, IBinaryInteger<TChar>
    {
        number = 0;
        if (digits.IsEmpty || (digits.Length > 1 && digits[0] == TChar.CreateTruncating('0'))) return false;

        foreach (TChar character in digits)
        {
            uint digit = Digit(uint.CreateTruncating(character));
            if (digit >= radix) return false;
            number = (number * radix) + digit;
        }

        return true;
    }

    private static uint Digit(uint character) => character switch
    {
        >= '0' and <= '9' => character - '0',
        >= 'a' and <= 'f' => character - 'a' + 10,
        _ => uint.MaxValue,
    };
}
