using System.Buffers;

namespace Minimal.Testing;

/// <summary>Makes what a parser sees out of segments: sequences of several segments, as a pipe hands them over.</summary>
public static class Segments
{
    /// <summary>One sequence over all segments; empty segments stay in it. One segment makes a sequence of a single segment.</summary>
    public static ReadOnlySequence<byte> Sequence(params IReadOnlyList<ReadOnlyMemory<byte>> segments) => Link(segments)[^1];

    /// <summary>The same with an empty segment before, between and behind the others.</summary>
    public static ReadOnlySequence<byte> WithEmptySegments(params IReadOnlyList<ReadOnlyMemory<byte>> segments) =>
        Sequence([ReadOnlyMemory<byte>.Empty, .. segments.SelectMany(segment => new[] { segment, ReadOnlyMemory<byte>.Empty })]);

    /// <summary>
    /// What a reader that consumes nothing sees as the segments arrive: the first, then the first two, and so on.
    /// A reader that consumes slices off what it has read.
    /// </summary>
    public static IEnumerable<ReadOnlySequence<byte>> Arriving(IReadOnlyList<ReadOnlyMemory<byte>> segments) => Link(segments);

    /// <summary>All segments as one array.</summary>
    public static byte[] Join(IReadOnlyList<ReadOnlyMemory<byte>> segments) => Sequence(segments).ToArray();

    private static List<ReadOnlySequence<byte>> Link(IReadOnlyList<ReadOnlyMemory<byte>> segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        if (segments.Count == 0) return [ReadOnlySequence<byte>.Empty];

        var first = new Segment(segments[0], before: null);
        List<ReadOnlySequence<byte>> sequences = [new(segments[0])];
        Segment last = first;
        foreach (ReadOnlyMemory<byte> memory in segments.Skip(1))
        {
            last = new Segment(memory, last);
            sequences.Add(new(first, 0, last, memory.Length));
        }

        return sequences;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is null) return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
