using Minimal.Http;
using Minimal.Http.Topics;

namespace Minimal.Testing;

/// <summary>What is looked at: a handler that brings a topic to clients, and the way to publish there.</summary>
public sealed record NoLossServer
{
    /// <summary>Answers the clients.</summary>
    public required HttpHandler Handler { get; init; }

    /// <summary>Publishes data under a key, and says which id it has.</summary>
    public required Func<ReadOnlyMemory<byte>, string, ValueTask<Cursor>> Publish { get; init; }

    /// <summary>Behind the newest message.</summary>
    public required Func<Cursor> End { get; init; }

    /// <summary>Completes the topic; null: it cannot be completed.</summary>
    public Func<ValueTask>? Complete { get; init; }

    /// <summary>What clients ask for.</summary>
    public string Target { get; init; } = "/";

    /// <summary>
    /// Whether clients are served by threads of their own, and not only when <see cref="NoLossStart.Work"/> is let run. Then a seed does not bring the same
    /// run back, and whoever gets nothing is waited for.
    /// </summary>
    public bool RunsByItself { get; init; }

    /// <summary>Any topic, under an endpoint on the terms of the schedule.</summary>
    /// <param name="start">What it is made of.</param>
    /// <param name="topic">The topic, made with <see cref="NoLossStart.TopicOptions"/>.</param>
    /// <param name="transports">Ways besides polls, NDJSON and iframe, or in place of those with the same name.</param>
    public static NoLossServer Of(NoLossStart start, Topic topic, params IReadOnlyList<TopicTransport> transports)
    {
        ArgumentNullException.ThrowIfNull(start);
        return Of(topic, new TopicEndpoint(topic, start.EndpointOptions, transports));
    }

    /// <summary>Any handler over a topic.</summary>
    public static NoLossServer Of(Topic topic, HttpHandler handler)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return new NoLossServer
        {
            Handler = handler,
            Publish = (data, key) => topic.PublishAsync(data, key: key),
            End = () => topic.End,
            Complete = () => topic.CompleteAsync(),
        };
    }
}
