using System.Text;

namespace Minimal.Testing;

/// <summary>A message, and how its sender cuts it into frames (RFC 6455 §5.4).</summary>
/// <param name="IsText">Whether it is text; else bytes.</param>
/// <param name="Content">What the recipient gets; UTF-8 if it is text.</param>
/// <param name="Fragments">Sizes of the frames, again and again until the payload is used up; none for a single frame.</param>
/// <param name="Pings">Payloads of pings between the frames: one behind each frame but the last, as long as there are any.</param>
/// <param name="IsCompressed">Whether it is sent as permessage-deflate (RFC 7692).</param>
public sealed record WebSocketMessageModel(
    bool IsText, byte[] Content, IReadOnlyList<int> Fragments, IReadOnlyList<byte[]> Pings, bool IsCompressed = false)
{
    /// <summary>The message in words.</summary>
    public override string ToString() => IsText ? $"text {Encoding.UTF8.GetString(Content)}" : $"binary {Convert.ToHexString(Content)}";
}
