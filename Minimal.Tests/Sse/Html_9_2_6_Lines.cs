using Xunit;
using static Minimal.Tests.Sse.SseStreams;

namespace Minimal.Tests.Sse;

/// <summary>HTML §9.2.6: how bytes become lines, and lines fields. Every stream here is read whole, at every cut, and byte by byte.</summary>
public sealed class Html_9_2_6_Lines
{
    private const string ByteOrderMark = "\u00EF\u00BB\u00BF";

    [Theory]
    [InlineData("data: \u00E2\u0082\u00AC\n\n", "€")]
    [InlineData("data: \u00FF\u00C0\u00AF\n\n", "\uFFFD\uFFFD\uFFFD")]
    [InlineData("data: \u00F0\u009F\u0098\n\n", "\uFFFD")]               // a character cut short is one replacement,
    [InlineData("data: \u00ED\u00A0\u0080\n\n", "\uFFFD\uFFFD\uFFFD")]   // a surrogate one for each of its bytes,
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
}
