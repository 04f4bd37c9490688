using System.Buffers;
using System.Text;
using Minimal.Http;
using Minimal.Http.Topics;

namespace Exercises.Csv;

/// <summary>A topic as a table that grows: <c>kind,id,data</c>, a row for each message and for what the stream says of itself.</summary>
internal sealed class CsvStream : TopicStreamTransport
{
    private static readonly Table Format = new();

    public override string Name => "csv";

    protected override ValueTask<TopicStreamFormat?> ChooseFormatAsync(HttpExchange exchange, TopicSubscription subscription) => new(Format);

    private sealed class Row : TopicFraming
    {
        public static readonly Row Instance = new();

        public override void Write(in TopicMessage message, IBufferWriter<byte> output) =>
            output.Write(Encoding.UTF8.GetBytes($"message,{message.Id},{Encoding.UTF8.GetString(message.Data.Span)}\r\n"));
    }

    private sealed class Table : TopicStreamFormat
    {
        public override string ContentType => "text/csv; charset=utf-8";

        public override TopicFraming Framing => Row.Instance;

        public override void WriteOpen(Cursor at, IBufferWriter<byte> output)
        {
        }

        public override void WriteGap(TopicGap gap, IBufferWriter<byte> output)
        {
        }

        public override void WriteEnd(Cursor at, IBufferWriter<byte> output)
        {
        }

        public override void WriteAgain(Cursor at, TimeSpan wait, IBufferWriter<byte> output)
        {
        }
    }
}
