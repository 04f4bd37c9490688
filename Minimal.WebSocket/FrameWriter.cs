using System.IO.Pipelines;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket;

/// <summary>Writes frames into the output, masked in the client's role, compressed where that was agreed on. Not thread-safe.</summary>
internal sealed class FrameWriter : IDisposable
{
    /// <summary>The longest payload of a data frame that is written: a control frame waits behind no more than this, and a copy of it is cheap.</summary>
    public const int MaxFrameBytes = 64 * 1024;

    private readonly PipeWriter _output;
    private readonly MaskingKeys? _keys;
    private readonly MessageDeflater? _deflater;
    private PooledBuffer? _compressed;

    public FrameWriter(PipeWriter output, MaskingKeys? keys, DeflateParameters? deflate, WebSocketOptions options)
    {
        _output = output;
        _keys = keys;
        _deflater = !WebSocketOptions.IsDeflateSupported || deflate is null ? null : MessageDeflater.For(deflate, keys is null ? WebSocketRole.Server : WebSocketRole.Client, options.CompressionLevel);
    }

    /// <summary>Whether messages can be compressed.</summary>
    public bool CanCompress => _deflater is not null;

    /// <summary>Bytes that wait in the output.</summary>
    public long UnflushedBytes => _output.UnflushedBytes;

    /// <summary>Writes the next frame of a message; the message says whether it was the last.</summary>
    public void WriteNext(ref OutgoingMessage message)
    {
        Opcode opcode = message.Opcode;
        ReadOnlySpan<byte> piece = message.Take(MaxFrameBytes);
        message.Continue();
        bool isFinal = message.IsFinal && message.IsWritten;
        if (message.IsCompressed) WriteCompressed(opcode, isFinal, piece);
        else Write(new FrameHeader(isFinal, 0, opcode, piece.Length), piece);
    }

    /// <summary>Writes a control frame.</summary>
    public void WriteControl(Opcode opcode, ReadOnlySpan<byte> payload) => Write(new FrameHeader(true, 0, opcode, payload.Length), payload);

    /// <summary>Gives the memory of the compressor back.</summary>
    public void Dispose() => _deflater?.Dispose();

    // RFC 7692 §6.1: only the first frame says that the message is compressed.
    private void WriteCompressed(Opcode opcode, bool isFinal, ReadOnlySpan<byte> piece)
    {
        PooledBuffer compressed = _compressed ??= new PooledBuffer();
        _deflater!.Write(piece, isFinal, compressed);
        int reserved = opcode == Opcode.Continuation ? 0 : FrameHeader.Rsv1;
        Write(new FrameHeader(isFinal, reserved, opcode, compressed.Count), compressed.Written.Span);
        compressed.Clear();
    }

    private void Write(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (_keys is not null) header = header with { MaskingKey = _keys.Next() };
        Span<byte> span = _output.GetSpan(FrameHeader.MaxLength + payload.Length);
        int length = header.Write(span);
        payload.CopyTo(span[length..]);
        if (header.MaskingKey is { } key) Masking.Apply(span.Slice(length, payload.Length), key);
        _output.Advance(length + payload.Length);
    }
}
