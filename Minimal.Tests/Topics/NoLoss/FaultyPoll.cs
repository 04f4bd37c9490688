using Minimal.Http;
using Minimal.Http.Topics;

namespace Minimal.Tests.Topics;

/// <summary>What a poll can do wrong.</summary>
public enum PollFault
{
    SkipsBehindAFullBatch, HidesGaps, RepeatsTheLast, ForgetsTheEnd, GoesBack,
}

/// <summary>A short poll with one fault, to show that it would be noticed.</summary>
internal sealed class FaultyPoll(PollFault fault) : TopicTransport
{
    public override string Name => "poll";

    public override ValueTask RunAsync(HttpExchange exchange, TopicSubscription subscription) =>
        PollAnswer.Write(subscription, Read(subscription.Topic, subscription.After)).RespondAsync(exchange);

    private TopicBatch Read(Topic topic, Cursor after)
    {
        bool isAtEnd = after == topic.End && after.Sequence > 0;
        TopicBatch batch = topic.Read(fault == PollFault.RepeatsTheLast && isAtEnd ? topic.Place(after.Sequence - 1) : after, 2);
        return fault switch
        {
            PollFault.SkipsBehindAFullBatch => new TopicBatch(batch.Messages, topic.End, batch.Gap, batch.IsEnd),
            PollFault.HidesGaps => new TopicBatch(batch.Messages, batch.Next, null, batch.IsEnd),
            PollFault.ForgetsTheEnd => new TopicBatch(batch.Messages, batch.Next, batch.Gap),
            PollFault.GoesBack => new TopicBatch(batch.Messages, topic.Start, batch.Gap, batch.IsEnd),
            _ => batch,
        };
    }
}
