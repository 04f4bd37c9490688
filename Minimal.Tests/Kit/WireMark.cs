using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>A span that a parser or writer named.</summary>
/// <param name="Part">What the bytes are.</param>
/// <param name="Offset">Where they begin.</param>
/// <param name="Bytes">The bytes, copied.</param>
public sealed record WireMark(WirePart Part, long Offset, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Where the span ends: the offset of the byte behind it.</summary>
    public long End => Offset + Bytes.Length;

    /// <summary>Whether both name the same bytes as the same part.</summary>
    public bool Equals(WireMark? other) =>
        other is not null && Part == other.Part && Offset == other.Offset && Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Part, Offset, Bytes.Length);

    /// <summary>Offset, escaped bytes and the part's name.</summary>
    public override string ToString() => $"{Offset} {EscapedBytes.Write(Bytes.Span, most: 40)} {Part.Name}";
}
