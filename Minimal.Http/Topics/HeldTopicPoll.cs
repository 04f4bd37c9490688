namespace Minimal.Http.Topics;

/// <summary>A long poll that is held.</summary>
internal sealed class HeldTopicPoll : HeldPoll
{
    private readonly TopicPoll _poll;
    private readonly TopicWatch? _watches;

    public HeldTopicPoll(HttpExchange exchange, TopicPoll poll, TimeSpan time, string? client)
        : base(exchange, poll.Endpoint.Held, time, client, poll.Place)
    {
        _poll = poll;
        for (int i = poll.Subscriptions.Count - 1; i >= 0; i--) _watches = new TopicWatch(this, poll.Subscriptions[i].Topic, _watches);
    }

    protected override bool TryRegister()
    {
        int at = 0;
        for (TopicWatch? watch = _watches; watch is not null; watch = watch.Rest)
        {
            watch.Cursor = _poll.Subscriptions[at++].After;
            if (!watch.TryRegister()) return false;
        }

        return true;
    }

    protected override void Release()
    {
        for (TopicWatch? watch = _watches; watch is not null; watch = watch.Rest) watch.Topic.Unregister(watch);
    }

    protected override async ValueTask<bool> TryAnswerAsync(bool canWait)
    {
        PollAnswer answer = await _poll.ReadAsync();
        if (answer.IsEmpty && canWait) return false;
        await answer.RespondAsync(Exchange);
        return true;
    }

    protected override ValueTask AnswerSupersededAsync() => _poll.Supersede().RespondAsync(Exchange);
}
