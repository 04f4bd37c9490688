using System.Buffers;
using System.Text;
using Minimal.Sse;
using Xunit;

namespace Minimal.Tests.Sse;

/// <summary>HTML §9.2.5: the format of an event stream, as <see cref="SseWriter"/> writes it.</summary>
public sealed class Html_9_2_5_Format
{
    [Fact]
    public void An_event_written_line_by_line_is_the_same_in_characters_and_in_bytes()
    {
        var whole = new SseEvent("a\nb", "t", "1", TimeSpan.FromSeconds(2));
        var characters = new ArrayBufferWriter<byte>();
        SseWriter.WriteId("1", characters);
        SseWriter.WriteType("t", characters);
        SseWriter.WriteRetry(TimeSpan.FromSeconds(2), characters);
        SseWriter.WriteData("a\nb", characters);
        SseWriter.WriteEnd(characters);
        var bytes = new ArrayBufferWriter<byte>();
        SseWriter.WriteId("1"u8, bytes);
        SseWriter.WriteType("t"u8, bytes);
        SseWriter.WriteRetry(TimeSpan.FromSeconds(2), bytes);
        SseWriter.WriteData("a\nb"u8, bytes);
        SseWriter.WriteEnd(bytes);
        Assert.Equal("id: 1\nevent: t\nretry: 2000\ndata: a\ndata: b\n\n"u8.ToArray(), SseWriter.Encode(whole));
        Assert.Equal(SseWriter.Encode(whole), characters.WrittenSpan.ToArray());
        Assert.Equal(SseWriter.Encode(whole), bytes.WrittenSpan.ToArray());
    }

    [Fact]
    [Requirement("SSE-9.2.5-02")]
    public void Text_is_written_as_utf8()
    {
        Assert.Equal(SseStreams.Bytes("data: \u00C3\u00A9\u00E2\u0082\u00AC\u00F0\u009F\u0098\u0080\n\n"), Write(new SseEvent("é€😀")));
    }

    [Fact]
    [Requirement("SSE-9.2.5-02")]
    public void Half_a_surrogate_pair_is_written_as_replacement_character()
    {
        byte[] expected = SseStreams.Bytes("id: a\u00EF\u00BF\u00BDb\nevent: a\u00EF\u00BF\u00BDb\ndata: a\u00EF\u00BF\u00BDb\n\n");
        foreach (string half in new[] { "a\uD83Db", "a\uDE00b" })   // an attribute could not hold these
            Assert.Equal(expected, Write(new SseEvent(half, half, half)));
    }

    [Fact]
    [Requirement("SSE-9.2.5-03")]
    public void An_event_is_its_fields_and_an_empty_line()
    {
        var everything = new SseEvent("one\ntwo", "score", "7", TimeSpan.FromSeconds(3));
        Assert.Equal("id: 7\nevent: score\nretry: 3000\ndata: one\ndata: two\n\n", Text(everything));
    }

    [Fact]
    [Requirement("SSE-9.2.5-04", "SSE-9.2.5-05")]
    public void Lines_end_in_LF_and_data_is_split_at_every_line_end()
    {
        Assert.Equal("data: a\ndata: b\ndata: c\ndata: d\n\n", Text(new SseEvent("a\r\nb\rc\nd")));
        Assert.Equal(["a\nb\nc\nd"], RoundTrip(new SseEvent("a\r\nb\rc\nd")).Data);
    }

    [Theory]
    [InlineData("a\n", "data: a\ndata: \n\n", "a\n")]
    [InlineData("a\r", "data: a\ndata: \n\n", "a\n")]
    [InlineData("a\r\n", "data: a\ndata: \n\n", "a\n")]
    [InlineData("\n", "data: \ndata: \n\n", "\n")]
    [InlineData("\r\r\n\n", "data: \ndata: \ndata: \ndata: \n\n", "\n\n\n")]
    [InlineData("\na", "data: \ndata: a\n\n", "\na")]
    [Requirement("SSE-9.2.5-05")]
    public void Line_ends_at_either_end_of_data_arrive(string data, string stream, string received)
    {
        Assert.Equal(stream, Text(new SseEvent(data)));
        Assert.Equal([received], RoundTrip(new SseEvent(data)).Data);
    }

    [Theory]
    [InlineData("a\u0085b")]
    [InlineData("a\u2028b\u2029c")]
    [InlineData("a\vb\fc")]
    [Requirement("SSE-9.2.5-05")]
    public void What_other_standards_call_a_line_end_is_data(string data)
    {
        Assert.Equal($"data: {data}\n\n", Text(new SseEvent(data)));
        Assert.Equal([data], RoundTrip(new SseEvent(data)).Data);
    }

    [Theory]
    [InlineData("x\ndata: evil", null)]
    [InlineData("x\rdata: evil", null)]
    [InlineData("x\r\n", null)]
    [InlineData(null, "1\r\rdata: evil")]
    [InlineData(null, "1\n")]
    [InlineData(null, "a\0b")]
    [Requirement("SSE-9.2.5-06")]
    public void No_line_break_escapes_type_or_id(string? type, string? id)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.Throws<ArgumentException>("e", () => SseWriter.Write(new SseEvent("d", type, id), output));
        if (type is not null)
        {
            Assert.Throws<ArgumentException>(nameof(type), () => SseWriter.WriteType(type, output));
            Assert.Throws<ArgumentException>(nameof(type), () => SseWriter.WriteType(Encoding.UTF8.GetBytes(type), output));
        }

