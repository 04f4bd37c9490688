using System.Buffers;
using System.Globalization;
using System.Text;
using Minimal.Http.Wire;
using Minimal.Sse;
using Xunit;
using static Minimal.Tests.Sse.SseStreams;

namespace Minimal.Tests.Sse;

/// <summary>HTML §9.2.6: what an event stream means. Every stream here is read whole, at every cut, and byte by byte.</summary>
public sealed class Html_9_2_6_Interpretation
{
    private const string ByteOrderMark = "\u00EF\u00BB\u00BF";

    // Decoding

    [Theory]
    [InlineData("data: \u00E2\u0082\u00AC\n\n", "€")]
    [InlineData("data: \u00FF\u00C0\u00AF\n\n", "\uFFFD\uFFFD\uFFFD")]
    [InlineData("data: \u00F0\u009F\u0098\n\n", "\uFFFD")]               // a character cut short is one replacement,
    [InlineData("data: \u00ED\u00A0\u0080\n\n", "\uFFFD\uFFFD\uFFFD")]   // a surrogate none for each byte,
    [InlineData("data: \u00E2\u0082\ndata:\u00AC\n\n", "\uFFFD\n\uFFFD")]  // and no character goes across a line end.
    [Requirement("SSE-9.2.6-01")]
    public void Bytes_are_decoded_as_utf8_with_replacement(string stream, string data)
    {
        Assert.Equal([data, "on"], Read(stream + "data:on\n\n").Data);
    }

    [Fact]
    [Requirement("SSE-9.2.6-01", "SSE-9.2.6-14")]
    public void An_overlong_NUL_is_no_NUL()
    {
        Assert.Equal([Event("a", id: "\uFFFD\uFFFD")], Read("id:\u00C0\u0080\ndata:a\n\n").Events);
    }

    [Theory]
    [InlineData(ByteOrderMark + "data:1\n\n", "1")]
    [InlineData(ByteOrderMark + ByteOrderMark + "data:1\n\ndata:2\n\n", "2")]
    [InlineData("data:1\n\n" + ByteOrderMark + "data:2\n\ndata:3\n\n", "1,3")]
    [InlineData("\n" + ByteOrderMark + "data:2\n\ndata:3\n\n", "3")]
    [InlineData("data:" + ByteOrderMark + "1\n\n", "\uFEFF1")]
    [InlineData("\u00EF\u00BBdata:1\n\ndata:2\n\n", "2")]
    [InlineData("\u00EF\n\u00BB\u00BFdata:1\n\ndata:2\n\n", "2")]
    [InlineData("\u00EF\u00BB", "")]
    [InlineData(ByteOrderMark, "")]
    [Requirement("SSE-9.2.6-02", "SSE-9.2.5-09")]
    public void One_byte_order_mark_is_stripped(string stream, string data)
    {
        Assert.Equal(data, string.Join(',', Read(stream).Data));
    }

    // Lines

    [Theory]
    [InlineData("data:a\r\ndata:b\ndata:c\r\r", "a\nb\nc")]
    [InlineData("data:a\r\n\r\n", "a")]
    [InlineData("data:a\r\r\n", "a")]
    [InlineData("data:a\n\r", "a")]
    [InlineData("data:a\rdata:b\r\r\n\ndata", "a\nb")]
    [Requirement("SSE-9.2.6-03")]
    public void Lines_end_in_CRLF_LF_or_CR(string stream, string data)
    {
        Assert.Equal([data], Read(stream).Data);
    }

    [Fact]
    [Requirement("SSE-9.2.6-04")]
    public void A_CR_ends_its_line_at_once_and_its_LF_is_swallowed()
    {
        var feed = new SseFeed();
        Assert.Equal([Event("x")], feed.Feed("data:x\r\r"));
        Assert.Equal([Event("y")], feed.Feed("\ndata:y\n\n"));
        Assert.Empty(feed.Feed("\n"));
    }

    [Fact]
    [Requirement("SSE-9.2.6-04")]
    public void An_event_is_there_as_soon_as_its_last_byte()
    {
        var feed = new SseFeed();
        Assert.Empty(feed.Feed("data:x\r\n"));
        Assert.Equal([Event("x")], feed.Feed("\r"));
        Assert.Empty(feed.Feed("\n"));
        Assert.Empty(feed.Feed("data:y\n"));
        Assert.Equal([Event("y")], feed.Feed("\n"));
    }

