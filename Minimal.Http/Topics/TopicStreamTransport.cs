namespace Minimal.Http.Topics;

/// <summary>A transport that is one endless response: it says where it stands, replays, and goes on live, all in the same loop.</summary>
public abstract class TopicStreamTransport : TopicTransport
{
    private ChunkedTopicFraming? _chunked;

    /// <summary>The format of a stream; null when the request does not say enough, and was answered.</summary>
    protected abstract ValueTask<TopicStreamFormat?> ChooseFormatAsync(HttpExchange exchange, TopicSubscription subscription);

    /// <inheritdoc />
    public override async ValueTask RunAsync(HttpExchange exchange, TopicSubscription subscription)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(subscription);
        if (await ChooseFormatAsync(exchange, subscription) is not { } format) return;

        // One instance for each format, so that all streams of it share one log.
        ChunkedTopicFraming chunked = LazyInitializer.EnsureInitialized(ref _chunked, () => new ChunkedTopicFraming(format.Framing));
        var stream = new TopicStream(exchange, subscription, format, chunked);
        if (exchange.Request.Method == "HEAD")
        {
            await stream.OpenAsync();
            return;
        }

        if (!subscription.Endpoint.Held.TryEnter())
        {
            await RefuseOverloadAsync(exchange, subscription);
            return;
        }

        try
        {
            if (subscription.Topic.Register(stream)) await stream.RunAsync();
            else await RefuseOverloadAsync(exchange, subscription);
        }
        finally
        {
            subscription.Endpoint.Held.Leave();
        }
    }

    /// <summary>Turns a client away because too many wait: with 503 unless the transport has a better way.</summary>
    protected virtual ValueTask RefuseOverloadAsync(HttpExchange exchange, TopicSubscription subscription) => TopicEndpoint.RefuseAsync(exchange, TopicRules.TooManyHeld);
}
