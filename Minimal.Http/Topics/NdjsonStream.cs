using System.Buffers;
using System.Text;

namespace Minimal.Http.Topics;

/// <summary>
/// A stream for fetch and XMLHttpRequest: one JSON object a line (NDJSON). A line is a message, or a record of the stream itself:
/// <c>{"type":"open","id"}</c> says where the stream stands, at the start and when it was silent; <c>{"type":"gap","id","from","to"}</c>,
/// <c>{"type":"end","id"}</c>; an <c>open</c> with <c>"again":milliseconds</c> is the last line of a response that asks to go on in another;
/// <c>{"type":"error","id","reason":"superseded"}</c> the last line of one whose client has begun another.
/// <para><c>?prelude=1</c> sends 2 KiB of white space first, for clients that hold back the beginning; <c>?client=</c> as for <see cref="LongPoll"/>.</para>
/// </summary>
public sealed class NdjsonStream : TopicStreamTransport
{
    private static readonly Format Plain = new(preludeBytes: 0), Padded = new(preludeBytes: 2048);

    /// <inheritdoc />
    public override string Name => "ndjson";

    /// <inheritdoc />
    public override string? MediaType => "application/x-ndjson";

    /// <inheritdoc />
    protected override ValueTask<TopicStreamFormat?> ChooseFormatAsync(HttpExchange exchange, TopicSubscription subscription)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return new ValueTask<TopicStreamFormat?>(QueryText.First(exchange.Request, "prelude"u8) is "1" ? Padded : Plain);
    }

    private sealed class Line : TopicFraming
    {
        public static readonly Line Instance = new();

        public override void Write(in TopicMessage message, IBufferWriter<byte> output)
        {
            MessageJson.Write(message, output);
            output.Write("\n"u8);
        }
    }

    private sealed class Format(int preludeBytes) : TopicStreamFormat
    {
        public override string ContentType => "application/x-ndjson; charset=utf-8";

        public override TopicFraming Framing => Line.Instance;

        public override void WritePrelude(IBufferWriter<byte> output)
        {
            if (preludeBytes == 0) return;
            Span<byte> room = output.GetSpan(preludeBytes)[..preludeBytes];
            room.Fill((byte)' ');
            room[^1] = (byte)'\n';
            output.Advance(preludeBytes);
        }

        public override void WriteOpen(Cursor at, IBufferWriter<byte> output) => Write(StreamRecord.Open(at), output);

        public override void WriteGap(TopicGap gap, IBufferWriter<byte> output) => Write(StreamRecord.Gap(gap), output);

        public override void WriteEnd(Cursor at, IBufferWriter<byte> output) => Write(StreamRecord.End(at), output);

        public override void WriteAgain(Cursor at, TimeSpan wait, IBufferWriter<byte> output) => Write(StreamRecord.Again(at, wait), output);

        public override void WriteSuperseded(Cursor at, IBufferWriter<byte> output) => Write(StreamRecord.Superseded(at), output);

        private static void Write(string record, IBufferWriter<byte> output) => output.Write(Encoding.ASCII.GetBytes($"{record}\n"));
    }
}
