using System.Buffers;
using System.Text.Unicode;
using Minimal.Http.Topics;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket;

/// <summary>A message of a topic as a whole frame of a server, so that one log of bytes serves all who read it.</summary>
internal abstract class TopicFrame : TopicFraming
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    /// <summary>As the other transports have it: one JSON object, as text.</summary>
    public static TopicFrame Json { get; } = new JsonFrame();

    /// <summary>The data alone: as text when it is UTF-8, else as bytes.</summary>
    public static TopicFrame Raw { get; } = new RawFrame();

    protected static void Write(Opcode opcode, ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        new FrameHeader(true, 0, opcode, payload.Length).Write(output);
        output.Write(payload);
    }

    private sealed class JsonFrame : TopicFrame
    {
        public override void Write(in TopicMessage message, IBufferWriter<byte> output)
        {
            ArrayBufferWriter<byte> scratch = _scratch ??= new ArrayBufferWriter<byte>();
            scratch.ResetWrittenCount();
            MessageJson.Write(message, scratch);
            Write(Opcode.Text, scratch.WrittenSpan, output);
            if (scratch.Capacity > 64 * 1024) _scratch = null;
        }
    }

    private sealed class RawFrame : TopicFrame
    {
        public override void Write(in TopicMessage message, IBufferWriter<byte> output) =>
            Write(Utf8.IsValid(message.Data.Span) ? Opcode.Text : Opcode.Binary, message.Data.Span, output);
    }
}
