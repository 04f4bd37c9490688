using System.Buffers;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>The ways in which the same bytes may arrive.</summary>
internal static class Arrivals
{
    private const int EveryPlaceUpTo = 600, PlacesBeyond = 64;

    /// <summary>Whole, cut at every place (of long inputs, at places near both ends and some between), and byte by byte.</summary>
    public static IEnumerable<IReadOnlyList<byte[]>> All(byte[] bytes)
    {
        yield return [bytes];
        foreach (int at in Places(bytes.Length)) yield return [bytes[..at], bytes[at..]];
        yield return [.. bytes.Select(one => new[] { one })];
    }

    /// <summary>Runs <paramref name="parse"/> over all arrivals and demands the same answer from each.</summary>
    public static T Same<T>(byte[] bytes, Func<IReadOnlyList<byte[]>, T> parse)
    {
        T whole = parse([bytes]);
        foreach (IReadOnlyList<byte[]> pieces in All(bytes).Skip(1)) Assert.Equal(whole, parse(pieces));
        return whole;
    }

    /// <summary>Cut into pieces of these sizes, again and again.</summary>
    public static IReadOnlyList<byte[]> Cut(byte[] bytes, IReadOnlyList<int> sizes)
    {
        var pieces = new List<byte[]>();
        int at = 0;
        for (int i = 0; at < bytes.Length; i++)
        {
            int size = Math.Clamp(sizes.Count == 0 ? bytes.Length : sizes[i % sizes.Count], 1, bytes.Length - at);
            pieces.Add(bytes[at..(at + size)]);
            at += size;
        }

        return pieces;
    }

    /// <summary>The pieces as one sequence, each in a segment of its own.</summary>
    public static ReadOnlySequence<byte> Join(IEnumerable<byte[]> pieces)
    {
        var first = new Segment([]);
        Segment last = pieces.Aggregate(first, (segment, piece) => segment.Append(piece));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private static IEnumerable<int> Places(int length)
    {
        if (length <= EveryPlaceUpTo) return Enumerable.Range(0, length + 1);
        IEnumerable<int> ends = Enumerable.Range(0, 32).Concat(Enumerable.Range(length - 31, 32));
        return ends.Concat(Enumerable.Range(1, PlacesBeyond).Select(n => (int)((long)n * length / (PlacesBeyond + 1))));
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes) => Memory = bytes;

        public Segment Append(byte[] bytes)
        {
            var next = new Segment(bytes) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
