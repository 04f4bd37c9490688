namespace Minimal.Http.Topics;

/// <summary>A poll that is held until there is news, or its time is over, or something else ends it; then it is answered, once.</summary>
internal abstract class HeldPoll : WaitingClient
{
    private readonly long _until;

    protected HeldPoll(HttpExchange exchange, HeldClients held, TimeSpan time, string? client, string place)
        : base(exchange, held, client, place)
    {
        _until = exchange.Deadlines.Now + time.Ticks;
        Set(time);
    }

    private TimeSpan TimeLeft => TimeSpan.FromTicks(Math.Max(0, _until - Exchange.Deadlines.Now));

    /// <summary>Holds the poll.</summary>
    /// <returns>Ends when it is answered, or its client has left.</returns>
    public ValueTask RunAsync()
    {
        if (Held.TryEnter(this) is { } broken)
        {
            Remove();
            return TopicEndpoint.RefuseAsync(Exchange, broken);
        }

        if (!TryRegister())
        {
            Abandon();
            return TopicEndpoint.RefuseAsync(Exchange, TopicRules.TooManyWaiters);
        }

        Exchange.ReleaseRequest();
        Exchange.TellWhenGone(this);
        return BeginAsync();
    }

    /// <summary>It is answered at once, or in its turn if very many are.</summary>
    public override void OnNews()
    {
        TimeSpan turn = Held.NextTurn(this);
        TimeSpan left = TimeLeft;
        if (turn == TimeSpan.Zero) Signal(News);
        else Set(turn < left ? turn : left);
    }

    /// <summary>Begins to wait for news, from where the poll stands. News that is there already is told, too.</summary>
    /// <returns>False when no more can wait, or the topic is gone.</returns>
    protected abstract bool TryRegister();

    /// <summary>Answers.</summary>
    /// <param name="canWait">Whether the poll may be held on if there is nothing to tell.</param>
    /// <returns>False when there was nothing to tell.</returns>
    protected abstract ValueTask<bool> TryAnswerAsync(bool canWait);

    /// <summary>Answers that another poll of the same client is held instead.</summary>
    protected abstract ValueTask AnswerSupersededAsync();

    protected override ValueTask<bool> HandleAsync(int signals)
    {
        if ((signals & Left) != 0) return new ValueTask<bool>(true);
        return (signals & Superseded) != 0 ? EndAsync() : TryEndAsync(isLast: (signals & Drain) != 0 || TimeLeft == TimeSpan.Zero);
    }

    private async ValueTask<bool> EndAsync()
    {
        await AnswerSupersededAsync();
        return true;
    }

    private async ValueTask<bool> TryEndAsync(bool isLast)
    {
        // Nobody tells it while it looks, so that what is told behind its look cannot be overwritten.
        Release();
        if (await TryAnswerAsync(canWait: !isLast)) return true;

        // News that this client did not want does not end its hold, but it may not be able to begin another.
        Set(TimeLeft);
        if (TryRegister()) return false;
        await TryAnswerAsync(canWait: false);
        return true;
    }
}
