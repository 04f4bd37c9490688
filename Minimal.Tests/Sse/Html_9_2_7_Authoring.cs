using System.Buffers;
using Minimal.Sse;
using Xunit;

namespace Minimal.Tests.Sse;

/// <summary>HTML §9.2.7: advice to authors. Here only that its comment line is no event; who sends it when is the stream's matter.</summary>
public sealed class Html_9_2_7_Authoring
{
    [Fact]
    public void A_comment_between_and_within_events_changes_nothing()
    {
        var output = new ArrayBufferWriter<byte>();
        SseWriter.WriteComment("ka"u8, output);
        SseWriter.Write(new SseEvent("a", "t", "1"), output);
        SseWriter.WriteComment("ka"u8, output);
        SseWriter.WriteData("b"u8, output);
        SseWriter.WriteComment(""u8, output);
        SseWriter.WriteData("c"u8, output);
        SseWriter.WriteEnd(output);

        SseReading reading = SseStreams.Read(output.WrittenSpan.ToArray());
        Assert.Equal([SseStreams.Event("a", "t", "1"), SseStreams.Event("b\nc", "message", "1")], reading.Events);
    }
}
