using System.Threading.Tasks.Sources;
using Minimal.Http.Transports;

namespace Minimal.Http.Topics;

/// <summary>Why a held poll is answered.</summary>
internal enum HoldEnd
{
    /// <summary>There is news.</summary>
    News,

    /// <summary>The time is over.</summary>
    TimedOut,

    /// <summary>The same client has sent another poll.</summary>
    Superseded,

    /// <summary>The server stops.</summary>
    Drained,

    /// <summary>The client has left.</summary>
    Left,

    /// <summary>It was not held: too many are.</summary>
    TooMany,
}

/// <summary>
/// A poll that is held: it ends once, for the first reason that comes, and the handler that awaits it goes on right there. All that a held poll
/// costs beside its connection is this, and a waiter for each topic.
/// </summary>
internal sealed class PollHold : Deadline, IValueTaskSource<HoldEnd>
{
    private readonly HeldClients _held;
    private readonly TimeProvider _time;
    private ManualResetValueTaskSourceCore<HoldEnd> _source;
    private int _hasNews;
    private int _ended;

    public PollHold(HeldClients held, DeadlineWheel deadlines)
        : base(deadlines)
    {
        _held = held;
        _time = deadlines.Time;
    }

    public ValueTask<HoldEnd> Task => new(this, _source.Version);

    public void TryEnd(HoldEnd end)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0) _source.SetResult(end);
    }

    /// <summary>There is news: the poll ends, at once or in its turn.</summary>
    public void OnNews()
    {
        if (Interlocked.Exchange(ref _hasNews, 1) != 0) return;
        TimeSpan turn = _held.NextTurn(_time.GetUtcNow().Ticks);
        if (turn == TimeSpan.Zero) TryEnd(HoldEnd.News);
        else Set(turn);
    }

    HoldEnd IValueTaskSource<HoldEnd>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<HoldEnd>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<HoldEnd>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    protected override void OnExpired() => TryEnd(Volatile.Read(ref _hasNews) != 0 ? HoldEnd.News : HoldEnd.TimedOut);

    /// <summary>Tells a hold of news of one topic.</summary>
    internal sealed class Watcher(PollHold hold) : TopicWaiter
    {
        protected internal override void OnNews() => hold.OnNews();
    }
}
