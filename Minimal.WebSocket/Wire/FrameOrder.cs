using Minimal.Http.Wire;

namespace Minimal.WebSocket.Wire;

/// <summary>
/// The order of the frames that one end sends (RFC 6455 §5.4): a message is one frame of Text or Binary and the continuations
/// behind it up to FIN; control frames may come between. Keeps three numbers, whatever a message's length; not thread-safe.
/// </summary>
/// <param name="limits">How large a message may be, and of how many frames.</param>
public struct FrameOrder(WebSocketLimits limits)
{
    private readonly WebSocketLimits _limits = limits;
    private int _fragments;

    /// <summary>Whether a message has begun and its last frame has not been accepted.</summary>
    public bool InMessage { get; private set; }

    /// <summary>What the message in progress is, or the last one was: the opcode of its first frame.</summary>
    public Opcode MessageOpcode { get; private set; }

    /// <summary>Whether that message is compressed: RSV1 of its first frame (RFC 7692 §6).</summary>
    public bool IsCompressed { get; private set; }

    /// <summary>How many bytes of payload the frames of that message announced, as they are on the wire.</summary>
    public long PayloadLength { get; private set; }

    /// <summary>Takes the next header, if it may come now. A control frame changes nothing.</summary>
    /// <param name="header">A header that <see cref="FrameHeader"/> found in order.</param>
    /// <param name="broken">The rule, when the answer is false; the connection is then over.</param>
    public bool TryAccept(in FrameHeader header, out ProtocolRule? broken)
    {
        broken = null;
        if (header.IsControl) return true;

        broken = header.Opcode.BeginsMessage() ? Begin(header) : Continue();
        broken ??= Count(header);
        InMessage = !header.Final;
        return broken is null;
    }

    private ProtocolRule? Begin(in FrameHeader header)
    {
        if (InMessage) return WebSocketRules.MessageUnfinished;

        MessageOpcode = header.Opcode;
        IsCompressed = (header.Reserved & FrameHeader.Rsv1) != 0;
        PayloadLength = 0;
        _fragments = 0;
        return null;
    }

    private readonly ProtocolRule? Continue() => InMessage ? null : WebSocketRules.StrayContinuation;

    // The length of a compressed message is that of its inflated bytes, and MessageInflater's to judge.
    private ProtocolRule? Count(in FrameHeader header)
    {
        if (++_fragments > _limits.MaxFragments) return WebSocketRules.TooManyFragments;
        if (!IsCompressed && header.PayloadLength > _limits.MaxMessageBytes - PayloadLength) return WebSocketRules.MessageTooLarge;

        PayloadLength += header.PayloadLength;
        return null;
    }
}
