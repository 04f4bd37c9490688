namespace Minimal.Testing;

/// <summary>Any bytes, of the kind that HTTP parsers stumble over; see <see cref="HttpBytesGen"/>.</summary>
/// <param name="Value">The bytes.</param>
public sealed record HttpBytes(byte[] Value)
{
    /// <summary>The bytes, escaped.</summary>
    public override string ToString() => EscapedBytes.Write(Value);
}
