using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket;

/// <summary>A message that is being sent, or a part of one: what is left of it goes in frames of bounded size, so that control frames can go between.</summary>
/// <param name="opcode">Text or Binary; Continuation for a part that goes on with a message.</param>
/// <param name="data">Its bytes, the sender's until all are written.</param>
/// <param name="isCompressed">Whether the message is compressed.</param>
/// <param name="isFinal">Whether the message ends with these bytes.</param>
internal struct OutgoingMessage(Opcode opcode, ReadOnlyMemory<byte> data, bool isCompressed = false, bool isFinal = true)
{
    /// <summary>The opcode of the next frame.</summary>
    public Opcode Opcode { get; private set; } = opcode;

    public readonly bool IsCompressed => isCompressed;

    public readonly bool IsFinal => isFinal;

    public readonly int Length => data.Length;

    /// <summary>Whether a frame of it was written: then it has to be gone on with, or the connection closed.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>How many bytes were written.</summary>
    public int Written { get; private set; }

    public readonly bool IsWritten => HasBegun && Written == data.Length;

    /// <summary>The bytes of the next frame.</summary>
    public ReadOnlySpan<byte> Take(int most)
    {
        ReadOnlySpan<byte> piece = data.Span[Written..];
        if (piece.Length > most) piece = piece[..most];
        Written += piece.Length;
        HasBegun = true;
        return piece;
    }

    /// <summary>What follows the first frame continues it.</summary>
    public void Continue() => Opcode = Opcode.Continuation;
}
