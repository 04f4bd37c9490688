using System.Buffers;
using System.Text;

namespace Minimal.Http.Topics;

/// <summary>
/// A stream for fetch and XMLHttpRequest: one JSON object a line (NDJSON). A line is a message, or a record of the stream itself:
/// <c>{"type":"open","id"}</c> says where the stream stands, at the start and when it was silent; <c>{"type":"gap","id","from","to"}</c>,
/// <c>{"type":"end","id"}</c>; an <c>open</c> with <c>"again":milliseconds</c> is the last line of a response that asks to go on in another.
/// <para><c>?prelude=1</c> sends 2 KiB of white space first, for clients that hold back the beginning.</para>
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

        public override void WriteOpen(Cursor at, IBufferWriter<byte> output) => WriteRecord("open"u8, at, output, "}\n"u8);

        public override void WriteEnd(Cursor at, IBufferWriter<byte> output) => WriteRecord("end"u8, at, output, "}\n"u8);

        public override void WriteAgain(Cursor at, TimeSpan wait, IBufferWriter<byte> output) =>
            WriteRecord("open"u8, at, output, Encoding.ASCII.GetBytes($",\"again\":{(long)wait.TotalMilliseconds}}}\n"));

        public override void WriteGap(TopicGap gap, IBufferWriter<byte> output) =>
            WriteRecord("gap"u8, gap.To, output, Encoding.ASCII.GetBytes($",\"from\":\"{gap.From}\",\"to\":\"{gap.To}\"}}\n"));

        private static void WriteRecord(ReadOnlySpan<byte> type, Cursor at, IBufferWriter<byte> output, ReadOnlySpan<byte> rest)
        {
            output.Write("{\"type\":\""u8);
            output.Write(type);
            output.Write("\",\"id\":\""u8);
            MessageJson.WriteCursor(at, output);
            output.Write("\""u8);
            output.Write(rest);
        }
    }
}
