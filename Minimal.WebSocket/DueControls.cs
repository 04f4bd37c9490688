using System.Buffers.Binary;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket;

/// <summary>
/// Control frames that are to be sent at the next frame boundary: at most one of each kind, so a flood of pings costs one Pong, to the
/// latest of them (RFC 6455 §5.5.3). Under the sender's lock.
/// </summary>
internal struct DueControls
{
    private byte[]? _pong;
    private int _pongLength;
    private bool _isPongDue;
    private bool _isCloseUrgent;

    /// <summary>The number of the ping that is to be sent; 0 for none.</summary>
    public long Ping { get; set; }

    /// <summary>This end's Close, from when it is to be sent; null before.</summary>
    public ClosePayload? Close { get; private set; }

    /// <summary>Whether the Close was written: nothing may follow it (RFC 6455 §5.5.1).</summary>
    public bool IsCloseWritten { get; private set; }

    /// <summary>Whether a Close is to be sent.</summary>
    public readonly bool IsCloseDue => Close is not null && !IsCloseWritten;

    /// <summary>Whether anything is to be sent; a Close that waits its turn only if that has come.</summary>
    public readonly bool IsAny(bool isQueueEmpty) => !IsCloseWritten && (_isPongDue || Ping != 0 || IsCloseNext(isQueueEmpty));

    public void SetPong(ReadOnlySpan<byte> payload)
    {
        _pong ??= new byte[FrameHeader.MaxControlPayload];
        payload.CopyTo(_pong);
        _pongLength = payload.Length;
        _isPongDue = true;
    }

    /// <summary>A Close is to be sent, behind the messages that wait or, when urgent, instead of them.</summary>
    public void SetClose(ClosePayload payload, bool isUrgent)
    {
        Close = payload;
        _isCloseUrgent = isUrgent;
    }

    /// <summary>The Close that is to be sent, if there is one, must not wait.</summary>
    public void Hurry() => _isCloseUrgent = true;

    /// <summary>Writes what is due; true when a Close was.</summary>
    public bool Write(FrameWriter writer, bool isQueueEmpty)
    {
        if (_isPongDue) writer.WriteControl(Opcode.Pong, _pong.AsSpan(0, _pongLength));
        if (Ping != 0) WritePing(writer, Ping);
        _isPongDue = false;
        Ping = 0;
        if (!IsCloseNext(isQueueEmpty)) return false;
        WriteClose(writer, Close!.Value);
        IsCloseWritten = true;
        return true;
    }

    private readonly bool IsCloseNext(bool isQueueEmpty) => Close is not null && (_isCloseUrgent || isQueueEmpty);

    private static void WritePing(FrameWriter writer, long number)
    {
        Span<byte> payload = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(payload, number);
        writer.WriteControl(Opcode.Ping, payload);
    }

    private static void WriteClose(FrameWriter writer, ClosePayload close)
    {
        Span<byte> payload = stackalloc byte[FrameHeader.MaxControlPayload];
        writer.WriteControl(Opcode.Close, payload[..close.Write(payload)]);
    }
}
