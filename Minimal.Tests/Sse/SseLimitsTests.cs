using System.Buffers;
using Minimal.Http.Wire;
using Minimal.Sse;
using Xunit;
using static Minimal.Tests.Sse.SseStreams;

namespace Minimal.Tests.Sse;

/// <summary>What a parser takes in memory.</summary>
/// <remarks>A buffer that doubles until it reaches its limit has allocated less than four times as much on the way.</remarks>
public sealed class SseLimitsTests
{
    [Fact]
    [Requirement("SSE-9.2.6-21")]
    public void A_line_without_end_breaks_the_stream_and_is_not_kept()
    {
        var parser = new SseParser();
        byte[] piece = new byte[1024];
        piece.AsSpan().Fill((byte)'x');

        long before = GC.GetAllocatedBytesForCurrentThread();
        ParseStatus status = ParseStatus.NeedMore;
        for (int i = 0; i < 100 * 1024; i++)   // 100 MiB
        {
            var input = new SequenceReader<byte>(new ReadOnlySequence<byte>(piece));
            status = parser.Read(ref input, out _);
        }

        Assert.Equal(ParseStatus.Invalid, status);
        Assert.Same(SseRules.LineTooLong, parser.Broken);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * SseLimits.Default.MaxLineBytes);
    }

    [Fact]
    [Requirement("SSE-9.2.6-21")]
    public void Data_without_end_breaks_the_stream_and_is_not_kept()
    {
        var parser = new SseParser();
        byte[] piece = Bytes(string.Concat(Enumerable.Repeat("data:x\n", 10_000)));

        long before = GC.GetAllocatedBytesForCurrentThread();
        ParseStatus status = ParseStatus.NeedMore;
        for (int i = 0; i < 1000; i++)
        {
            var input = new SequenceReader<byte>(new ReadOnlySequence<byte>(piece));
            status = parser.Read(ref input, out _);
        }

        Assert.Equal(ParseStatus.Invalid, status);
        Assert.Same(SseRules.EventTooLong, parser.Broken);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * SseLimits.Default.MaxEventBytes);
    }

    [Fact]
    [Requirement("SSE-9.2.6-03", "SSE-9.2.6-21")]
    public void The_line_that_breaks_a_rule_has_its_whole_end_wherever_the_stream_is_cut()
    {
        SseReading reading = Read("data:123456789\r\ndata:1\r\n", new SseLimits { MaxEventBytes = 10 });
        Assert.Same(SseRules.EventTooLong, reading.Broken);
    }

    [Fact]
    public void A_line_that_lies_whole_in_the_input_is_not_copied()
    {
        var parser = new SseParser();
        byte[] stream = Bytes(":" + new string('x', 500_000) + "\r\nid:7\n");

        long before = GC.GetAllocatedBytesForCurrentThread();
        var input = new SequenceReader<byte>(new ReadOnlySequence<byte>(stream));
        Assert.Equal(ParseStatus.NeedMore, parser.Read(ref input, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
    }

    [Fact]
    public void There_is_no_negative_reconnection_time()
    {
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new SseLimits { MaxReconnectionTime = Timeout.InfiniteTimeSpan });
    }

    [Fact]
    public void Reading_into_bytes_allocates_nothing()
    {
        var parser = new SseParser();
        byte[] stream = Bytes("id:12\nevent:score\ndata:one\ndata:two\n\n:c\nretry:9\ndata:three\r\r");
        ReadTwice(ref parser, stream);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) ReadTwice(ref parser, stream);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void ReadTwice(ref SseParser parser, byte[] stream)
        {
            var input = new SequenceReader<byte>(new ReadOnlySequence<byte>(stream, 0, 20));
            while (parser.Read(ref input, out _) == ParseStatus.Complete) { }
            input = new SequenceReader<byte>(new ReadOnlySequence<byte>(stream, 20, stream.Length - 20));
            while (parser.Read(ref input, out _) == ParseStatus.Complete) { }
        }
    }
}
