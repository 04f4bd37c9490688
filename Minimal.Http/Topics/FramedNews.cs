using System.Buffers;

namespace Minimal.Http.Topics;

/// <summary>Messages on their way from a topic into a framed log, in rented memory.</summary>
/// <param name="start">Where they begin: nothing behind it is missing.</param>
/// <param name="end">Where they end.</param>
/// <param name="rented">Rented memory that holds them.</param>
/// <param name="count">How many there are.</param>
internal readonly struct FramedNews(long start, long end, TopicMessage[] rented, int count) : IDisposable
{
    public long Start { get; } = start;

    public long End { get; } = end;

    public ReadOnlySpan<TopicMessage> Messages => rented.AsSpan(0, count);

    public static FramedNews Take(TopicTail tail, long start)
    {
        int count = tail.Measure(start, int.MaxValue, long.MaxValue);
        TopicMessage[] rented = ArrayPool<TopicMessage>.Shared.Rent(count);
        tail.CopyTo(rented.AsSpan(0, count), start);
        return new FramedNews(start, tail.End, rented, count);
    }

    public void Dispose() => ArrayPool<TopicMessage>.Shared.Return(rented, clearArray: true);
}
