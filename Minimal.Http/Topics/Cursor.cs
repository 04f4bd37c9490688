using System.Globalization;

namespace Minimal.Http.Topics;

/// <summary>
/// A place in a topic: directly behind one message, or at the very beginning. It is the id of the message that it stands
/// behind, and what a client sends to go on from there. Two cursors can be compared only within one epoch.
/// <para>
/// As text it is <c>9f3a51c07be2-42</c>: the epoch in lower-case hexadecimal, a hyphen, the sequence number in decimal,
/// neither with leading zeros. Every cursor has this one spelling, of characters that a URL and a field value may carry.
/// </para>
/// </summary>
public readonly record struct Cursor : ISpanFormattable, IUtf8SpanFormattable
{
    /// <summary>The most characters, or UTF-8 bytes, that a cursor takes as text: 36.</summary>
    public const int MaxTextLength = 16 + 1 + 19;

    /// <summary>A place in a topic.</summary>
    /// <param name="epoch">Which life of the log.</param>
    /// <param name="sequence">The number of the message that the cursor stands behind; 0 is in front of the first one.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sequence"/> is negative.</exception>
    public Cursor(ulong epoch, long sequence)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        Epoch = epoch;
        Sequence = sequence;
    }

    /// <summary>Which life of the log: a number that the store draws when it starts to count anew. 0 belongs to no log.</summary>
    public ulong Epoch { get; }

    /// <summary>The number of the message that the cursor stands behind; 0 is in front of the first one.</summary>
    public long Sequence { get; }

    /// <summary>Reads a cursor. Answers false for anything but the one spelling of a cursor, and never throws.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Cursor cursor) => CursorText.TryParse(text, out cursor);

    /// <summary>Reads a cursor from UTF-8. Answers false for anything but the one spelling of a cursor, and never throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out Cursor cursor) => CursorText.TryParse(utf8, out cursor);

    /// <summary>The cursor as text.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch:x}-{Sequence}");

    /// <summary>Writes the cursor as text. False if <paramref name="destination"/> is too short; <see cref="MaxTextLength"/> always suffices.</summary>
    public bool TryFormat(Span<char> destination, out int charsWritten) => CursorText.TryFormat(this, destination, out charsWritten);

    /// <summary>Writes the cursor as UTF-8. False if <paramref name="utf8Destination"/> is too short; <see cref="MaxTextLength"/> always suffices.</summary>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten) => CursorText.TryFormat(this, utf8Destination, out bytesWritten);

    // A cursor has one spelling, so formats and providers are ignored.
    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    bool ISpanFormattable.TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        TryFormat(destination, out charsWritten);

    bool IUtf8SpanFormattable.TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        TryFormat(utf8Destination, out bytesWritten);

    /// <summary>The place <paramref name="sequence"/> in the same life of the log.</summary>
    internal Cursor At(long sequence) => new(Epoch, sequence);
}
