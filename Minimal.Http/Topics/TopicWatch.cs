namespace Minimal.Http.Topics;

/// <summary>Tells a client of news of one topic: a chain of one for each topic that it waits for.</summary>
/// <param name="client">Who waits.</param>
/// <param name="topic">For what.</param>
/// <param name="rest">The rest of the chain.</param>
/// <param name="staysRegistered">As for every <see cref="TopicWaiter"/>.</param>
internal sealed class TopicWatch(WaitingClient client, Topic topic, TopicWatch? rest = null, bool staysRegistered = false) : TopicWaiter(staysRegistered)
{
    public Topic Topic { get; } = topic;

    public TopicWatch? Rest { get; } = rest;

    /// <summary>Registers with the topic; false when it has too many waiters, or has expired just now.</summary>
    public bool TryRegister()
    {
        try
        {
            return Topic.Register(this);
        }
        catch (TopicException)
        {
            return false;
        }
    }

    protected internal override void OnNews() => client.OnNews();
}
