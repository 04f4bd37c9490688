using System.Buffers;

namespace Minimal.Http.Topics;

/// <summary>The answer to a poll: <c>{"after","messages","gap","end"}</c>, as bytes that many polls may share. Immutable.</summary>
/// <param name="body">The JSON.</param>
/// <param name="isEmpty">Whether there is nothing to tell.</param>
/// <param name="next">Where to go on; null when the body says that for each of several topics.</param>
internal sealed class PollAnswer(ReadOnlyMemory<byte> body, bool isEmpty, Cursor? next = null)
{
    private readonly string? _nextText = next?.ToString();

    /// <summary>Whether there is nothing to tell.</summary>
    public bool IsEmpty { get; } = isEmpty;

    /// <summary>Where to go on; null when the body says that for each of several topics.</summary>
    public Cursor? Next { get; } = next;

    /// <summary>Bytes of the body.</summary>
    public int Length => body.Length;

    /// <summary>The answer for a batch.</summary>
    public static PollAnswer Write(TopicSubscription subscription, in TopicBatch batch, bool isSuperseded = false)
    {
        var output = new ArrayBufferWriter<byte>();
        bool isEmpty = Write(subscription, batch, output, isSuperseded: isSuperseded);
        return new PollAnswer(output.WrittenMemory, isEmpty, batch.Next);
    }

    /// <summary>Writes the object for a batch.</summary>
    /// <returns>Whether there is nothing in it that this subscriber wants to know.</returns>
    public static bool Write(TopicSubscription subscription, in TopicBatch batch, IBufferWriter<byte> output, bool isNamed = false, bool isSuperseded = false)
    {
        output.Write("{"u8);
        if (isNamed) WriteName(subscription.Topic.Name, output);
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
        return !any && batch.Gap is null && !batch.IsEnd;
    }

    /// <summary>Sends it. Nothing may keep it for others (RFC 6202 §5.6).</summary>
    public ValueTask RespondAsync(HttpExchange exchange)
    {
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        if (_nextText is not null) exchange.Response.Fields.Set("Last-Event-ID", _nextText);
        return exchange.RespondAsync(200, "application/json", body);
    }

    private static void WriteName(string name, IBufferWriter<byte> output)
    {
        output.Write("\"topic\":"u8);
        MessageJson.WriteString(name, output);
        output.Write(","u8);
    }
}