    [Fact]
    [Requirement("SSE-9.2.6-05")]
    public void The_buffers_start_empty()
    {
        Assert.Equal([Event("a", "message", "")], Read("data:a\n\n").Events);
    }

    [Theory]
    [InlineData("data:a\n\n", 1)]
    [InlineData("\n\n\n", 0)]
    [InlineData("data:a\n\n\n\n", 1)]
    [InlineData("data:a\n\ndata:b\n\n", 2)]
    [Requirement("SSE-9.2.6-06")]
    public void An_empty_line_dispatches(string stream, int events)
    {
        Assert.Equal(events, Read(stream).Events.Count);
    }

    [Fact]
    [Requirement("SSE-9.2.6-07")]
    public void A_line_that_starts_with_a_colon_is_ignored()
    {
        Assert.Equal(["a"], Read(":c\n:\n: data:x\ndata:a\n:d\n\n").Data);
    }

    [Theory]
    [InlineData("data:a:b: c\n\n", "a:b: c")]
    [InlineData("data: x\n\n", "x")]
    [InlineData("data:x\n\n", "x")]
    [InlineData("data:  x\n\n", " x")]
    [InlineData("data:\tx\n\n", "\tx")]
    [InlineData("data: \n\n", "")]
    [InlineData("data::\n\n", ":")]
    [Requirement("SSE-9.2.6-08")]
    public void The_value_is_behind_the_first_colon_less_one_space(string stream, string data)
    {
        Assert.Equal([data], Read(stream).Data);
    }

    [Theory]
    [InlineData("data\n\n", "")]
    [InlineData("data\ndata\n\n", "\n")]
    [InlineData("data\n\ndata:", "")]
    [Requirement("SSE-9.2.6-09")]
    public void A_line_without_colon_is_a_field_without_value(string stream, string data)
    {
        Assert.Equal([data], Read(stream).Data);
    }

    // Fields

    [Theory]
    [InlineData("Data:x")]
    [InlineData("DATA:x")]
    [InlineData("data :x")]
    [InlineData(" data:x")]
    [InlineData("foo:x")]
    [InlineData("da\0ta:x")]
    [InlineData("dat:x")]
    [InlineData("datas:x")]
    [Requirement("SSE-9.2.6-10")]
    public void Field_names_are_compared_literally(string line)
    {
        Assert.Empty(Read(line + "\n\n").Events);
        Assert.Equal([Event("1")], Read($"data:1\n{line}\n\n").Events);
    }

    [Fact]
    [Requirement("SSE-9.2.6-11")]
    public void The_last_event_field_gives_the_type_of_one_event()
    {
        Assert.Equal(
            [Event("1", "b"), Event("2"), Event("3")],
            Read("event:a\nevent:b\ndata:1\n\ndata:2\n\nevent:\ndata:3\n\n").Events);
        Assert.Equal([Event("1")], Read("event:a\nevent\ndata:1\n\n").Events);
    }

    [Theory]
    [InlineData("data:a\ndata:\ndata:b\n\n", "a\n\nb")]
    [InlineData("data:a\ndata:\n\n", "a\n")]
    [Requirement("SSE-9.2.6-12")]
    public void Data_fields_are_lines_of_one_text(string stream, string data)
    {
        Assert.Equal([data], Read(stream).Data);
    }

    [Fact]
    [Requirement("SSE-9.2.6-14")]
    public void An_id_with_NUL_is_ignored()
    {
        Assert.Equal([Event("a", id: "1"), Event("b", id: "1")], Read("id:1\ndata:a\n\nid:2\0\ndata:b\n\n").Events);
    }

    [Theory]
    [InlineData("id\n")]
    [InlineData("id:\n")]
    [InlineData("id: \n")]
    [Requirement("SSE-9.2.6-15")]
    public void An_id_stays_until_it_is_changed_or_reset(string reset)
    {
        SseReading reading = Read($"id:1\ndata:a\n\ndata:b\n\n{reset}data:c\n\n");
        Assert.Equal([Event("a", id: "1"), Event("b", id: "1"), Event("c", id: "")], reading.Events);
        Assert.Equal("", reading.LastEventId);
    }

