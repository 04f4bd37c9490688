using System.Linq;
using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics;

/// <summary>Some bytes of one direction of a connection, and what they are. The spans of a direction cover each of its bytes once, in order.</summary>
/// <param name="Direction">Which way they went.</param>
/// <param name="Offset">Where they begin, counted from the first byte of that direction.</param>
/// <param name="Part">What they are: name, section, sentence.</param>
/// <param name="Bytes">The bytes, a copy; not empty. Where <see cref="IsMasked"/> says so, asterisks stand for a secret.</param>
public sealed record WireSpan(WireDirection Direction, long Offset, WirePart Part, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>
    /// What a person reads, where the bytes themselves do not say it: an unmasked payload, a close code, the size of a chunk in decimal.
    /// Null where the bytes are all there is to say.
    /// </summary>
    public string? Text { get; init; }

    /// <summary>The rule that the message breaks with these bytes; null unless it breaks here. What follows is not read.</summary>
    public ProtocolRule? Broken { get; init; }

    /// <summary>The fields within the one byte of this span, highest bit first; empty where a byte is not divided.</summary>
    public IReadOnlyList<WireBits> Bits { get; init; } = [];

    /// <summary>Which exchange of the connection it belongs to, from 0: a response has the number of its request.</summary>
    public int Exchange { get; init; }

    /// <summary>Whether asterisks stand for the bytes, as many as there were, because they are a secret.</summary>
    public bool IsMasked { get; init; }

    /// <summary>The offset of the byte behind it.</summary>
    public long End => Offset + Bytes.Length;

    /// <summary>Whether both say the same of the same bytes.</summary>
    public bool Equals(WireSpan? other) =>
        other is not null && Direction == other.Direction && Offset == other.Offset && Part == other.Part && Text == other.Text
        && Broken == other.Broken && Exchange == other.Exchange && IsMasked == other.IsMasked && Bits.SequenceEqual(other.Bits)
        && Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Direction, Offset, Part, Bytes.Length, Text);

    /// <summary>The line of a listing: see <see cref="WireText"/>.</summary>
    public override string ToString() => WireText.Write(this);
}
