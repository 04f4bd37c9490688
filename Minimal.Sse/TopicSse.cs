using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;
using Minimal.Http;
using Minimal.Http.Topics;
using Minimal.Http.Wire;

namespace Minimal.Sse;

/// <summary>
/// A topic over Server-Sent Events. The id of an event is its cursor, its type the message's, its data the message as it is (base64 when it is no
/// UTF-8). The first event says where the stream stands and nothing else; a gap is an event <c>gap</c> with <c>{"from","to"}</c>; behind the last
/// message comes an event <c>end</c>, and who comes back then is told to stop (204). Whose client has begun another stream gets an event <c>error</c> with
/// <c>{"reason":"superseded"}</c>, and its script is to stop.
/// <para>Give one to <see cref="TopicEndpoint"/>: <c>new TopicEndpoint(topic, options, new TopicSse())</c>.</para>
/// </summary>
public sealed class TopicSse : TopicStreamTransport
{
    private static readonly TimeSpan LeastWait = TimeSpan.FromSeconds(1);

    private static readonly EventStream Format = new();

    /// <inheritdoc />
    public override string Name => "sse";

    /// <inheritdoc />
    public override string? MediaType => "text/event-stream";

    /// <summary>True: an error status would end an EventSource for good (HTML §9.2.2).</summary>
    public override bool TellsUnreadableCursor => true;

    /// <inheritdoc />
    protected override async ValueTask<TopicStreamFormat?> ChooseFormatAsync(HttpExchange exchange, TopicSubscription subscription)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(subscription);

        // 204 tells an EventSource not to come back (HTML §9.2.1); only who has seen the end is told so.
        bool hasSeenAll = subscription.Topic.IsCompleted && subscription.After == subscription.Topic.End && SseRequest.ComesBack(exchange.Request);
        if (!hasSeenAll) return Format;
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        await exchange.RespondAsync(204);
        return null;
    }

    /// <summary>200, a time after which to come back, and the end: an EventSource then does.</summary>
    protected override ValueTask RefuseOverloadAsync(HttpExchange exchange, TopicSubscription subscription, ProtocolRule rule)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(subscription);
        var body = new ArrayBufferWriter<byte>();
        TimeSpan spread = subscription.Options.ReturnSpread;
        Format.WriteAgain(subscription.After, spread + (spread * Random.Shared.NextDouble()), body);
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        exchange.Response.Close = true;
        return exchange.RespondAsync(200, Format.ContentType, body.WrittenMemory);
    }

    private sealed class Event : TopicFraming
    {
        public static readonly Event Instance = new();

        public override void Write(in TopicMessage message, IBufferWriter<byte> output)
        {
            WriteCursor(message.Id, output);
            if (message.Type is { } type) SseWriter.WriteType(type, output);
            WriteData(message.Data.Span, output);
            SseWriter.WriteEnd(output);
        }

        private static void WriteData(ReadOnlySpan<byte> data, IBufferWriter<byte> output)
        {
            if (Utf8.IsValid(data))
            {
                SseWriter.WriteData(data, output);
                return;
            }

            byte[] text = new byte[Base64.GetMaxEncodedToUtf8Length(data.Length)];
            Base64.EncodeToUtf8(data, text, out _, out int length);
            SseWriter.WriteData(text.AsSpan(0, length), output);
        }
    }

    private sealed class EventStream : TopicStreamFormat
    {
        public override string ContentType => "text/event-stream";

        public override TopicFraming Framing => Event.Instance;

        /// <summary>False: an EventSource keeps nothing of what it has dispatched.</summary>
        public override bool IsKeptByClient => false;

        public override void WriteOpen(Cursor at, IBufferWriter<byte> output)
        {
            WriteCursor(at, output);
            SseWriter.WriteEnd(output);
        }

        public override void WriteGap(TopicGap gap, IBufferWriter<byte> output) => WriteRecord("gap"u8, gap.To, $"{{\"from\":\"{gap.From}\",\"to\":\"{gap.To}\"}}", output);

        public override void WriteEnd(Cursor at, IBufferWriter<byte> output) => WriteRecord("end"u8, at, $"{{\"at\":\"{at}\"}}", output);

        public override void WriteAgain(Cursor at, TimeSpan wait, IBufferWriter<byte> output)
        {
            // An EventSource waits as long each time from here on: a short time would have it knock without a pause while a server is away.
            SseWriter.WriteRetry(LeastWait + wait, output);
            WriteOpen(at, output);
        }

        // It is no end: the topic goes on, elsewhere. An EventSource comes back all the same, unless its script closes it, and would take the place of the other
        // one in its turn; a day is as good as never.
        public override void WriteSuperseded(Cursor at, IBufferWriter<byte> output)
        {
            SseWriter.WriteRetry(TimeSpan.FromDays(1), output);
            WriteRecord("error"u8, at, "{\"reason\":\"superseded\"}", output);
        }

        private static void WriteRecord(ReadOnlySpan<byte> type, Cursor at, string data, IBufferWriter<byte> output)
        {
            WriteCursor(at, output);
            SseWriter.WriteType(type, output);
            SseWriter.WriteData(Encoding.ASCII.GetBytes(data), output);
            SseWriter.WriteEnd(output);
        }
    }

    private static void WriteCursor(Cursor at, IBufferWriter<byte> output)
    {
        Span<byte> text = stackalloc byte[Cursor.MaxTextLength];
        at.TryFormat(text, out int length);
        SseWriter.WriteId(text[..length], output);
    }
}