    [Fact]
    [Requirement("SSE-9.2.6-18")]
    public void Retry_takes_effect_with_its_line()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(100), Read("retry:100\n").ReconnectionTime);
        Assert.Null(Read("retry:100").ReconnectionTime);
        Assert.Equal(TimeSpan.FromMilliseconds(7), Read("retry:100\nretry: 007\nretry:x\n").ReconnectionTime);
    }

    [Theory]
    [InlineData("retry:1000x")]
    [InlineData("retry:-1")]
    [InlineData("retry:+1")]
    [InlineData("retry:1.5")]
    [InlineData("retry:  5")]
    [InlineData("retry:5 ")]
    [InlineData("retry:5\0")]
    [InlineData("retry:\u00D9\u00A5")]   // U+0665, an Arabic-Indic five
    [InlineData("retry")]
    [InlineData("retry:")]
    [Requirement("SSE-9.2.6-18")]
    public void Retry_counts_only_in_ascii_digits(string line)
    {
        Assert.Null(Read(line + "\n\n").ReconnectionTime);
    }

    [Theory]
    [InlineData("99999999999999999999", int.MaxValue)]
    [InlineData("9223372036854775807", int.MaxValue)]
    [InlineData("2147483648", int.MaxValue)]
    [InlineData("2147483647", int.MaxValue)]
    [InlineData("2147483646", int.MaxValue - 1)]
    [InlineData("0", 0)]
    [InlineData("00000000000000000000000000000000000001", 1)]
    [Requirement("SSE-9.2.6-19")]
    public void A_huge_retry_is_cut_to_the_limit(string digits, int milliseconds)
    {
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Read($"retry:{digits}\n").ReconnectionTime);
    }

    [Fact]
    [Requirement("SSE-9.2.6-19")]
    public void The_longest_retry_is_a_limit()
    {
        var limits = new SseLimits { MaxReconnectionTime = TimeSpan.FromMinutes(1) };
        Assert.Equal(TimeSpan.FromMinutes(1), Read("retry:60001\n", limits).ReconnectionTime);

        limits = new SseLimits { MaxReconnectionTime = TimeSpan.MaxValue };
        Assert.Equal((long)TimeSpan.MaxValue.TotalMilliseconds, (long)Read("retry:99999999999999999999\n", limits).ReconnectionTime!.Value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("en-US")]
    [InlineData("ar-SA")]
    [InlineData("fa-IR")]
    [Requirement("SSE-9.2.6-23")]
    public void Retry_is_written_in_ascii_digits_whatever_the_culture(string culture)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo(culture);
            var output = new ArrayBufferWriter<byte>();
            SseWriter.WriteRetry(TimeSpan.FromSeconds(1.5), output);
            SseWriter.WriteRetry(TimeSpan.FromTicks(19_999), output);
            SseWriter.WriteRetry(TimeSpan.Zero, output);
            SseWriter.WriteRetry(TimeSpan.MaxValue, output);
            Assert.Equal("retry: 1500\nretry: 1\nretry: 0\nretry: 922337203685477\n", Encoding.UTF8.GetString(output.WrittenSpan));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-TimeSpan.TicksPerMillisecond)]   // Timeout.InfiniteTimeSpan
    [InlineData(long.MinValue)]
    [Requirement("SSE-9.2.6-23")]
    public void A_negative_or_infinite_retry_is_refused(long ticks)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.Throws<ArgumentException>("reconnectionTime", () => SseWriter.WriteRetry(new TimeSpan(ticks), output));
        Assert.Throws<ArgumentException>("e", () => SseWriter.Write(new SseEvent("d", "t", "1", new TimeSpan(ticks)), output));
        Assert.Equal(0, output.WrittenCount);
    }

    // Dispatch

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
    [Requirement("SSE-9.2.6-20")]
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

    // Bounds

    [Fact]
    [Requirement("SSE-9.2.6-21")]
    public void A_line_without_end_breaks_the_stream_and_is_not_kept()
    {
        var parser = new SseParser();
        byte[] piece = new byte[64 * 1024];
        piece.AsSpan().Fill((byte)'x');

        long before = GC.GetAllocatedBytesForCurrentThread();
        ParseStatus status = ParseStatus.NeedMore;
        for (int i = 0; i < 1600; i++)   // 100 MiB
        {
            var input = new SequenceReader<byte>(new ReadOnlySequence<byte>(piece));
            status = parser.Read(ref input, out _);
        }

        Assert.Equal(ParseStatus.Invalid, status);
        Assert.Same(SseRules.LineTooLong, parser.Broken);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, SseLimits.Default.MaxBufferedBytes);
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
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, SseLimits.Default.MaxBufferedBytes);
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
