using System.Buffers;
using System.Text.Unicode;
using Minimal.Http.Topics;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket;

/// <summary>A message of a topic as a whole frame of a server, so that one log of bytes serves all who read it.</summary>
/// <param name="isRaw">Whether the data is sent alone, as text when it is UTF-8, else as bytes; if not, one JSON object, as text.</param>
/// <param name="deflate">How large messages are compressed; null sends all as they are.</param>
internal sealed class TopicFrame(bool isRaw, WebSocketOptions? deflate = null) : TopicFraming
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    /// <summary>As the other transports have it: one JSON object, as text.</summary>
    public static TopicFrame Json { get; } = new(isRaw: false);

    /// <summary>The data alone: as text when it is UTF-8, else as bytes.</summary>
    public static TopicFrame Raw { get; } = new(isRaw: true);

    /// <summary>What data alone is sent as.</summary>
    public static Opcode OpcodeOf(ReadOnlySpan<byte> data) => Utf8.IsValid(data) ? Opcode.Text : Opcode.Binary;

    /// <inheritdoc />
    public override void Write(in TopicMessage message, IBufferWriter<byte> output)
    {
        if (isRaw)
        {
            Write(OpcodeOf(message.Data.Span), message.Data.Span, output);
            return;
        }

        ArrayBufferWriter<byte> scratch = _scratch ??= new ArrayBufferWriter<byte>();
        scratch.ResetWrittenCount();
        MessageJson.Write(message, scratch);
        Write(Opcode.Text, scratch.WrittenSpan, output);
        if (scratch.Capacity > 64 * 1024) _scratch = null;
    }

    private static void Write(Opcode opcode, int reserved, ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        new FrameHeader(true, reserved, opcode, payload.Length).Write(output);
        output.Write(payload);
    }

    private void Write(Opcode opcode, ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        if (!WebSocketOptions.IsDeflateSupported || deflate is null || payload.Length < deflate.MinCompressBytes) Write(opcode, 0, payload, output);
        else WriteCompressed(opcode, payload, output, deflate);
    }

    // RFC 7692 §7.1.1.1: each message begins with an empty window, so its bytes are the same for all.
    private static void WriteCompressed(Opcode opcode, ReadOnlySpan<byte> payload, IBufferWriter<byte> output, WebSocketOptions deflate)
    {
        using var deflater = new MessageDeflater(noContextTakeover: true, deflate.CompressionLevel);
        var compressed = new PooledBuffer();
        deflater.Write(payload, isLast: true, compressed);
        if (compressed.Count < payload.Length) Write(opcode, FrameHeader.Rsv1, compressed.Written.Span, output);
        else Write(opcode, 0, payload, output);
        compressed.Clear();
    }
}
