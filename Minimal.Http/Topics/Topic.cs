using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>
/// A bounded, ordered log of messages that many publish to and many read, each from a cursor of its own. There is one order
/// for all. Reading never waits; waiting is a separate act on the same cursor, so there is no seam between what was and what
/// comes: read, and if there was nothing, wait on that cursor and read again.
/// <para>The store numbers the messages; the newest ones are kept here. Thread-safe.</para>
/// </summary>
public sealed class Topic
{
    private readonly Lock _lock = new();
    private readonly TopicOptions _options;
    private readonly TopicStore _store;
    private readonly TopicTail _tail;
    private readonly TopicWaiters _waiters;
    private readonly ulong _epoch;
    private List<FramedLog> _framed = [];
    private long _end;
    private long _horizon;
    private long _used;
    private bool _completed;
    private bool _retired;

    /// <summary>A topic over a store.</summary>
    /// <param name="name">What clients call it.</param>
    /// <param name="options">What it keeps; null takes <see cref="TopicOptions.Default"/>.</param>
    /// <param name="store">Where its messages are numbered, for this topic alone; null makes a <see cref="MemoryTopicStore"/>.</param>
    /// <exception cref="ArgumentException">The options bound nothing, or leave room for nothing.</exception>
    public Topic(string name, TopicOptions? options = null, TopicStore? store = null)
    {
        _options = options ?? TopicOptions.Default;
        _options.Validate();
        _store = store ?? new MemoryTopicStore();
        Name = name;
        _waiters = new TopicWaiters(this, _options.MaxWaiters, _options.Schedule);
        _used = _options.Time.GetTimestamp();

        TopicStart start = _store.Attach(this);
        _epoch = start.End.Epoch;
        _end = _horizon = start.End.Sequence;
        _completed = start.IsCompleted;
        _tail = new TopicTail(_options, _end);
    }

    /// <summary>What clients call it.</summary>
    public string Name { get; }

    /// <summary>Behind the newest message.</summary>
    public Cursor End => new(_epoch, Volatile.Read(ref _end));

    /// <summary>In front of the oldest message that is kept here. Reading from there gives no gap.</summary>
    public Cursor Start => new(_epoch, Horizon);

    /// <summary>Whether <see cref="End"/> is the end for good.</summary>
    public bool IsCompleted => Volatile.Read(ref _completed);

    /// <summary>Waiters registered now.</summary>
    public int Waiters => _waiters.Count;

    /// <summary>Messages that are kept here.</summary>
    public int Messages
    {
        get
        {
            lock (_lock) return _tail.Messages;
        }
    }

    /// <summary>Whether only the latest message of each key is kept.</summary>
    internal bool IsCompacted => _options.IsCompacted;

    /// <summary>The sequence number of <see cref="Start"/>. Takes the lock only where age may have moved it.</summary>
    internal long Horizon
    {
        get
        {
            if (_options.MaxAge is null) return Volatile.Read(ref _horizon);
            lock (_lock)
            {
                Expire();
                return _horizon;
            }
        }
    }

    /// <summary>Waiters that sweeps have looked at so far.</summary>
    internal long WaiterVisits => _waiters.Visits;

    /// <summary>
    /// Adds a message behind all others. The data is copied. Waiters are told on another thread; how many there are makes no
    /// difference to the publisher.
    /// </summary>
    /// <param name="data">The data; may be empty.</param>
    /// <param name="type">What kind of message it is; null says nothing.</param>
    /// <param name="key">What it is about; null says nothing. A compacted topic demands one.</param>
    /// <param name="cancellation">Gives up, if the store has not yet accepted the message.</param>
    /// <returns>The id of the message.</returns>
    /// <exception cref="OperationCanceledException">Cancelled first; nothing was published.</exception>
    /// <exception cref="TopicException">
    /// <see cref="TopicRules.Completed"/>, <see cref="TopicRules.Expired"/>, <see cref="TopicRules.MessageTooLarge"/>,
    /// <see cref="TopicRules.KeyMissing"/>, <see cref="TopicRules.ReservedType"/> or <see cref="TopicRules.ControlCharacter"/>; nothing was published.
    /// </exception>
    public ValueTask<Cursor> PublishAsync(ReadOnlyMemory<byte> data, string? type = null, string? key = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        ProtocolRule? broken = _options.Refuse(data, type, key);
        if (broken is null && !TryUse()) broken = TopicRules.Expired;
        if (broken is null && IsCompleted) broken = TopicRules.Completed;
        if (broken is not null) throw new TopicException(broken);

        return _store.AppendAsync(data.ToArray(), type, key, cancellation);
    }

