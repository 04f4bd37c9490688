using System.Buffers;
using Minimal.Http.Wire;
using Minimal.Sse;
using Xunit;
using static Minimal.Tests.Sse.SseStreams;

namespace Minimal.Tests.Sse;

/// <summary>HTML §9.2.6: when an event is dispatched, and what is left when a stream ends. Every stream here is read whole, at every cut, and byte by byte.</summary>
public sealed class Html_9_2_6_Dispatch
{
    private const string ByteOrderMark = "\u00EF\u00BB\u00BF";

    [Fact]
    [Requirement("SSE-9.2.6-13")]
    public void Without_data_there_is_no_event_but_the_id_counts_and_the_type_is_forgotten()
    {
        Assert.Equal([Event("1", "message", "9")], Read("event:x\nid:9\n\ndata:1\n\n").Events);
    }

    [Fact]
    [Requirement("SSE-9.2.6-24")]
    public void Empty_data_is_an_event_and_an_id_alone_is_none()
    {
        var output = new ArrayBufferWriter<byte>();
        SseWriter.Write(new SseEvent(""), output);
        Assert.Equal("data: \n\n"u8, output.WrittenSpan);
        Assert.Equal([Event("")], Read(output.WrittenSpan.ToArray()).Events);

        output.ResetWrittenCount();
        SseWriter.WriteId("7"u8, output);
        SseWriter.WriteEnd(output);
        Assert.Equal("id: 7\n\n"u8, output.WrittenSpan);
        SseReading reading = Read(output.WrittenSpan.ToArray());
        Assert.Empty(reading.Events);
        Assert.Equal("7", reading.LastEventId);
    }

    [Fact]
    [Requirement("SSE-9.2.6-16")]
    public void The_last_event_id_changes_at_the_end_of_an_event_only()
    {
        Assert.Equal("1", Read("id:1\ndata:a\n\nid:2\ndata:b").LastEventId);
        Assert.Equal("1", Read("id:1\ndata:a\n\nid:2\ndata:b\n").LastEventId);
        Assert.Equal("2", Read("id:1\ndata:a\n\nid:2\ndata:b\n\n").LastEventId);

        var feed = new SseFeed();
        feed.Feed("id:1\n\nid:2\n");
        Assert.Equal("1", feed.LastEventId);
        feed.Feed("\n");
        Assert.Equal("2", feed.LastEventId);
    }

    [Theory]
    [InlineData("data:a\n", 0)]
    [InlineData("data:a", 0)]
    [InlineData("data:a\n\n", 1)]
    [InlineData("data:a\n\ndata:b", 1)]
    [Requirement("SSE-9.2.6-17")]
    public void What_is_pending_at_the_end_is_discarded(string stream, int events)
    {
        Assert.Equal(events, Read(stream).Events.Count);
    }

    [Fact]
    [Requirement("SSE-9.2.6-17", "SSE-9.2.6-02", "SSE-9.2.6-04")]
    public void The_next_stream_takes_over_nothing_that_was_pending()
    {
        var feed = new SseFeed();
        feed.Feed("event:x\ndata:a\nda");
        feed.End();
        Assert.Equal([Event("b")], feed.Feed(ByteOrderMark + "data:b\n\n"));

        feed.Feed("data:c\r");
        feed.End();
        Assert.Empty(feed.Feed("\ndata:d\n"));
        Assert.Equal([Event("d")], feed.Feed("\n"));
    }

    [Fact]
    public void An_event_has_data_type_and_last_event_id()
    {
        var parser = new SseParser();
        var input = new SequenceReader<byte>(new ReadOnlySequence<byte>(Bytes("id:1\nevent:t\ndata:a\ndata:b\n\ndata:c\n\n")));

        Assert.Equal(ParseStatus.Complete, parser.Read(ref input, out SseEventBytes first));
        Assert.Equal("a\nb"u8, first.Data);
        Assert.Equal("t"u8, first.Type);
        Assert.Equal("1"u8, first.LastEventId);

        Assert.Equal(ParseStatus.Complete, parser.Read(ref input, out SseEventBytes second));
        Assert.Equal("c"u8, second.Data);
        Assert.Equal("message"u8, second.Type);
        Assert.Equal("1"u8, second.LastEventId);

        Assert.Equal(ParseStatus.NeedMore, parser.Read(ref input, out SseEventBytes none));
        Assert.True(none.Data.IsEmpty);
    }

    [Fact]
    [Requirement("SSE-9.2.6-22")]
    public void A_stream_begins_with_the_id_that_it_was_asked_to_go_on_from()
    {
        var feed = new SseFeed();
        Assert.Equal([Event("a", id: "5")], feed.Feed("retry:9\nid:5\ndata:a\n\nid:6\n"));
        feed.End();
        Assert.Equal([Event("b", id: "5")], feed.Feed("data:b\n\n"));
        feed.End();
        Assert.Equal("5", feed.LastEventId);
        Assert.Equal(TimeSpan.FromMilliseconds(9), feed.ReconnectionTime);

        Assert.Equal([Event("b", id: "é5")], Read(Bytes("data:b\n\n"), lastEventId: "é5").Events);
        Assert.Equal("é5", Read(Bytes("\ndata:b"), lastEventId: "é5").LastEventId);
    }

    [Theory]
    [InlineData("1\n")]
    [InlineData("1\r2")]
    [InlineData("\0")]
    [Requirement("SSE-9.2.6-22")]
    public void An_id_that_no_stream_can_bring_is_not_accepted_as_a_beginning(string id)
    {
        Assert.Throws<ArgumentException>("lastEventId", () => new SseParser(lastEventId: id));
    }
}
