using System.Buffers;
using System.Globalization;
using System.Text;
using Minimal.Http;
using Minimal.Http.Topics;

namespace Exercises.Solutions;

/// <summary>Exercise 6: a topic as a table that grows.</summary>
internal sealed class CsvStream : TopicStreamTransport
{
    private static readonly Table Format = new();

    public override string Name => "csv";

    public override string? MediaType => "text/csv";

    protected override ValueTask<TopicStreamFormat?> ChooseFormatAsync(HttpExchange exchange, TopicSubscription subscription) => new(Format);

    // escaped = DQUOTE *( TEXTDATA / COMMA / CR / LF / 2DQUOTE ) DQUOTE
    private static void WriteRow(string kind, Cursor id, string data, IBufferWriter<byte> output)
    {
        bool isPlain = data.AsSpan().IndexOfAny("\",\r\n") < 0;
        string field = isPlain ? data : $"\"{data.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        output.Write(Encoding.UTF8.GetBytes($"{kind},{id},{field}\r\n"));
    }

    private sealed class Row : TopicFraming
    {
        public static readonly Row Instance = new();

        public override void Write(in TopicMessage message, IBufferWriter<byte> output) =>
            WriteRow("message", message.Id, Encoding.UTF8.GetString(message.Data.Span), output);
    }

    private sealed class Table : TopicStreamFormat
    {
        public override string ContentType => "text/csv; charset=utf-8; header=present";

        public override TopicFraming Framing => Row.Instance;

        public override void WritePrelude(IBufferWriter<byte> output) => output.Write("kind,id,data\r\n"u8);

        public override void WriteOpen(Cursor at, IBufferWriter<byte> output) => WriteRow("open", at, "", output);

        public override void WriteGap(TopicGap gap, IBufferWriter<byte> output) => WriteRow("gap", gap.To, gap.From.ToString(), output);

        public override void WriteEnd(Cursor at, IBufferWriter<byte> output) => WriteRow("end", at, "", output);

        public override void WriteAgain(Cursor at, TimeSpan wait, IBufferWriter<byte> output) =>
            WriteRow("again", at, ((long)wait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture), output);
    }
}
