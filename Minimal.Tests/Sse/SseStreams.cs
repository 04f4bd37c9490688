using System.Buffers;
using System.Text;
using Minimal.Http.Wire;
using Minimal.Sse;
using Xunit;

namespace Minimal.Tests.Sse;

/// <summary>Reads a stream that comes in pieces.</summary>
internal delegate SseReading SseReader(IReadOnlyList<byte[]> pieces);

/// <summary>Runs a stream through the parser: whole, at every cut, byte by byte.</summary>
internal static class SseStreams
{
    /// <summary>Text of one character a byte: <c>"\u00EF\u00BB\u00BF"</c> is a byte order mark.</summary>
    public static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);

    public static SseEvent Event(string data, string type = "message", string id = "") => new(data, type, id);

    /// <summary>The reading of a stream, which must be the same however it is cut, marks and all.</summary>
    public static SseReading Read(string stream, SseLimits? limits = null, string lastEventId = "") =>
        Read(Bytes(stream), limits, lastEventId);

    public static SseReading Read(byte[] stream, SseLimits? limits = null, string lastEventId = "")
    {
        var marks = new SpanRecorder();
        SseReading whole = ReadPieces([stream], limits, lastEventId, marks);
        foreach (IReadOnlyList<byte[]> pieces in AllCuts(stream))
        {
            var cutMarks = new SpanRecorder();
            Assert.Equal(whole.ToString(), ReadPieces(pieces, limits, lastEventId, cutMarks).ToString());
            Assert.Equal(marks.Show(), cutMarks.Show());
            Assert.Equal(whole.ToString(), ReadSegments(pieces, limits, lastEventId).ToString());
        }

        return whole;
    }

    /// <summary>One call for each piece, each in memory that is overwritten as soon as the call is over.</summary>
    public static SseReading ReadPieces(IReadOnlyList<byte[]> pieces, SseLimits? limits = null, string lastEventId = "", WireTrace? trace = null)
    {
        var parser = new SseParser(limits, lastEventId, trace);
        var reading = new SseReading();
        foreach (byte[] piece in pieces)
        {
            byte[] lent = [.. piece];
            ReadAll(ref parser, new ReadOnlySequence<byte>(lent), reading);
            Array.Fill(lent, (byte)'!');
        }

        return Finish(ref parser, reading);
    }

    /// <summary>All pieces at once, as the segments of one sequence.</summary>
    public static SseReading ReadSegments(IReadOnlyList<byte[]> pieces, SseLimits? limits = null, string lastEventId = "")
    {
        var parser = new SseParser(limits, lastEventId);
        var reading = new SseReading();
        ReadAll(ref parser, Segment.Join(pieces), reading);
        return Finish(ref parser, reading);
    }

    /// <summary>Every event of an input, with the promises of each answer checked.</summary>
    public static void ReadAll(ref SseParser parser, ReadOnlySequence<byte> input, SseReading reading)
    {
        var reader = new SequenceReader<byte>(input);
        while (true)
        {
            long before = reader.Consumed;
            switch (parser.Read(ref reader, out SseEventBytes dispatched))
            {
                case ParseStatus.Complete:
                    Assert.True(reader.Consumed > before);
                    reading.Events.Add(dispatched.ToEvent());
                    Assert.Equal(parser.LastEventId, reading.Events[^1].Id);
                    break;
                case ParseStatus.NeedMore:
                    Assert.True(reader.End);
                    Assert.Null(parser.Broken);
                    return;
                default:
                    Assert.NotNull(parser.Broken);
                    return;
            }
        }
    }

    public static IEnumerable<IReadOnlyList<byte[]>> AllCuts(byte[] stream)
    {
        for (int cut = 0; cut <= stream.Length; cut++) yield return [stream[..cut], stream[cut..]];
        yield return [.. stream.Select(octet => new[] { octet })];
    }

    private static SseReading Finish(ref SseParser parser, SseReading reading)
    {
        reading.Broken = parser.Broken;
        parser.End();
        reading.LastEventId = parser.LastEventId;
        reading.ReconnectionTime = parser.ReconnectionTime;
        return reading;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        private Segment(byte[] bytes, long index) => (Memory, RunningIndex) = (bytes, index);

        public static ReadOnlySequence<byte> Join(IReadOnlyList<byte[]> pieces)
        {
            var first = new Segment([], 0);
            Segment last = first;
            foreach (byte[] piece in pieces)
            {
                var next = new Segment(piece, last.RunningIndex + last.Memory.Length);
                last.Next = next;
                last = next;
            }

            return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
        }
    }
}
