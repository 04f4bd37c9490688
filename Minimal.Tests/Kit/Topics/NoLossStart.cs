using Minimal.Http.Topics;

namespace Minimal.Testing;

/// <summary>What a server is made of each time it starts.</summary>
/// <param name="Terms">The bounds of this schedule.</param>
/// <param name="Time">The schedule's clock.</param>
/// <param name="Work">Where sweeps and clients wait until the schedule lets them go on.</param>
/// <param name="Epoch">A number for this life of the log.</param>
public sealed record NoLossStart(NoLossTerms Terms, ManualTime Time, ManualWork Work, ulong Epoch)
{
    /// <summary>Options of a topic on these terms.</summary>
    public TopicOptions TopicOptions => new()
    {
        MaxMessages = Terms.MaxMessages,
        MaxAge = Terms.MaxAge,
        MaxFramedBytes = Terms.MaxFramedBytes,
        IsCompacted = Terms.IsCompacted,
        Time = Time,
        Schedule = Work.Add,
    };

    /// <summary>Options of an endpoint on these terms. Nothing in it is left to chance.</summary>
    public TopicEndpointOptions EndpointOptions => new()
    {
        MaxMessages = Terms.Batch,
        RecycleBytes = Terms.RecycleBytes,
        HoldJitter = 0,
        ReturnSpread = TimeSpan.Zero,
        Schedule = Work.Add,
    };

    /// <summary>A topic on these terms, in a life of its own.</summary>
    public Topic CreateTopic() => new("a", TopicOptions, new MemoryTopicStore(Epoch));
}
