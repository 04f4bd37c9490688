namespace Minimal.Testing;

/// <summary>Any bytes, of the kind that parsers of event streams stumble over; see <see cref="SseBytesGen"/>.</summary>
/// <param name="Tokens">What they are made of: line ends, names, values; so they shrink to few of them.</param>
public sealed record SseBytes(IReadOnlyList<byte[]> Tokens)
{
    /// <summary>The bytes of all tokens.</summary>
    public byte[] Value => [.. Tokens.SelectMany(token => token)];

    /// <summary>The bytes, escaped.</summary>
    public override string ToString() => EscapedBytes.Write(Value);
}
