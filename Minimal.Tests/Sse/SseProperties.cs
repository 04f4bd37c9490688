using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Sse;
using Minimal.Testing;

namespace Minimal.Tests.Sse;

/// <summary>Writes one event.</summary>
internal delegate void SseWrite(SseEvent e, IBufferWriter<byte> output, WireTrace? trace = null);

/// <summary>Reads a stream that comes in pieces and names its spans.</summary>
internal delegate SseReading SseTracedReader(IReadOnlyList<byte[]> pieces, WireTrace trace);

/// <summary>What is true of every reader and writer of event streams; of ours (SsePropertyTests) and of no broken one (SsePlantedFaults).</summary>
internal static class SseProperties
{
    /// <summary>For any bytes in any pieces, the reader understands what the standard says, to the letter.</summary>
    public static Property ReadsAsTheStandard(SseReader read) => ReadsAs(SseReference.Read, read);

    /// <summary>For any bytes in any pieces, two readers understand the same.</summary>
    public static Property ReadsAs(SseReader expected, SseReader read) =>
        Prop.ForAll(SseGenerators.Streams, stream => Same(expected(stream.Pieces), read(stream.Pieces)));

    /// <summary>For any bytes in any pieces, two readers receive the same data.</summary>
    public static Property ReceivesTheDataOf(SseReader expected, SseReader read) =>
        Prop.ForAll(SseGenerators.Streams, stream => expected(stream.Pieces).Data.SequenceEqual(read(stream.Pieces).Data));

    /// <summary>For any bytes, it does not matter where they are cut: not for the events, and not for the marks.</summary>
    public static Property IsSplitInvariant(SseTracedReader read) =>
        Prop.ForAll(SseGenerators.Streams, stream =>
        {
            var wholeMarks = new SpanRecorder();
            var cutMarks = new SpanRecorder();
            return Same(read([stream.Bytes], wholeMarks), read(stream.Pieces, cutMarks)) && wholeMarks.Show() == cutMarks.Show();
        });

    /// <summary>For any bytes in any pieces, the marks name every byte, once, in order.</summary>
    public static Property MarksEveryByte(SseTracedReader read) =>
        Prop.ForAll(SseGenerators.Streams, stream =>
        {
            var marks = new SpanRecorder();
            read(stream.Pieces, marks);
            return marks.Covered().SequenceEqual(stream.Bytes);
        });

    /// <summary>For any bytes in any pieces, the reader comes to an end without an exception.</summary>
    public static Property IsTotal(SseReader read) =>
        Prop.ForAll(SseGenerators.Streams, stream => Record(() => read(stream.Pieces)) is null);

    /// <summary>What is written is what a reader receives: the data with LF between its lines, the ID until it changes.</summary>
    public static Property ArrivesWhole(SseWrite write, SseReader read) =>
        Prop.ForAll(SseArbitraries.SeveralEvents(), events => Same(Received(events), read([Write(write, events)])));

    /// <summary>Every line that is written is a comment, a known field with its space, or empty; and ends in LF alone.</summary>
    public static Property KeepsToTheFormat(SseWrite write) =>
        Prop.ForAll(SseArbitraries.SeveralEvents(), events =>
        {
            string[] lines = Encoding.UTF8.GetString(Write(write, events)).Split('\n');
            string[] starts = ["id: ", "event: ", "data: ", "retry: ", ": "];
            return lines[^1].Length == 0
                && lines.All(line => !line.Contains('\r', StringComparison.Ordinal))
                && lines.All(line => line.Length == 0 || starts.Any(start => line.StartsWith(start, StringComparison.Ordinal)));
        });

    /// <summary>A writer names what it writes as a reader names what it reads.</summary>
    public static Property NamesAsAReader(SseWrite write, SseTracedReader read) =>
        Prop.ForAll(SseArbitraries.SeveralEvents(), events => Array.TrueForAll(events, e =>
        {
            var written = new SpanRecorder();
            var output = new ArrayBufferWriter<byte>();
            write(e, output, written);

            var readMarks = new SpanRecorder();
            read([output.WrittenSpan.ToArray()], readMarks);
            return written.Covered().SequenceEqual(output.WrittenSpan.ToArray()) && written.Show() == readMarks.Show();
        }));

    /// <summary>Throws with the smallest counterexample found; the same one every time.</summary>
    public static void Check(this Property property, int runs = 2000) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(runs).WithReplay(20260101UL, 1UL).WithEndSize(60), property);

    private static bool Same(SseReading expected, SseReading actual) => expected.ToString() == actual.ToString();

    private static Exception? Record(Action act)
    {
        try
        {
            act();
            return null;
        }
#pragma warning disable CA1031 // that there is none of any kind is the property
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            return thrown;
        }
    }

    private static byte[] Write(SseWrite write, SseEvent[] events)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (SseEvent e in events) write(e, output);
        return output.WrittenSpan.ToArray();
    }

    private static SseReading Received(SseEvent[] events)
    {
        var reading = new SseReading();
        foreach (SseEvent e in events)
        {
            reading.LastEventId = e.Id is null ? reading.LastEventId : OverUtf8(e.Id);
            reading.ReconnectionTime = e.Retry ?? reading.ReconnectionTime;
            string data = e.Data.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
            reading.Events.Add(new SseEvent(OverUtf8(data), string.IsNullOrEmpty(e.Type) ? "message" : OverUtf8(e.Type), reading.LastEventId));
        }

        return reading;
    }

    private static string OverUtf8(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
