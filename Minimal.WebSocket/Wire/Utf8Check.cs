using System.Text.Unicode;
using Minimal.Http.Wire;

namespace Minimal.WebSocket.Wire;

/// <summary>
/// Checks that text is UTF-8 while it comes in pieces (RFC 6455 §8.1, RFC 3629 §4). A piece may end inside a character. Answers
/// invalid at the first byte that no valid text can have there, not only when the character is complete. One for each message:
/// begin the next with <c>default</c>.
/// </summary>
public struct Utf8Check
{
    private const int Broken = -1;

    // Of the character that is begun: how many bytes are missing, and between which two the next one is.
    private int _missing, _lowest, _highest;

    /// <summary>Whether all that was read is valid and ends behind a whole character.</summary>
    public readonly bool IsComplete => _missing == 0;

    /// <summary>Reads the next piece.</summary>
    /// <returns>Complete behind a whole character, NeedMore inside one, Invalid from the first wrong byte on for good.</returns>
    public ParseStatus Read(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (at < text.Length && _missing > 0) Step(text[at++]);
        if (_missing == Broken) return ParseStatus.Invalid;

        text = text[at..];
        int whole = text.Length - CutLength(text);
        if (!Utf8.IsValid(text[..whole])) _missing = Broken;
        while (whole < text.Length && _missing != Broken) Step(text[whole++]);
        return Answer();
    }

    private readonly ParseStatus Answer() => _missing switch
    {
        0 => ParseStatus.Complete,
        Broken => ParseStatus.Invalid,
        _ => ParseStatus.NeedMore,
    };

    // How many bytes at the end begin a character that goes on behind them: at most three.
    private static int CutLength(ReadOnlySpan<byte> text)
    {
        for (int length = 1; length <= 3 && length <= text.Length; length++)
        {
            byte b = text[^length];
            if (b < 0x80) return 0;
            if (b >= 0xC0) return LengthOf(b) > length ? length : 0;
        }

        return 0;
    }

    private static int LengthOf(byte first) => first switch { < 0xE0 => 2, < 0xF0 => 3, _ => 4 };

    private void Step(byte b)
    {
        if (_missing == 0)
        {
            Begin(b);
            return;
        }

        _missing = b < _lowest || b > _highest ? Broken : _missing - 1;
        (_lowest, _highest) = (0x80, 0xBF);
    }

    // UTF8-2 = %xC2-DF UTF8-tail
    // UTF8-3 = %xE0 %xA0-BF UTF8-tail / %xE1-EC 2( UTF8-tail ) / %xED %x80-9F UTF8-tail / %xEE-EF 2( UTF8-tail )
    // UTF8-4 = %xF0 %x90-BF 2( UTF8-tail ) / %xF1-F3 3( UTF8-tail ) / %xF4 %x80-8F 2( UTF8-tail )
    private void Begin(byte first)
    {
        (_missing, _lowest, _highest) = first switch
        {
            < 0xC2 => (Broken, 0x80, 0xBF),
            < 0xE0 => (1, 0x80, 0xBF),
            0xE0 => (2, 0xA0, 0xBF),
            0xED => (2, 0x80, 0x9F),
            < 0xF0 => (2, 0x80, 0xBF),
            0xF0 => (3, 0x90, 0xBF),
            < 0xF4 => (3, 0x80, 0xBF),
            0xF4 => (3, 0x80, 0x8F),
            _ => (Broken, 0x80, 0xBF),
        };
    }
}
