using System.Buffers;
using System.Runtime.CompilerServices;

namespace Minimal.Http.Topics;

/// <summary>
/// The answer to a poll: <c>{"after","messages","gap","end"}</c>. When many polls stand at one place their answer is the same bytes, made once.
/// </summary>
internal sealed class PollAnswer
{
    // The last answer that was made for each topic: after a broadcast nearly all polls want that one.
    private static readonly ConditionalWeakTable<Topic, StrongBox<PollAnswer?>> Latest = [];

    private PollAnswer(Cursor asked, Cursor topicEnd, TopicBatch batch, ReadOnlyMemory<byte> body)
    {
        Asked = asked;
        TopicEnd = topicEnd;
        IsEmpty = batch.IsEmpty;
        Next = batch.Next;
        NextText = batch.Next.ToString();
        IsEnd = batch.IsEnd;
        Body = body;
    }

    /// <summary>Where to go on.</summary>
    public Cursor Next { get; }

    /// <summary>Whether there is nothing to tell.</summary>
    public bool IsEmpty { get; }

    private Cursor Asked { get; }

    private Cursor TopicEnd { get; }

    private string NextText { get; }

    private bool IsEnd { get; }

    private ReadOnlyMemory<byte> Body { get; }

    /// <summary>Reads behind a cursor, and makes the answer if it is not there yet.</summary>
    public static ValueTask<PollAnswer> ReadAsync(TopicSubscription subscription, Cursor after)
    {
        Topic topic = subscription.Topic;
        StrongBox<PollAnswer?> latest = Latest.GetOrCreateValue(topic);
        bool isKnown = latest.Value is { } known && known.Asked == after && known.TopicEnd == topic.End && known.IsEnd == topic.IsCompleted && subscription.Type is null;
        return isKnown ? new ValueTask<PollAnswer>(latest.Value!) : MakeAsync(subscription, after, latest);
    }

    /// <summary>Writes the object for a batch, perhaps with a word in front and one behind.</summary>
    public static void Write(TopicSubscription subscription, in TopicBatch batch, IBufferWriter<byte> output, ReadOnlySpan<byte> first = default, bool isSuperseded = false)
    {
        output.Write("{"u8);
        output.Write(first);
        output.Write("\"after\":\""u8);
        MessageJson.WriteCursor(batch.Next, output);
        output.Write("\",\"messages\":["u8);
        bool any = false;
        foreach (ref readonly TopicMessage message in batch.Messages.Span)
        {
            if (!subscription.Wants(message)) continue;
            if (any) output.Write(","u8);
            any = true;
            MessageJson.Write(message, output);
        }

        output.Write("],\"gap\":"u8);
        if (batch.Gap is { } gap) MessageJson.WriteGap(gap, output);
        else output.Write("null"u8);
        output.Write(batch.IsEnd ? ",\"end\":true"u8 : ",\"end\":false"u8);
        output.Write(isSuperseded ? ",\"superseded\":true}"u8 : "}"u8);
    }

    public ValueTask RespondAsync(HttpExchange exchange) => RespondAsync(exchange, NextText, Body);

    public static ValueTask RespondAsync(HttpExchange exchange, string? next, ReadOnlyMemory<byte> body)
    {
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        if (next is not null) exchange.Response.Fields.Set("Last-Event-ID", next);
        return exchange.RespondAsync(200, "application/json", body);
    }

    private static async ValueTask<PollAnswer> MakeAsync(TopicSubscription subscription, Cursor after, StrongBox<PollAnswer?> latest)
    {
        TopicEndpointOptions options = subscription.Options;
        Cursor end = subscription.Topic.End;
        TopicBatch batch = await subscription.Topic.ReadOlderAsync(after, options.MaxMessages, options.MaxBytes);
        var output = new ArrayBufferWriter<byte>();
        Write(subscription, batch, output);
        var answer = new PollAnswer(after, end, IsForNobody(subscription, batch) ? new TopicBatch(default, batch.Next) : batch, output.WrittenMemory);
        if (subscription.Type is null && answer.Next == end) latest.Value = answer;
        return answer;
    }

    private static bool IsForNobody(TopicSubscription subscription, in TopicBatch batch)
    {
        if (subscription.Type is null || batch.Gap is not null || batch.IsEnd) return false;
        foreach (ref readonly TopicMessage message in batch.Messages.Span)
        {
            if (subscription.Wants(message)) return false;
        }

        return true;
    }
}