    /// <summary>Ends the topic: readers are told when they reach the end, and nothing can be published any more. Does nothing the second time.</summary>
    public ValueTask CompleteAsync(CancellationToken cancellation = default) => _store.CompleteAsync(cancellation);

    /// <summary>
    /// Reads what is kept here behind a cursor, without waiting. A cursor of another epoch, one older than what is kept,
    /// and one ahead of the end are answered with a gap.
    /// </summary>
    /// <param name="after">Where the reader stands.</param>
    /// <param name="maxMessages">The most messages to return; at least 1.</param>
    /// <param name="maxBytes">The most bytes of data to return; one message always is.</param>
    /// <returns>The batch; going on from its next cursor gives what follows.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxMessages"/> is less than 1.</exception>
    public TopicBatch Read(Cursor after, int maxMessages = int.MaxValue, int maxBytes = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxMessages, 1);
        lock (_lock)
        {
            Expire();
            TopicGap? gap = GapBehind(after);
            long from = (gap?.To ?? after).Sequence;
            int count = _tail.Measure(from, maxMessages, maxBytes);
            if (count == 0) return new TopicBatch(default, End, gap, _completed);

            var messages = new TopicMessage[count];
            _tail.CopyTo(messages, from);
            Cursor next = messages[^1].Id;
            return new TopicBatch(messages, next, gap, _completed && next == End);
        }
    }

    /// <summary>
    /// Reads like <see cref="Read"/>, and where that has a gap, asks the store: for messages further back, and for ones that
    /// this server has not heard of yet. What the store does not have either stays a gap.
    /// </summary>
    /// <inheritdoc cref="Read" />
    public ValueTask<TopicBatch> ReadOlderAsync(
        Cursor after, int maxMessages = int.MaxValue, int maxBytes = int.MaxValue, CancellationToken cancellation = default)
    {
        TopicBatch batch = Read(after, maxMessages, maxBytes);
        if (batch.Gap is not { } gap || gap.From.Epoch != gap.To.Epoch) return new ValueTask<TopicBatch>(batch);

        return gap.From.Sequence > gap.To.Sequence
            ? CatchUpAsync(after, maxMessages, maxBytes, cancellation)
            : ReadBehindAsync(gap, batch, maxMessages, maxBytes, cancellation);
    }

    /// <summary>Makes a cursor of a position: what it is for the two ends depends on when it is asked.</summary>
    public ValueTask<Cursor> ResolveAsync(TopicPosition position, CancellationToken cancellation = default)
    {
        if (position.IsLatest) return new ValueTask<Cursor>(End);
        if (position.IsEarliest) return _store.FindEarliestAsync(Start, cancellation);
        return new ValueTask<Cursor>(position.Cursor);
    }

    /// <summary>
    /// Waits for news behind <see cref="TopicWaiter.Cursor"/>: from now on the waiter is told. Looking for news and beginning
    /// to wait are one step, so nothing is missed in between; where there is news already, the waiter is told at once,
    /// though never inside this call. Takes the same time for any number of waiters.
    /// </summary>
    /// <returns>False if there are <see cref="TopicOptions.MaxWaiters"/> already; the waiter is then not registered.</returns>
    /// <exception cref="InvalidOperationException">The waiter is registered already.</exception>
    /// <exception cref="TopicException"><see cref="TopicRules.Expired"/>.</exception>
    public bool Register(TopicWaiter waiter) => _waiters.Register(waiter);

    /// <summary>Ends a wait. Takes the same time for any number of waiters.</summary>
    /// <returns>
    /// Whether the waiter was registered. For one that does not stay registered, true means that it will not be told, false that
    /// it has been or is about to be: never both, never neither. One that stays registered may be told once more even so.
    /// </returns>
    public bool Unregister(TopicWaiter waiter)
    {
        Volatile.Write(ref _used, _options.Time.GetTimestamp());
        return _waiters.Unregister(waiter);
    }

    /// <summary>Waits until there is news behind a cursor: messages, a gap or the end.</summary>
    /// <exception cref="OperationCanceledException">Cancelled first; the waiter is gone.</exception>
    /// <exception cref="TopicException"><see cref="TopicRules.TooManyWaiters"/> or <see cref="TopicRules.Expired"/>.</exception>
    public ValueTask WaitAsync(Cursor after, CancellationToken cancellation = default) =>
        HasNews(after) ? ValueTask.CompletedTask : new ValueTask(TopicWait.RunAsync(this, after, cancellation));

    /// <summary>
    /// The log of this topic in a framing, made when it is first asked for; its bytes when it is first read. Null for a compacted
    /// topic: there a message can be replaced before a reader gets to it, so it is read message by message.
    /// </summary>
    /// <param name="framing">The framing; one instance is one log.</param>
    public FramedLog? Framed(TopicFraming framing)
    {
        if (_options.IsCompacted) return null;

        lock (_lock)
        {
            if (_framed.Find(log => log.Framing == framing) is { } known) return known;
            var log = new FramedLog(this, framing, _options.MaxFramedBytes);
            _framed = [.. _framed, log];
            return log;
        }
    }

    /// <summary>Whether reading from a cursor gives anything. Takes no lock.</summary>
    internal bool HasNews(Cursor after) =>
        after.Sequence != Volatile.Read(ref _end) || after.Epoch != _epoch || Volatile.Read(ref _completed);

    internal void Accept(in TopicMessage message)
    {
        if (message.Id.Epoch != _epoch) throw new ArgumentException("The message is of another epoch.", nameof(message));

        lock (_lock)
        {
            if (message.Id.Sequence <= _end) return;
            _used = _options.Time.GetTimestamp();
            _tail.Append(message, _used);
            Volatile.Write(ref _horizon, _tail.Horizon);
            Volatile.Write(ref _end, _tail.End);
        }

        _waiters.Announce();
    }

    internal void AcceptEnd()
    {
        lock (_lock) Volatile.Write(ref _completed, true);
        _waiters.Announce();
    }

    /// <summary>The newest messages behind a place, for a framed log.</summary>
    internal FramedNews TakeNews(long after, long maxBytes)
    {
        lock (_lock)
        {
            Expire();
            return FramedNews.Take(_tail, _tail.StartOfNewest(after, maxBytes));
        }
    }

    /// <summary>Takes note that somebody got hold of this topic. False if it has expired.</summary>
    internal bool TryUse()
    {
        lock (_lock)
        {
            _used = _options.Time.GetTimestamp();
            return !_retired;
        }
    }

    /// <summary>Lets the topic expire if nobody waits and nobody used it for a while. From then on it refuses to be used.</summary>
    internal bool TryRetire(TimeSpan idle)
    {
        lock (_lock)
        {
            if (_retired) return true;
            if (_options.Time.GetElapsedTime(Volatile.Read(ref _used)) <= idle) return false;
            return _retired = _waiters.TryClose();
        }
    }

    /// <summary>Lets go of framed bytes when nobody waits. Those who read them still may go on; they are framed anew for those who come.</summary>
    internal void ReleaseFramed()
    {
        lock (_lock)
        {
            if (_waiters.Count == 0) _framed = [];
        }
    }

    private void Expire()
    {
        if (_options.MaxAge is null) return;
        _tail.Expire(_options.Time.GetTimestamp());
        _horizon = _tail.Horizon;
    }

    private TopicGap? GapBehind(Cursor after)
    {
        if (after.Epoch != _epoch || after.Sequence < _tail.Horizon) return new TopicGap(after, new Cursor(_epoch, _tail.Horizon));
        return after.Sequence > _end ? new TopicGap(after, End) : null;
    }

    private async ValueTask<TopicBatch> ReadBehindAsync(TopicGap gap, TopicBatch tail, int maxMessages, int maxBytes, CancellationToken cancellation) =>
        await _store.ReadOlderAsync(gap.From, gap.To, maxMessages, maxBytes, cancellation).ConfigureAwait(false) ?? tail;

    private async ValueTask<TopicBatch> CatchUpAsync(Cursor after, int maxMessages, int maxBytes, CancellationToken cancellation)
    {
        await _store.CatchUpAsync(after, cancellation).ConfigureAwait(false);
        return Read(after, maxMessages, maxBytes);
    }
}