        if (id is not null)
        {
            Assert.Throws<ArgumentException>(nameof(id), () => SseWriter.WriteId(id, output));
            Assert.Throws<ArgumentException>(nameof(id), () => SseWriter.WriteId(Encoding.UTF8.GetBytes(id), output));
        }

        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    [Requirement("SSE-9.2.5-06", "SSE-9.2.5-11")]
    public void A_type_may_contain_NUL_for_only_an_ID_is_read_otherwise_for_it()
    {
        Assert.Equal("event: a\0b\ndata: d\n\n", Text(new SseEvent("d", "a\0b")));
        Assert.Equal([SseStreams.Event("d", "a\0b")], RoundTrip(new SseEvent("d", "a\0b")).Events);
    }

    [Theory]
    [InlineData(" x", "data:  x\n\n")]
    [InlineData("  ", "data:   \n\n")]
    [InlineData(":x", "data: :x\n\n")]
    [InlineData("\tx", "data: \tx\n\n")]
    [Requirement("SSE-9.2.5-07")]
    public void A_leading_space_survives(string data, string stream)
    {
        Assert.Equal(stream, Text(new SseEvent(data)));
        Assert.Equal([data], RoundTrip(new SseEvent(data)).Data);
    }

    [Theory]
    [InlineData("a\nb", ": a\n: b\n")]
    [InlineData("a\r\nb\rdata: evil", ": a\n: b\n: data: evil\n")]
    [InlineData("", ": \n")]
    [InlineData("\u20AC\n", ": \u20AC\n: \n")]
    [Requirement("SSE-9.2.5-08")]
    public void A_comment_has_a_colon_on_each_line(string comment, string stream)
    {
        var output = new ArrayBufferWriter<byte>();
        SseWriter.WriteComment(comment, output);
        SseWriter.WriteComment(Encoding.UTF8.GetBytes(comment), output);
        Assert.Equal(stream + stream, Encoding.UTF8.GetString(output.WrittenSpan));

        SseWriter.WriteEnd(output);
        Assert.Empty(SseStreams.Read(output.WrittenSpan.ToArray()).Events);
    }

    [Fact]
    [Requirement("SSE-9.2.5-09")]
    public void No_byte_order_mark_is_ever_written()
    {
        var output = new ArrayBufferWriter<byte>();
        for (int i = 0; i < 3; i++) SseWriter.Write(new SseEvent("x"), output);
        Assert.Equal("data: x\n\ndata: x\n\ndata: x\n\n"u8, output.WrittenSpan);
    }

    [Fact]
    [Requirement("SSE-9.2.5-09")]
    public void A_byte_order_mark_in_data_is_data()
    {
        Assert.Equal(SseStreams.Bytes("data: \u00EF\u00BB\u00BFx\n\n"), Write(new SseEvent("\uFEFFx")));
        Assert.Equal(["\uFEFFx"], RoundTrip(new SseEvent("\uFEFFx")).Data);
    }

    [Fact]
    [Requirement("SSE-9.2.5-11")]
    public void Data_may_contain_controls()
    {
        Assert.Equal("data: a\0b\t\n\n", Text(new SseEvent("a\0b\t")));
        Assert.Equal(["a\0b\t"], RoundTrip(new SseEvent("a\0b\t")).Data);
    }

    [Fact]
    [Requirement("SSE-9.2.5-03")]
    public void Bytes_are_written_as_text_is()
    {
        var output = new ArrayBufferWriter<byte>();
        SseWriter.WriteId("7é"u8, output);
        SseWriter.WriteType("score"u8, output);
        SseWriter.WriteRetry(TimeSpan.FromSeconds(3), output);
        SseWriter.WriteData("a\r\nb\rc\nd€"u8, output);
        SseWriter.WriteEnd(output);
        Assert.Equal(Write(new SseEvent("a\r\nb\rc\nd€", "score", "7é", TimeSpan.FromSeconds(3))), output.WrittenSpan);
    }

    [Fact]
    [Requirement("SSE-9.2.5-03")]
    public void An_empty_type_is_the_default_and_not_written()
    {
        Assert.Equal("data: d\n\n", Text(new SseEvent("d", Type: "")));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(2048)]
    [Requirement("SSE-9.2.5-08")]
    public void Padding_is_a_comment_of_exactly_that_length(int length)
    {
        var output = new ArrayBufferWriter<byte>();
        SseWriter.WritePadding(length, output);
        Assert.Equal(length, output.WrittenCount);
        Assert.Equal(":" + new string(' ', length - 2) + "\n", Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.Throws<ArgumentOutOfRangeException>(nameof(length), () => SseWriter.WritePadding(2, output));
        Assert.Equal(length, output.WrittenCount);
    }

    [Fact]
    public void Writing_allocates_nothing()
    {
        var output = new ArrayBufferWriter<byte>(4096);
        var e = new SseEvent("one\r\ntwo é€😀\n", "score", "1234", TimeSpan.FromSeconds(3));
        SseWriter.Write(e, output);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            output.ResetWrittenCount();
            SseWriter.Write(e, output);
            SseWriter.WriteId("1234"u8, output);
            SseWriter.WriteData("one\rtwo"u8, output);
            SseWriter.WriteEnd(output);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static byte[] Write(SseEvent e)
    {
        var output = new ArrayBufferWriter<byte>();
        SseWriter.Write(e, output);
        return output.WrittenSpan.ToArray();
    }

    private static string Text(SseEvent e) => Encoding.UTF8.GetString(Write(e));

    private static SseReading RoundTrip(SseEvent e) => SseStreams.Read(Write(e));
}
