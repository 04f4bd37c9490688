using Minimal.Http.Topics;

namespace Minimal.Tests.Topics;

/// <summary>What a topic is, written as a list: slow, obvious, and the judge of the real one. Its clock is told to it.</summary>
internal sealed class ListTopic(TopicOptions options, Cursor start)
{
    private readonly List<(TopicMessage Message, DateTimeOffset At)> _kept = [];
    private Cursor _horizon = start;

    public Cursor End { get; private set; } = start;

    public bool IsCompleted { get; private set; }

    public void Publish(TopicMessage message, DateTimeOffset now)
    {
        if (options.IsCompacted) _kept.RemoveAll(kept => kept.Message.Key == message.Key);
        _kept.Add((message, now));
        End = message.Id;
        Trim(now);
    }

    public void Complete() => IsCompleted = true;

    public void Trim(DateTimeOffset now)
    {
        while (_kept.Count > 0 && IsTooMuch(now))
        {
            _horizon = _kept[0].Message.Id;
            _kept.RemoveAt(0);
        }
    }

    public TopicBatch Read(Cursor after, int max)
    {
        TopicGap? gap = null;
        if (after.Epoch != End.Epoch || after.Sequence < _horizon.Sequence) gap = new TopicGap(after, _horizon);
        else if (after.Sequence > End.Sequence) gap = new TopicGap(after, End);

        long from = (gap?.To ?? after).Sequence;
        TopicMessage[] behind = [.. _kept.Select(kept => kept.Message).Where(message => message.Id.Sequence > from)];
        Cursor next = behind.Length > max ? behind[max - 1].Id : End;
        return new TopicBatch(behind.Take(max).ToArray(), next, gap, IsCompleted && next == End);
    }

    public bool HasNews(Cursor after) => !Read(after, 1).IsEmpty;

    private bool IsTooMuch(DateTimeOffset now) =>
        _kept.Count > options.MaxMessages
        || _kept.Sum(kept => kept.Message.Cost) > options.MaxBytes
        || now - _kept[0].At > options.MaxAge;
}
