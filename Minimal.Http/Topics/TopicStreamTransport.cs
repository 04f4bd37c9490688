using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>A transport that is one endless response: it says where it stands, replays, and goes on live, all in the same loop.</summary>
public abstract class TopicStreamTransport : TopicTransport
{
    /// <inheritdoc />
    public override ValueTask RunAsync(HttpExchange exchange, TopicSubscription subscription)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(subscription);
        ValueTask<TopicStreamFormat?> choosing = ChooseFormatAsync(exchange, subscription);
        if (!choosing.IsCompletedSuccessfully) return AwaitAsync(exchange, subscription, choosing);
        return choosing.Result is { } format ? BeginAsync(exchange, subscription, format) : default;
    }

    /// <summary>The format of a stream; null when the request does not say enough, and was answered.</summary>
    protected abstract ValueTask<TopicStreamFormat?> ChooseFormatAsync(HttpExchange exchange, TopicSubscription subscription);

    /// <summary>Turns a client away because too many wait: with the rule's status, 503, or 429 if they are its own, unless the transport has a better way.</summary>
    protected internal virtual ValueTask RefuseOverloadAsync(HttpExchange exchange, TopicSubscription subscription, ProtocolRule rule) => RefuseAsync(exchange, rule);

    private async ValueTask AwaitAsync(HttpExchange exchange, TopicSubscription subscription, ValueTask<TopicStreamFormat?> choosing)
    {
        if (await choosing is { } format) await BeginAsync(exchange, subscription, format);
    }

    // HEAD gets the head, and is not held.
    private ValueTask BeginAsync(HttpExchange exchange, TopicSubscription subscription, TopicStreamFormat format)
    {
        string? client = QueryText.First(exchange.Request, "client"u8);
        var stream = new TopicStream(exchange, subscription, this, format, string.IsNullOrEmpty(client) ? null : client);
        return exchange.Request.Method == "HEAD" ? stream.AnswerHeadAsync() : stream.RunAsync();
    }
}
