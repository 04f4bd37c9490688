using System.Buffers;
using System.Runtime.CompilerServices;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>Another framing with each message in an HTTP chunk of its own, so that a log of bytes can be sent as it is (RFC 9112 §7.1).</summary>
internal sealed class ChunkedTopicFraming : TopicFraming
{
    private const int LargestKept = 64 * 1024;

    private static readonly ConditionalWeakTable<TopicFraming, ChunkedTopicFraming> Known = [];

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    private readonly TopicFraming _inner;

    private ChunkedTopicFraming(TopicFraming inner) => _inner = inner;

    /// <summary>The one for that framing: whoever sends a topic so shares one log of it.</summary>
    public static ChunkedTopicFraming Of(TopicFraming inner) => Known.GetValue(inner, static inner => new ChunkedTopicFraming(inner));

    /// <inheritdoc />
    public override void Write(in TopicMessage message, IBufferWriter<byte> output)
    {
        ArrayBufferWriter<byte> scratch = _scratch ??= new ArrayBufferWriter<byte>();
        scratch.ResetWrittenCount();
        _inner.Write(message, scratch);
        ChunkedEncoder.Write(scratch.WrittenSpan, output);
        if (scratch.Capacity > LargestKept) _scratch = null;
    }
}
