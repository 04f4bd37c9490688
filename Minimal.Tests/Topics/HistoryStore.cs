using Minimal.Http.Topics;

namespace Minimal.Tests.Topics;

/// <summary>
/// A log that outlives topics and is shared by several, as a database would be. Each topic hears of appends through a
/// <see cref="Store"/> of its own, at once, or, if that lags, when the test says so.
/// </summary>
internal sealed class HistoryLog(ulong epoch = 7, int keep = int.MaxValue, int step = 1)
{
    private readonly List<TopicMessage> _messages = [];
    private readonly List<Store> _stores = [];
    private long _sequence;
    private bool _completed;

    /// <summary>Asked for messages further back.</summary>
    public int OlderReads { get; private set; }

    public Cursor End => new(epoch, _sequence);

    public Store Open(bool lags = false) => new(this, lags);

    private Cursor Append(ReadOnlyMemory<byte> data, string? type, string? key)
    {
        if (_completed) throw new TopicException(TopicRules.Completed);
        _sequence += step;
        _messages.Add(new TopicMessage(End, data, type, key));
        if (_messages.Count > keep) _messages.RemoveAt(0);
        foreach (Store store in _stores.Where(store => !store.Lags)) store.Hear();
        return End;
    }

    internal sealed class Store(HistoryLog log, bool lags) : TopicStore
    {
        private long _heard;
        private bool _heardTheEnd;

        public bool Lags => lags;

        /// <summary>Tells the topic of everything that it has not been told of.</summary>
        public void Hear()
        {
            foreach (TopicMessage message in log._messages.Where(message => message.Id.Sequence > _heard).ToArray())
            {
                _heard = message.Id.Sequence;
                Appended(message);
            }

            if (log._completed && !_heardTheEnd)
            {
                _heardTheEnd = true;
                Completed();
            }
        }

        /// <summary>Tells the topic a second time.</summary>
        public void Repeat(TopicMessage message) => Appended(message);

        protected override TopicStart Start()
        {
            log._stores.Add(this);
            _heard = log._sequence;
            _heardTheEnd = log._completed;
            return new TopicStart(log.End, log._completed);
        }

        protected internal override ValueTask<Cursor> AppendAsync(ReadOnlyMemory<byte> data, string? type, string? key, CancellationToken cancellation) =>
            new(log.Append(data, type, key));

        protected internal override ValueTask CompleteAsync(CancellationToken cancellation)
        {
            log._completed = true;
            foreach (Store store in log._stores.Where(store => !store.Lags)) store.Hear();
            return ValueTask.CompletedTask;
        }

        protected internal override async ValueTask<TopicBatch?> ReadOlderAsync(
            Cursor after, Cursor upTo, int maxMessages, int maxBytes, CancellationToken cancellation)
        {
            await Task.Yield();
            log.OlderReads++;
            long oldest = log._messages.Count == 0 ? log._sequence : log._messages[0].Id.Sequence - 1;
            TopicGap? gap = after.Sequence < oldest ? new TopicGap(after, new Cursor(after.Epoch, oldest)) : null;
            IEnumerable<TopicMessage> behind = log._messages.SkipWhile(message => message.Id.Sequence <= after.Sequence);
            TopicMessage[] found = [.. behind.TakeWhile(message => message.Id.Sequence <= upTo.Sequence).Take(maxMessages)];
            return new TopicBatch(found, found.Length == 0 ? upTo : found[^1].Id, gap);
        }

        protected internal override ValueTask<Cursor> FindEarliestAsync(Cursor tail, CancellationToken cancellation) =>
            new(log._messages.Count == 0 ? tail : new Cursor(tail.Epoch, log._messages[0].Id.Sequence - 1));

        protected internal override ValueTask CatchUpAsync(Cursor upTo, CancellationToken cancellation)
        {
            Hear();
            return ValueTask.CompletedTask;
        }
    }
}
