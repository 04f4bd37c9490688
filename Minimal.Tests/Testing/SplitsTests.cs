using System.Buffers;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Testing;

public sealed class SplitsTests
{
    private static readonly byte[] Bytes = "GET / HTTP/1.1\r\n\r\n"u8.ToArray();

    [Fact]
    public void All_splits_hold_all_bytes_in_order() =>
        Assert.All(Splits.All(Bytes), split => Assert.Equal(Bytes, Segments.Join(split.Segments)));

    [Fact]
    public void Two_way_splits_are_at_every_place()
    {
        Assert.Equal(Enumerable.Range(0, Bytes.Length + 1), Splits.TwoWay(Bytes).Select(split => split.Segments[0].Length));
        Assert.All(Splits.TwoWay(Bytes), split => Assert.Equal(2, split.Segments.Count));
    }

    [Fact]
    public void Of_long_inputs_both_ends_are_cut_everywhere_and_the_middle_here_and_there()
    {
        var bytes = new byte[100_000];
        int[] places = [.. Splits.TwoWay(bytes).Select(split => split.Segments[0].Length)];
        Assert.Equal(3 * 512, places.Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 512), places[..512]);
        Assert.Equal(Enumerable.Range(100_000 - 511, 512), places[^512..]);
    }

    [Fact]
    public void Random_splits_are_decided_by_the_seed()
    {
        Assert.Equal(Splits.Random(Bytes, seed: 7, segments: 5).Name, Splits.Random(Bytes, seed: 7, segments: 5).Name);
        Assert.Equal(5, Splits.Random(Bytes, seed: 7, segments: 5).Segments.Count);
    }

    [Property]
    public void Generated_segmentations_hold_all_bytes_in_order(HttpBytes bytes, Segmentation segmentation) =>
        Assert.Equal(bytes.Value, Segments.Join(segmentation.Cut(bytes.Value).Segments));

    [Fact]
    public void An_answer_that_no_split_changes_is_returned() => Assert.Equal(18, Splits.Run(Bytes, segments => segments.Sum(segment => segment.Length)));

    [Fact]
    public void A_parser_that_misses_a_line_end_cut_in_two_is_caught_with_that_cut()
    {
        var caught = Assert.Throws<CheckFailedException>(() => Splits.Run(Bytes, segments => segments.Sum(CountLines)));
        Assert.Contains(@"cut at 15: GET / HTTP/1.1\r|\n\r\n", caught.Message, StringComparison.Ordinal);
        Assert.Contains("    2\n", caught.Message, StringComparison.Ordinal);
        Assert.EndsWith("    1", caught.Message, StringComparison.Ordinal);

        static int CountLines(ReadOnlyMemory<byte> segment) => segment.Span.Count("\r\n"u8);
    }

    [Fact]
    public void Sequences_are_made_of_the_segments_even_of_empty_ones()
    {
        ReadOnlySequence<byte> sequence = Segments.WithEmptySegments(Splits.At(Bytes, 3, 3, 5).Segments);
        Assert.Equal(Bytes, sequence.ToArray());
        Assert.Equal([0, 3, 0, 0, 0, 2, 0, 13, 0], Lengths(sequence));
        Assert.True(Segments.Sequence(Bytes).IsSingleSegment);
        Assert.True(Segments.Sequence().IsEmpty);
    }

    [Fact]
    public void Arriving_bytes_grow_by_a_segment_at_a_time()
    {
        ReadOnlySequence<byte>[] buffers = [.. Segments.Arriving(Splits.At(Bytes, 3, 5).Segments)];
        Assert.Equal([3L, 5L, 18L], buffers.Select(buffer => buffer.Length));
        Assert.Equal("GET /", System.Text.Encoding.ASCII.GetString(buffers[1].ToArray()));
    }

    private static List<int> Lengths(ReadOnlySequence<byte> sequence)
    {
        var lengths = new List<int>();
        foreach (ReadOnlyMemory<byte> segment in sequence) lengths.Add(segment.Length);
        return lengths;
    }
}
