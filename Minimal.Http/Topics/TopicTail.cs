namespace Minimal.Http.Topics;

/// <summary>
/// The newest messages of a topic, in a ring that grows up to what the options allow. Not thread-safe.
/// <para>
/// Its one invariant: every message behind <see cref="Horizon"/> is here, except those that a newer message with the same key
/// replaced. So a reader behind the horizon misses nothing, whether sequence numbers have holes or not.
/// </para>
/// </summary>
internal sealed class TopicTail
{
    private readonly int _maxMessages;
    private readonly long _maxBytes;
    private readonly long _maxAge;
    private readonly Dictionary<string, long>? _latest;
    private Slot[] _ring = [];
    private int _head;
    private int _slots;
    private int _messages;
    private long _bytes;

    public TopicTail(TopicOptions options, long end)
    {
        _maxMessages = options.MaxMessages ?? int.MaxValue;
        _maxBytes = options.MaxBytes ?? long.MaxValue;
        _maxAge = options.MaxAge is { } age ? (long)(age.TotalSeconds * options.Time.TimestampFrequency) : long.MaxValue;
        _latest = options.IsCompacted ? [] : null;
        Horizon = End = end;
    }

    /// <summary>The sequence number behind which nothing has been driven out.</summary>
    public long Horizon { get; private set; }

    /// <summary>The sequence number of the newest message, whether it is still here or not.</summary>
    public long End { get; private set; }

    /// <summary>Messages that are here.</summary>
    public int Messages => _messages;

    /// <summary>What they count.</summary>
    public long Bytes => _bytes;

    /// <summary>Adds the newest message and drives out what is now too much.</summary>
    /// <param name="message">The message; its sequence number is behind <see cref="End"/>.</param>
    /// <param name="now">A timestamp of the options' clock.</param>
    public void Append(in TopicMessage message, long now)
    {
        Expire(now);
        Replace(message);
        if (_slots == _ring.Length) Grow();
        _ring[Index(_slots++)] = new Slot(message, now, IsLive: true);
        _messages++;
        _bytes += message.Cost;
        End = message.Id.Sequence;
        while (_messages > _maxMessages || _bytes > _maxBytes) DriveOut();
    }

    /// <summary>Drives out what is older than the options allow.</summary>
    public void Expire(long now)
    {
        while (_messages > 0 && now - _ring[_head].At > _maxAge) DriveOut();
    }

    /// <summary>How many messages behind a place may be returned together.</summary>
    /// <returns>The count of messages; always at least one if there is any.</returns>
    public int Measure(long after, int maxMessages, long maxBytes)
    {
        int count = 0;
        for (int at = Find(after); at < _slots && count < maxMessages; at++)
        {
            ref readonly Slot slot = ref _ring[Index(at)];
            if (!slot.IsLive) continue;
            maxBytes -= slot.Message.Data.Length;
            if (maxBytes < 0 && count > 0) break;
            count++;
        }

        return count;
    }

    /// <summary>Copies messages behind a place, oldest first, as many as there is room for.</summary>
    public void CopyTo(Span<TopicMessage> messages, long after)
    {
        int count = 0;
        for (int at = Find(after); at < _slots && count < messages.Length; at++)
        {
            ref readonly Slot slot = ref _ring[Index(at)];
            if (slot.IsLive) messages[count++] = slot.Message;
        }
    }

    /// <summary>
    /// The place, not before <paramref name="after"/>, behind which messages count no more than <paramref name="maxBytes"/>; the
    /// newest is behind it in any case.
    /// </summary>
    public long StartOfNewest(long after, long maxBytes)
    {
        long start = Math.Max(after, Horizon);
        long bytes = 0;
        for (int at = _slots - 1; at >= 0; at--)
        {
            ref readonly Slot slot = ref _ring[Index(at)];
            if (slot.Message.Id.Sequence <= start) break;
            bytes += slot.IsLive ? slot.Message.Cost : 0;
            if (bytes > maxBytes && at < _slots - 1) return slot.Message.Id.Sequence;
        }

        return start;
    }

    private void Replace(in TopicMessage message)
    {
        if (_latest is null || message.Key is null) return;

        if (_latest.TryGetValue(message.Key, out long replaced)) Bury(Find(replaced - 1));
        _latest[message.Key] = message.Id.Sequence;
    }

    // A replaced message leaves its slot behind, so that places can still be found by halving. More of those than of
    // messages are swept together, which costs each message at most one more move.
    private void Bury(int at)
    {
        ref Slot slot = ref _ring[Index(at)];
        _messages--;
        _bytes -= slot.Message.Cost;
        slot = new Slot(new TopicMessage(slot.Message.Id, default, null, null), slot.At, IsLive: false);
        DropBuriedHead();
        if (_slots - _messages > _messages + 16) SweepTogether();
    }

    private void SweepTogether()
    {
        int kept = 0;
        for (int at = 0; at < _slots; at++)
        {
            Slot slot = _ring[Index(at)];
            if (slot.IsLive) _ring[Index(kept++)] = slot;
        }

        for (int at = kept; at < _slots; at++) _ring[Index(at)] = default;
        _slots = kept;
    }

    // The oldest message goes, and with it the promise that readers in front of it miss nothing. The head is always live.
    private void DriveOut()
    {
        TopicMessage message = _ring[_head].Message;
        Horizon = message.Id.Sequence;
        _messages--;
        _bytes -= message.Cost;
        if (message.Key is not null) _latest?.Remove(message.Key);
        DropHead();
        DropBuriedHead();
    }

    private void DropBuriedHead()
    {
        while (_slots > 0 && !_ring[_head].IsLive) DropHead();
    }

    private void DropHead()
    {
        _ring[_head] = default;
        _head = Index(1);
        _slots--;
    }

    /// <summary>The first slot behind a place, counted from the head.</summary>
    private int Find(long after)
    {
        int low = 0;
        int high = _slots;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_ring[Index(middle)].Message.Id.Sequence <= after) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private int Index(int at) => (_head + at) & (_ring.Length - 1);

    private void Grow()
    {
        var ring = new Slot[Math.Max(8, _ring.Length * 2)];
        for (int at = 0; at < _slots; at++) ring[at] = _ring[Index(at)];
        _ring = ring;
        _head = 0;
    }

    private readonly record struct Slot(TopicMessage Message, long At, bool IsLive);
}
