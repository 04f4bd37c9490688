using System.Buffers;

namespace Minimal.Http.Wire;

/// <summary>Collects the lines of a trailer section in one bounded block, as they come (RFC 9112 §7.1.2).</summary>
internal sealed class TrailerSection(HttpLimits limits)
{
    private byte[] _block = [];

    public HttpFields Fields { get; } = new();

    /// <summary>Bytes so far, with their line ends.</summary>
    public int Length { get; private set; }

    /// <summary>Takes a line of this length; the input goes on at its CRLF.</summary>
    /// <returns>The rule that the line breaks; null when it breaks none.</returns>
    public ProtocolRule? Add(ref SequenceReader<byte> input, int length, long offset, WireTrace? trace)
    {
        bool fits = Fields.Count < limits.MaxFields && length + 2L <= limits.MaxTrailerBytes - Length;
        if (!fits) return HttpRules.TrailersTooLarge;

        if (_block.Length < Length + length + 2) Grow(Length + length + 2);
        input.TryCopyTo(_block.AsSpan(Length, length));
        input.Advance(length);
        if (FieldParser.Parse(_block, Length, length, Fields, trace, offset) is { } broken) return broken;
        Length += length + 2;
        return null;
    }

    private void Grow(int least)
    {
        Array.Resize(ref _block, (int)Math.Max(least, Math.Min(2L * _block.Length, limits.MaxTrailerBytes)));
        Fields.Move(_block);
    }
}
