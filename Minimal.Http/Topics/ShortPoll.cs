namespace Minimal.Http.Topics;

/// <summary>Short polling: read, and answer at once.</summary>
public sealed class ShortPoll : TopicTransport
{
    internal const string TransportName = "poll";

    /// <inheritdoc />
    public override string Name => TransportName;

    /// <inheritdoc />
    public override async ValueTask RunAsync(HttpExchange exchange, TopicSubscription subscription)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(subscription);
        PollAnswer answer = await PollAnswer.ReadAsync(subscription, subscription.After);
        await answer.RespondAsync(exchange);
    }
}
