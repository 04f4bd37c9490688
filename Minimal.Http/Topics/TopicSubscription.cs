namespace Minimal.Http.Topics;

/// <summary>What a client wants to read, and on which terms. Immutable.</summary>
/// <param name="Endpoint">Where it came in.</param>
/// <param name="Topic">What it reads.</param>
/// <param name="After">Where it stands; of no epoch when it gave a cursor that cannot be read.</param>
/// <param name="Type">The only type of messages that it wants; null wants all.</param>
public sealed record TopicSubscription(TopicEndpoint Endpoint, Topic Topic, Cursor After, string? Type)
{
    /// <summary>The terms.</summary>
    public TopicEndpointOptions Options => Endpoint.Options;

    /// <summary>Whether the client wants that message.</summary>
    public bool Wants(in TopicMessage message) => Type is null || message.Type == Type;
}
