namespace Minimal.Http.Topics;

/// <summary>Short polling: read, and answer at once.</summary>
public sealed class ShortPoll : TopicTransport
{
    internal const string TransportName = "poll";

    /// <inheritdoc />
    public override string Name => TransportName;

    /// <inheritdoc />
    public override ValueTask RunAsync(HttpExchange exchange, TopicSubscription subscription)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(subscription);
        return RunAsync(exchange, new TopicPoll(subscription));
    }

    internal override ValueTask RunSeveralAsync(HttpExchange exchange, TopicSubscription[] subscriptions) => RunAsync(exchange, new TopicPoll(subscriptions));

    private static async ValueTask RunAsync(HttpExchange exchange, TopicPoll poll)
    {
        PollAnswer answer = await poll.ReadAsync();
        await answer.RespondAsync(exchange);
    }
}
