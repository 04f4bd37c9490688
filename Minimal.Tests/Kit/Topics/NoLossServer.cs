using Minimal.Http;
using Minimal.Http.Topics;
using Minimal.Http.Transports;

namespace Minimal.Testing;

/// <summary>What is looked at: a handler that brings a topic to clients, or the way to reach one elsewhere; and the way to publish there.</summary>
public sealed record NoLossServer
{
    /// <summary>Answers the clients, over connections in memory; null when <see cref="Connect"/> is given.</summary>
    public HttpHandler? Handler { get; init; }

    /// <summary>Connects a client to a server that runs elsewhere; null when <see cref="Handler"/> is given. Such a server <see cref="RunsByItself"/>.</summary>
    public Func<ValueTask<Transport>>? Connect { get; init; }

    /// <summary>The value of Host in what clients send.</summary>
    public string Host { get; init; } = "a";

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

    /// <summary>
    /// A topic at a URL, of any server that answers as a <see cref="TopicEndpoint"/> does: POST publishes and answers <c>{"id"}</c>, GET with
    /// <c>?via=poll&amp;after=</c> polls. Nobody else may publish there meanwhile, and the server's own bounds hold instead of the schedule's.
    /// </summary>
    /// <param name="url">Of the scheme http; without a query.</param>
    /// <param name="publish">How to publish data under a key; null: by POST with <c>?key=</c>.</param>
    public static NoLossServer At(Uri url, Func<ReadOnlyMemory<byte>, string, ValueTask<Cursor>>? publish = null)
    {
        ArgumentNullException.ThrowIfNull(url);
        var topic = new NoLossUrl(url, publish);
        return new NoLossServer
        {
            Connect = async () => (await Conversation.ConnectAsync(url)).Transport,
            Publish = topic.PublishAsync,
            End = () => topic.End,
            Target = url.AbsolutePath,
            Host = url.Authority,
            RunsByItself = true,
        };
    }

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
