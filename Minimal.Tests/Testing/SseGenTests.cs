using FsCheck;
using FsCheck.Fluent;
using Minimal.Sse;
using Minimal.Testing;
using Minimal.Tests.Sse;
using Xunit;

namespace Minimal.Tests.Testing;

public sealed class SseGenTests
{
    [Property(Tests = 1000)]
    [Requirement("SSE-9.2.6-10")]
    public void Streams_carry_their_events(SseStreamModel stream, Segmentation segmentation)
    {
        SseReading reading = SseStreams.ReadPieces([.. segmentation.Cut(stream.ToBytes()).Segments.Select(segment => segment.ToArray())]);
        Assert.Equal(stream.Events, reading.Events);
        Assert.Equal(stream.Retry, (int?)reading.ReconnectionTime?.TotalMilliseconds);
    }

    [Property(Tests = 1000)]
    public void The_reference_agrees_with_the_models(SseStreamModel stream) => Assert.Equal(stream.Events, SseReference.Read([stream.ToBytes()]).Events);

    [Property(Tests = 500)]
    public void Pieces_are_the_marks_that_a_trace_shows(SseStreamModel stream)
    {
        var trace = new RecordingTrace();
        SseStreams.ReadPieces([stream.ToBytes()], trace: trace);
        trace.CheckCovers(stream.ToBytes());
    }

    [Property(Tests = 2000)]
    [Requirement("SSE-9.2.6-01")]
    public void Nearly_valid_streams_are_read_as_the_standard_says(Mutant<SseStreamModel> mutant) =>
        Assert.Equal($"{SseReference.Read([mutant.ToBytes()])}", $"{SseStreams.ReadPieces([mutant.ToBytes()])}");

    [Property(Tests = 100)]
    public void Shrinking_keeps_streams_valid(SseStreamModel stream) =>
        Assert.All(SseStreamGen.Shrink(stream), smaller => Assert.Equal(smaller.Events, SseReference.Read([smaller.ToBytes()]).Events));

    [Fact]
    public void Every_mutation_occurs()
    {
        IEnumerable<WireMutation> seen = SseStreamGen.NearlyValid.Sample(3000, new Rnd(20260101), 30).SelectMany(mutant => mutant.Mutations).Select(step => step.Mutation);
        Assert.Empty(SseMutations.All.Except(seen));
    }

    [Fact]
    public void A_reader_that_overlooks_CR_is_found_with_three_lines()
    {
        Counterexample found = PropertyCheck.MustFail(SseArbitraries.Streams(), stream =>
        {
            byte[] overlooked = [.. stream.ToBytes().Select(value => value == '\r' ? (byte)'x' : value)];
            Assert.Equal(stream.Events, SseReference.Read([overlooked]).Events);
        });
        Assert.InRange(Assert.IsType<SseStreamModel>(found.Smallest[0]).Lines.Count, 2, 3);
    }

    [Fact]
    public void A_writer_that_loses_a_line_is_found_with_the_smallest_data()
    {
        Counterexample found = PropertyCheck.MustFail(SseArbitraries.Events(), e => Assert.DoesNotContain('\n', e.Data));
        Assert.Equal(new SseEvent("\n"), found.Smallest[0]);
    }
}
