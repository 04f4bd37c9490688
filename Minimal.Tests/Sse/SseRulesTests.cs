using System.Buffers;
using Minimal.Http.Wire;
using Minimal.Sse;
using Xunit;

namespace Minimal.Tests.Sse;

/// <summary>Every row of <see cref="SseRules"/>, with what breaks it and what only just does not.</summary>
public sealed class SseRulesTests
{
    private static readonly SseLimits Small = new() { MaxLineBytes = 10, MaxEventBytes = 8 };

    private static readonly Dictionary<ProtocolRule, string[]> Streams = new()
    {
        [SseRules.LineTooLong] = ["data:123456", ":1234567890\n", "data:1\n\n:123456789012\n"],
        [SseRules.EventTooLong] = ["data:12\ndata:1234\ndata\n\n", "data:1\ndata:2\ndata:3\ndata:4\ndata\n"],
    };

    private static readonly Dictionary<ProtocolRule, SseEvent[]> Arguments = new()
    {
        [SseRules.LineBreakInType] = [new("", Type: "a\nb"), new("", Type: "\r")],
        [SseRules.LineBreakInId] = [new("", Id: "a\nb"), new("", Id: "\r"), new("", Id: "\0\n")],
        [SseRules.NulInId] = [new("", Id: "a\0b")],
        [SseRules.NegativeRetry] = [new("", Retry: Timeout.InfiniteTimeSpan), new("", Retry: TimeSpan.FromTicks(-1))],
    };

    [Fact]
    [Rule(
        "SseRules.LineTooLong", "SseRules.EventTooLong", "SseRules.LineBreakInType",
        "SseRules.LineBreakInId", "SseRules.NulInId", "SseRules.NegativeRetry")]
    public void Every_row_is_tested_here()
    {
        Assert.Equal(SseRules.All.Select(rule => rule.Name).Order(), Streams.Keys.Concat(Arguments.Keys).Select(rule => rule.Name).Order());
    }

    [Fact]
    public void Rows_say_where_they_come_from()
    {
        Assert.All(SseRules.All, rule =>
        {
            Assert.Same(rule, typeof(SseRules).GetField(rule.Name)!.GetValue(null));
            Assert.Contains("HTML §9.2.", rule.Section, StringComparison.Ordinal);
            Assert.False(rule.Sentence.EndsWith('.'));
            Assert.Equal(0, rule.Code);
        });
    }

    [Fact]
    [Requirement("SSE-9.2.6-21")]
    public void A_stream_beyond_a_limit_is_refused_at_every_cut()
    {
        foreach ((ProtocolRule rule, string[] streams) in Streams)
            Assert.All(streams, stream => Assert.Same(rule, SseStreams.Read(stream, Small).Broken));
    }

    [Theory]
    [InlineData("data:12345\n\n")]
    [InlineData(":123456789\r\n\r\n")]
    [InlineData("\u00EF\u00BB\u00BFdata:12345\n\n")]
    [InlineData("data:123\ndata:123\n\ndata:12\ndata:1234\n\n")]
    [InlineData("data:1\n:234567\n:234567\n:234567\n\n")]
    [Requirement("SSE-9.2.6-21")]
    public void A_stream_at_its_limits_is_read(string stream)
    {
        Assert.Null(SseStreams.Read(stream, Small).Broken);
    }

    [Fact]
    [Requirement("SSE-9.2.6-21")]
    public void What_came_before_the_broken_line_counts()
    {
        SseReading reading = SseStreams.Read("id:1\nretry:5\ndata:a\n\nid:2\n:1234567890\ndata:b\n\n", Small);
        Assert.Equal([SseStreams.Event("a", id: "1")], reading.Events);
        Assert.Equal("1", reading.LastEventId);
        Assert.Equal(TimeSpan.FromMilliseconds(5), reading.ReconnectionTime);
    }

    [Fact]
    [Requirement("SSE-9.2.6-21")]
    public void A_broken_stream_stays_broken_and_the_next_one_is_not()
    {
        var feed = new SseFeed(Small);
        Assert.Empty(feed.Feed("data:123456"));
        Assert.Empty(feed.Feed("\n\ndata:a\n\n"));
        feed.End();
        Assert.Equal([SseStreams.Event("a")], feed.Feed("data:a\n\n"));
    }

    [Fact]
    [Requirement("SSE-9.2.5-06", "SSE-9.2.6-23")]
    public void An_argument_is_refused_in_the_words_of_its_rule()
    {
        foreach ((ProtocolRule rule, SseEvent[] events) in Arguments)
        {
            Assert.All(events, e =>
            {
                var output = new ArrayBufferWriter<byte>();
                var refused = Assert.Throws<ArgumentException>(nameof(e), () => SseWriter.Write(e, output));
                Assert.StartsWith(rule.ToString(), refused.Message, StringComparison.Ordinal);
                Assert.Equal(0, output.WrittenCount);
            });
        }
    }
}
