using System.Buffers;
using System.Globalization;
using System.Text;
using Minimal.Sse;
using Xunit;
using static Minimal.Tests.Sse.SseStreams;

namespace Minimal.Tests.Sse;

/// <summary>HTML §9.2.6: what each field does. Every stream here is read whole, at every cut, and byte by byte.</summary>
public sealed class Html_9_2_6_Fields
{
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
}
