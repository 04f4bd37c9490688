using System.Buffers;
using System.Text;
using Minimal.Sse;
using Xunit;

namespace Minimal.Tests.Sse;

/// <summary>What other writers of event streams got wrong: Sisk, GenHTTP and SimpleW let values out of their fields or lost lines of data.</summary>
public sealed class SseRegressions
{
    [Theory]
    [InlineData("1\ndata: evil\n")]
    [InlineData("1\r\ndata: evil\r\n\r\n")]
    [InlineData("1\rdata: evil\r\r")]
    [InlineData("\n")]
    [InlineData("1\0")]
    [Requirement("SSE-9.2.5-06")]
    public void An_id_cannot_bring_a_field_of_its_own(string id) => AssertNothingWritten(new SseEvent("good", Id: id));

    [Theory]
    [InlineData("x\ndata: evil")]
    [InlineData("x\r\rdata: evil\r\r")]
    [InlineData("\r\n")]
    [Requirement("SSE-9.2.5-06")]
    public void A_type_cannot_bring_a_field_of_its_own(string type) => AssertNothingWritten(new SseEvent("good", type));

    [Theory]
    [InlineData("good\n\ndata: evil", "good\n\ndata: evil")]
    [InlineData("good\nid: 666", "good\nid: 666")]
    [InlineData("good\revent: evil\r\rdata: evil", "good\nevent: evil\n\ndata: evil")]
    [InlineData("good\r\n\r\n: evil", "good\n\n: evil")]
    [InlineData("a\nb\nc", "a\nb\nc")]
    [InlineData("{\r\n  \"a\": 1\r\n}\r\n", "{\n  \"a\": 1\n}\n")]
    [InlineData("ends in a newline\n", "ends in a newline\n")]
    [InlineData("ends in two\n\n", "ends in two\n\n")]
    [InlineData("\n", "\n")]
    [InlineData("", "")]
    [InlineData("a\0b", "a\0b")]
    [Requirement("SSE-9.2.5-05", "SSE-9.2.5-11")]
    public void Data_arrives_as_one_event_line_by_line(string data, string received)
    {
        SseReading reading = SseStreams.Read(Write(new SseEvent(data, "t", "1")));
        Assert.Equal([SseStreams.Event(received, "t", "1")], reading.Events);
        Assert.Equal("1", reading.LastEventId);
    }

    [Theory]
    [InlineData("data: evil")]
    [InlineData("a\n\ndata: evil\n\n")]
    [InlineData("a\r\rdata: evil\r\r")]
    [Requirement("SSE-9.2.5-08")]
    public void A_comment_cannot_bring_a_field(string comment)
    {
        var output = new ArrayBufferWriter<byte>();
        SseWriter.WriteComment(comment, output);
        SseWriter.WriteEnd(output);
        Assert.Empty(SseStreams.Read(output.WrittenSpan.ToArray()).Events);
    }

    private static byte[] Write(SseEvent e)
    {
        var output = new ArrayBufferWriter<byte>();
        SseWriter.Write(e, output);
        return output.WrittenSpan.ToArray();
    }

    private static void AssertNothingWritten(SseEvent e)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.Throws<ArgumentException>(nameof(e), () => SseWriter.Write(e, output));
        if (e.Id is { } id) Assert.Throws<ArgumentException>(nameof(id), () => SseWriter.WriteId(Encoding.UTF8.GetBytes(id), output));
        if (e.Type is { } type) Assert.Throws<ArgumentException>(nameof(type), () => SseWriter.WriteType(Encoding.UTF8.GetBytes(type), output));
        Assert.Equal(0, output.WrittenCount);
    }
}
