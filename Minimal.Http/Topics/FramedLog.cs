namespace Minimal.Http.Topics;

/// <summary>
/// The newest messages of a topic in one framing, as bytes that all readers share. A reader holds its cursor and nothing else;
/// fan-out is one send of everything from there to the end. Messages are framed when the first reader asks for them, once,
/// and never by the publisher. Thread-safe.
/// </summary>
public sealed class FramedLog
{
    private readonly Lock _lock = new();
    private readonly Topic _topic;
    private readonly int _maxBytes;
    private readonly List<FramedBlock> _blocks = [];
    private readonly FramedWriter _writer;
    private readonly ulong _epoch;
    private long _start;
    private long _end;

    internal FramedLog(Topic topic, TopicFraming framing, int maxBytes)
    {
        _topic = topic;
        _maxBytes = maxBytes;
        _writer = new FramedWriter(_blocks);
        _epoch = topic.End.Epoch;
        _start = _end = -1;
        Framing = framing;
    }

    /// <summary>The framing.</summary>
    public TopicFraming Framing { get; }

    /// <summary>Bytes that the log takes in memory.</summary>
    public long AllocatedBytes
    {
        get
        {
            lock (_lock) return _writer.Allocated;
        }
    }

    /// <summary>
    /// What there is behind a cursor, in one piece: up to the end of the log, or of the piece of memory that it begins in, so
    /// ask again from the slice's next cursor until it is empty. Allocates nothing unless messages have to be framed.
    /// </summary>
    public FramedSlice Read(Cursor after)
    {
        lock (_lock)
        {
            long horizon = CatchUp();
            bool isHere = after.Epoch == _epoch && after.Sequence >= Math.Max(_start, horizon) && after.Sequence <= _end;
            if (!isHere) return FramedSlice.Behind(after);
            return after.Sequence == _end ? FramedSlice.Nothing(after) : SliceBehind(after);
        }
    }

    /// <summary>
    /// Frames what has been published since the last time. Says where the topic's own messages begin: what it drove out is not
    /// given here any more either.
    /// </summary>
    private long CatchUp()
    {
        if (_topic.End.Sequence != _end) Frame();
        long horizon = _topic.Horizon;
        while (_blocks.Count > 0 && _blocks[0].LastSequence <= horizon) DropFirst();
        return horizon;
    }

    private void Frame()
    {
        using FramedNews news = _topic.TakeNews(_end, _maxBytes);
        if (news.Start != _end) BeginAt(news.Start);
        foreach (ref readonly TopicMessage message in news.Messages)
        {
            _writer.Write(message, Framing);
            _end = message.Id.Sequence;
            while (_blocks.Count > 1 && _writer.Allocated > _maxBytes) DropFirst();
        }

        _end = news.End;
    }

    // The log was not looked at while more was published than it holds, or than the topic kept.
    private void BeginAt(long start)
    {
        while (_blocks.Count > 0) DropFirst();
        _start = _end = start;
    }

    private void DropFirst()
    {
        _start = Math.Max(_start, _blocks[0].LastSequence);
        _writer.DropFirst();
    }

    private FramedSlice SliceBehind(Cursor after)
    {
        int at = _blocks.Count - 1;
        while (at > 0 && _blocks[at - 1].LastSequence > after.Sequence) at--;
        int first = at < 0 ? 0 : _blocks[at].FindBehind(after.Sequence);

        // Only messages that their framing left out can be missing here.
        return at < 0 || first == _blocks[at].Count ? FramedSlice.Nothing(after.At(_end)) : new FramedSlice(_blocks[at], first, after);
    }
}
