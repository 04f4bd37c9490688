using System.Buffers;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>Another framing with each message in an HTTP chunk of its own, so that a log of bytes can be sent as it is (RFC 9112 §7.1).</summary>
internal sealed class ChunkedTopicFraming(TopicFraming inner) : TopicFraming
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    public override void Write(in TopicMessage message, IBufferWriter<byte> output)
    {
        ArrayBufferWriter<byte> scratch = _scratch ??= new ArrayBufferWriter<byte>();
        scratch.ResetWrittenCount();
        inner.Write(message, scratch);
        ChunkedEncoder.Write(scratch.WrittenSpan, output);
        if (scratch.Capacity > 64 * 1024) _scratch = null;
    }
}
