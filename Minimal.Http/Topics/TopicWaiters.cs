namespace Minimal.Http.Topics;

/// <summary>
/// All who wait for news of one topic, and the sweep that tells them.
/// <para>
/// A waiter stands in one of two lines: <c>idle</c>, which has been told everything so far, or <c>due</c>. A publisher only
/// leaves word that there is news. The sweep, on another thread, then joins idle to the end of due, without a walk, and takes
/// due from its front, a batch at a time. So the turn is fair, and those who have not been reached when more news comes are told
/// of both at once.
/// </para>
/// Thread-safe.
/// </summary>
internal sealed class TopicWaiters(Topic topic, int max, Action<IThreadPoolWorkItem> schedule) : IThreadPoolWorkItem
{
    /// <summary>Waiters looked at before the thread is given back: few enough that other topics get their turn, enough that this costs little.</summary>
    public const int BatchSize = 64;

    private const int Quiet = 0;
    private const int Scheduled = 1;
    private const int News = 2;

    private readonly Lock _lock = new();
    private readonly WaiterList _idle = new();
    private readonly WaiterList _due = new();
    private TopicWaiter?[]? _batch;
    private int _state;
    private int _count;
    private bool _closed;

    /// <summary>Waiters registered now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Waiters that sweeps have looked at so far; a publisher looks at none.</summary>
    public long Visits { get; private set; }

    /// <summary>Leaves word of news, which has been made visible before. Takes the same time for any number of waiters.</summary>
    public void Announce()
    {
        // Whoever registers counts itself first and looks for news then; here it is the other way round. With a fence on both
        // sides at least one sees the other, so nobody falls asleep beside the news.
        Interlocked.MemoryBarrier();
        if (_count == 0) return;
        if ((Interlocked.Or(ref _state, Scheduled | News) & Scheduled) == 0) schedule(this);
    }

    /// <inheritdoc cref="Topic.Register" />
    public bool Register(TopicWaiter waiter)
    {
        lock (_lock)
        {
            if (_closed) throw new TopicException(TopicRules.Expired);
            if (waiter.Owner is not null) throw new InvalidOperationException("The waiter is registered already.");
            if (_count >= max) return false;

            Interlocked.Increment(ref _count);
            waiter.Owner = this;
            if (!topic.HasNews(waiter.Cursor))
            {
                _idle.Add(waiter);
                return true;
            }

            _due.Add(waiter);
            if ((Interlocked.Or(ref _state, Scheduled) & Scheduled) != 0) return true;
        }

        schedule(this);
        return true;
    }

    /// <inheritdoc cref="Topic.Unregister" />
    public bool Unregister(TopicWaiter waiter)
    {
        lock (_lock)
        {
            if (waiter.Owner != this) return false;
            Release(waiter);
            return true;
        }
    }

    /// <summary>Lets nobody register any more, if nobody is registered.</summary>
    public bool TryClose()
    {
        lock (_lock) return _closed = _closed || _count == 0;
    }

    /// <summary>One batch of the sweep. There is at most one at a time.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        TopicWaiter?[] batch = _batch ??= new TopicWaiter?[BatchSize];
        int count = TakeDue(batch);
        for (int at = 0; at < count; at++)
        {
            TopicWaiter waiter = batch[at]!;
            batch[at] = null;
            waiter.OnNews();
        }

        if (!IsDone()) schedule(this);
    }

    private int TakeDue(TopicWaiter?[] batch)
    {
        lock (_lock)
        {
            if ((Interlocked.And(ref _state, ~News) & News) != 0) _due.TakeAll(_idle);

            int count = 0;
            for (int looked = 0; looked < BatchSize && _due.First is { } waiter; looked++)
            {
                Visits++;
                if (Take(waiter)) batch[count++] = waiter;
            }

            return count;
        }
    }

    /// <summary>Takes a waiter out of the line. Says whether it is to be called.</summary>
    private bool Take(TopicWaiter waiter)
    {
        bool hasNews = topic.HasNews(waiter.Cursor);
        if (hasNews && !waiter.StaysRegistered)
        {
            Release(waiter);
            return true;
        }

        WaiterList.Remove(waiter);
        _idle.Add(waiter);
        return hasNews;
    }

    private void Release(TopicWaiter waiter)
    {
        WaiterList.Remove(waiter);
        waiter.Owner = null;
        Interlocked.Decrement(ref _count);
    }

    // Under the lock, so that nobody becomes due between the look and the change of state.
    private bool IsDone()
    {
        lock (_lock)
        {
            return _due.First is null && Interlocked.CompareExchange(ref _state, Quiet, Scheduled) == Scheduled;
        }
    }
}
