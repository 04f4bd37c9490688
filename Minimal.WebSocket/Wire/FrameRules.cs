namespace Minimal.WebSocket.Wire;

/// <summary>What a receiver has to know to judge a frame header. A value: one serves a connection for its whole life.</summary>
/// <param name="Reader">The end that reads: a server expects masked frames, a client frames without mask (RFC 6455 §5.1).</param>
/// <param name="AgreedBits">The reserved bits to which an extension gave a meaning, as in <see cref="FrameHeader.Reserved"/>; 0 for none.</param>
/// <param name="MaxPayloadLength">The longest payload of a data frame, in bytes.</param>
public readonly record struct FrameRules(WebSocketRole Reader, int AgreedBits = 0, long MaxPayloadLength = long.MaxValue);
