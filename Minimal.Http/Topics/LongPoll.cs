using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>
/// Long polling (RFC 6202 §2): read; if there is nothing, wait, and read again. An answer without messages is a poll whose time was over: the
/// client asks again from the cursor that it got.
/// <para>
/// <c>?wait=</c> seconds, or <c>Prefer: wait=</c>; <c>?client=</c> is a name that a tab gives itself, of which only the latest poll of a topic is
/// held: the one before is answered <c>"superseded":true</c>, and its script is to stop. Several topics are watched at once with
/// <c>?topic=name@cursor</c> for each.
/// </para>
/// </summary>
public sealed class LongPoll : TopicTransport
{
    internal const string TransportName = "long";

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

    private static ValueTask RunAsync(HttpExchange exchange, TopicPoll poll)
    {
        if (HoldTime.Decide(exchange.Request, poll.Endpoint.Options, Random.Shared.NextDouble()) is not { } hold) return RefuseAsync(exchange, TopicRules.HoldUnreadable);
        if (hold.Applied is not null) exchange.Response.Fields.Set("Preference-Applied", hold.Applied);

        ValueTask<PollAnswer> reading = poll.ReadAsync();
        return reading.IsCompletedSuccessfully ? AnswerOrHold(exchange, poll, hold.Time, reading.Result) : AwaitAsync(exchange, poll, hold.Time, reading);
    }

    private static async ValueTask AwaitAsync(HttpExchange exchange, TopicPoll poll, TimeSpan time, ValueTask<PollAnswer> reading) =>
        await AnswerOrHold(exchange, poll, time, await reading);

    private static ValueTask AnswerOrHold(HttpExchange exchange, TopicPoll poll, TimeSpan time, PollAnswer answer)
    {
        // HEAD is answered at once and holds nobody; a server that stops does not begin to hold.
        bool mayHold = time > TimeSpan.Zero && exchange.Request.Method != "HEAD" && !exchange.Draining.IsCancellationRequested;
        if (!answer.IsEmpty || !mayHold) return answer.RespondAsync(exchange);

        string? client = QueryText.First(exchange.Request, "client"u8);
        return new HeldTopicPoll(exchange, poll, time, string.IsNullOrEmpty(client) ? null : client).RunAsync();
    }
}
