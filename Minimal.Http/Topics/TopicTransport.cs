using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>One way to bring a topic to a client: the same loop over a cursor, framed in its own manner. Stateless; one instance serves all.</summary>
public abstract class TopicTransport
{
    /// <summary>What <c>?via=</c> calls it: <c>long</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The media type whose mention in Accept asks for it; null: none does.</summary>
    public virtual string? MediaType => null;

    /// <summary>Whether a cursor that cannot be read is told as a gap, for an error status would end the client for good; else it is 400.</summary>
    public virtual bool TellsUnreadableCursor => false;

    /// <summary>Whether the request asks for it in its own manner, as <c>Upgrade: websocket</c> does.</summary>
    public virtual bool Matches(RequestHead request) => false;

    /// <summary>Serves one client until it has its answer, has left, or the stream ends.</summary>
    public abstract ValueTask RunAsync(HttpExchange exchange, TopicSubscription subscription);

    /// <summary>Serves a client that reads several topics at once; polls can.</summary>
    internal virtual ValueTask RunSeveralAsync(HttpExchange exchange, TopicSubscription[] subscriptions) => RefuseAsync(exchange, TopicRules.OneTopic);

    /// <summary>Answers with a rule's status and sentence, not to be kept by any cache.</summary>
    protected static ValueTask RefuseAsync(HttpExchange exchange, ProtocolRule rule) => TopicEndpoint.RefuseAsync(exchange, rule);
}
