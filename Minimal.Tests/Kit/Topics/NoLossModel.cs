using Minimal.Http.Topics;

namespace Minimal.Testing;

/// <summary>
/// What every endpoint over a topic promises, on every transport and across all reconnects: each client gets each message after
/// its cursor exactly once and in order, or a gap that covers what it missed. For a compacted topic: or a later message with the
/// same key.
/// <para>
/// Tell it what was published, in any order, and give each client's observations to a <see cref="NoLossClient"/>; then
/// <see cref="Check(bool)"/>. It knows nothing of transports. Publishing and clients may be on threads of their own; each client is on one at a time.
/// </para>
/// </summary>
/// <param name="isCompacted">Whether a message may be left out when one with the same key follows it.</param>
public sealed class NoLossModel(bool isCompacted = false)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, SortedList<long, TopicMessage>> _lives = [];
    private readonly Dictionary<(ulong Epoch, string? Key), long> _latest = [];
    private readonly HashSet<ulong> _completed = [];
    private readonly List<NoLossClient> _clients = [];

    /// <summary>A message that was accepted, with the id that the publisher was told.</summary>
    /// <exception cref="NoLossException">Another message has that id.</exception>
    public void Published(TopicMessage message)
    {
        lock (_lock)
        {
            if (!_lives.TryGetValue(message.Id.Epoch, out SortedList<long, TopicMessage>? life)) _lives.Add(message.Id.Epoch, life = []);
            if (!life.TryAdd(message.Id.Sequence, message)) throw new NoLossException($"two messages were published with the id {message.Id}");
            (ulong, string?) key = (message.Id.Epoch, message.Key);
            _latest[key] = Math.Max(message.Id.Sequence, _latest.GetValueOrDefault(key));
        }
    }

    /// <summary>A life of the log was completed.</summary>
    public void Completed(ulong epoch)
    {
        lock (_lock) _completed.Add(epoch);
    }

    /// <summary>
    /// A client that begins at a cursor. It is one client however often it connects again, as long as it goes on from
    /// <see cref="NoLossClient.Cursor"/>.
    /// </summary>
    public NoLossClient Client(string name, Cursor begin)
    {
        var client = new NoLossClient(name, begin);
        lock (_lock) _clients.Add(client);
        return client;
    }

    /// <summary>Demands the promise of every client.</summary>
    /// <param name="toTheEnd">Whether every client has had the time to get everything of the life of the log in which it stands.</param>
    /// <exception cref="NoLossException">The first client and observation that break it.</exception>
    public NoLossReport Check(bool toTheEnd)
    {
        lock (_lock)
        {
            var report = new NoLossReport();
            foreach (NoLossClient client in _clients) Check(client, toTheEnd, report);
            return report;
        }
    }

    /// <summary>
    /// Demands the promise of what every client saw up to the newest message that <see cref="Published"/> was told of, and forgets it: for runs without an
    /// end. Messages are told in their order then, and new clients begin where no other is behind them.
    /// </summary>
    /// <exception cref="NoLossException">The first client and observation that break it.</exception>
    public NoLossReport Settle()
    {
        lock (_lock)
        {
            var report = new NoLossReport();
            foreach (NoLossClient client in _clients)
            {
                IReadOnlyList<NoLossObservation> known = [.. client.Observations.TakeWhile(IsKnown)];
                client.Settle(known.Count, Check(client, known, report));
            }

            foreach ((ulong epoch, SortedList<long, TopicMessage> life) in _lives) Forget(epoch, life);
            return report;
        }
    }

    /// <summary>Forgets all clients, and what was published for them.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _clients.Clear();
            _lives.Clear();
            _latest.Clear();
        }
    }

    private bool IsKnown(NoLossObservation observation)
    {
        Cursor? at = observation switch { NoLossMessage message => message.Id, NoLossGap gap => gap.To, NoLossPlace place => place.At, _ => null };
        return at is not { } stood || (_lives.TryGetValue(stood.Epoch, out SortedList<long, TopicMessage>? life) && stood.Sequence <= life.Keys[^1]);
    }

    // The newest stays, so that it is known how far the life has got.
    private void Forget(ulong epoch, SortedList<long, TopicMessage> life)
    {
        long first = _clients.Where(client => client.Begin.Epoch == epoch).Select(client => client.Begin.Sequence).DefaultIfEmpty(long.MaxValue).Min();
        int count = Math.Min(FirstBehind(life.Keys, first), life.Count - 1);
        if (count < 1000) return;
        KeyValuePair<long, TopicMessage>[] left = [.. life.Skip(count)];
        life.Clear();
        foreach ((long sequence, TopicMessage message) in left) life.Add(sequence, message);
    }

    private void Check(NoLossClient client, bool toTheEnd, NoLossReport report)
    {
        Cursor at = Check(client, client.Observations, report);
        if (toTheEnd) RequireNothingBetween(client, at, long.MaxValue, "got no more");
    }

    /// <summary>Follows a client through what it saw, and says where it stands.</summary>
    private Cursor Check(NoLossClient client, IReadOnlyList<NoLossObservation> observations, NoLossReport report)
    {
        Cursor at = client.Begin;
        bool ended = false;
        foreach (NoLossObservation observation in observations)
        {
            if (ended) throw client.Broke($"was told {observation} behind the end");
            switch (observation)
            {
                case NoLossMessage message:
                    at = Follow(client, at, message);
                    report.Messages++;
                    break;
                case NoLossGap gap:
                    report.Missed += Follow(client, at, gap);
                    report.Gaps++;
                    at = gap.To;
                    break;
                case NoLossPlace place:
                    at = Follow(client, at, place);
                    break;
                default:
                    if (!_completed.Contains(at.Epoch)) throw client.Broke($"was told of an end at {at}, and the topic is not complete");
                    RequireNothingBetween(client, at, long.MaxValue, "was told of the end");
                    report.Ends++;
                    ended = true;
                    break;
            }
        }

        return at;
    }

    private Cursor Follow(NoLossClient client, Cursor at, NoLossMessage got)
    {
        if (got.Id.Epoch != at.Epoch) throw client.Broke($"got {got.Id} behind {at}, from another life of the log without a gap");
        if (got.Id.Sequence <= at.Sequence) throw client.Broke($"got {got.Id} behind {at}: a second time, or out of order");
        if (!Life(at.Epoch).TryGetValue(got.Id.Sequence, out TopicMessage published)) throw client.Broke($"got {got.Id}, which nobody published");
        if (!published.Data.Span.SequenceEqual(got.Data.Span)) throw client.Broke($"got {got.Id} with other data than was published");

        RequireNothingBetween(client, at, got.Id.Sequence - 1, $"got {got.Id}");
        return got.Id;
    }

    private Cursor Follow(NoLossClient client, Cursor at, NoLossPlace place)
    {
        if (place.At.Epoch != at.Epoch) throw client.Broke($"was put to {place.At}, and stood at {at}, in another life of the log");
        if (place.At.Sequence < at.Sequence) throw client.Broke($"was put back to {place.At}, and stood at {at}");
        RequireNothingBetween(client, at, place.At.Sequence, $"was put to {place.At}");
        return place.At;
    }

    /// <summary>Follows a client over a gap, and says how many messages it missed there.</summary>
    private int Follow(NoLossClient client, Cursor at, NoLossGap gap)
    {
        if (gap.From.Epoch != at.Epoch) throw client.Broke($"was told of a gap from {gap.From}, and stood at {at}");
        RequireNothingBetween(client, at, gap.From.Sequence, $"was told of a gap from {gap.From}");

        bool isAhead = at.Sequence > gap.To.Sequence && Between(at, long.MaxValue).Count == 0;
        if (gap.To.Epoch != at.Epoch || isAhead) return 0;

        int missed = Between(at, gap.To.Sequence).Count;
        if (missed == 0) throw client.Broke($"was told of a gap from {gap.From} to {gap.To}, in which there is nothing");
        return missed;
    }

    private void RequireNothingBetween(NoLossClient client, Cursor at, long to, string what)
    {
        List<TopicMessage> lost = [.. Between(at, to).Where(IsMissed)];
        if (lost.Count > 0) throw client.Broke($"{what} behind {at}, and {lost.Count} messages are lost, the first is {lost[0].Id}");
    }

    private List<TopicMessage> Between(Cursor at, long to)
    {
        SortedList<long, TopicMessage> life = Life(at.Epoch);
        List<TopicMessage> between = [];
        for (int index = FirstBehind(life.Keys, at.Sequence); index < life.Count && life.Keys[index] <= to; index++) between.Add(life.Values[index]);
        return between;
    }

    private static int FirstBehind(IList<long> sequences, long sequence)
    {
        int low = 0;
        int high = sequences.Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (sequences[middle] <= sequence) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private bool IsMissed(TopicMessage message) => !isCompacted || _latest[(message.Id.Epoch, message.Key)] == message.Id.Sequence;

    private SortedList<long, TopicMessage> Life(ulong epoch) => _lives.GetValueOrDefault(epoch) ?? [];
}
