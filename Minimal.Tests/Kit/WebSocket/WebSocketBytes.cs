namespace Minimal.Testing;

/// <summary>Any bytes, of the kind that readers of frames stumble over; see <see cref="WebSocketBytesGen"/>.</summary>
/// <param name="Frames">What they are made of, so that they shrink to few frames.</param>
public sealed record WebSocketBytes(IReadOnlyList<byte[]> Frames)
{
    /// <summary>The bytes of all frames.</summary>
    public byte[] Value => [.. Frames.SelectMany(frame => frame)];

    /// <summary>The bytes as hexadecimal digits, a line for each frame.</summary>
    public override string ToString() => string.Join('\n', Frames.Select(frame => HexBytes.Write(frame, most: 200)));
}
