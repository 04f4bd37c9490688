namespace Minimal.Http.Topics;

/// <summary>A question that is held until its answer changes. News of other keys does not wake it: the sweep looks for itself.</summary>
internal sealed class HeldConfigPoll : HeldPoll
{
    private readonly ConfigIndex _index;
    private readonly ConfigQuestion _question;
    private readonly TopicWatch _watch;

    public HeldConfigPoll(HttpExchange exchange, HeldClients held, ConfigIndex index, ConfigQuestion question, TimeSpan time, string? client)
        : base(exchange, held, time, client, question.Place)
    {
        _index = index;
        _question = question;
        _watch = new TopicWatch(this, index.Topic, staysRegistered: true) { Cursor = index.CatchUp() };
    }

    public override void OnNews()
    {
        // The place first, and then the look: a change that the look does not see is behind the place, and told again.
        _watch.Cursor = _index.CatchUp();
        if (_question.IsAnswered(_index)) base.OnNews();
    }

    // It looks again when it is registered: what came between the question and here is not lost.
    protected override bool TryRegister()
    {
        if (!_watch.TryRegister()) return false;
        if (_question.IsAnswered(_index)) Signal(News);
        return true;
    }

    protected override void Release() => _index.Topic.Unregister(_watch);

    protected override async ValueTask<bool> TryAnswerAsync(bool canWait)
    {
        _watch.Cursor = _index.CatchUp();
        if (canWait && !_question.IsAnswered(_index)) return false;
        await _question.RespondAsync(Exchange, _index, isSuperseded: false);
        return true;
    }

    protected override ValueTask AnswerSupersededAsync() => _question.RespondAsync(Exchange, _index, isSuperseded: true);
}
