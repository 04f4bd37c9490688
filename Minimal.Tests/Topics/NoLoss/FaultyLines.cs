using System.Buffers;
using System.Text;
using Minimal.Http;
using Minimal.Http.Topics;

namespace Minimal.Tests.Topics;

/// <summary>What a stream of lines can do wrong.</summary>
public enum LineFault
{
    LosesEveryFifth, DoublesEveryFifth, SwapsTwo, ChangesData, HidesGaps, ShortensGaps, OpensTooFar, ForgetsTheEnd, EndsTooEarly,
}

/// <summary>NDJSON with one fault, to show that it would be noticed.</summary>
internal sealed class FaultyLines(LineFault fault) : TopicStreamTransport
{
    private readonly Format _format = new(fault);

    public override string Name => "ndjson";

    protected override ValueTask<TopicStreamFormat?> ChooseFormatAsync(HttpExchange exchange, TopicSubscription subscription) => new(_format);

    private sealed class Line(LineFault fault) : TopicFraming
    {
        private TopicMessage? _held;

        public override void Write(in TopicMessage message, IBufferWriter<byte> output)
        {
            bool isFifth = message.Id.Sequence % 5 == 0;
            if (fault == LineFault.SwapsTwo && isFifth && _held is null)
            {
                _held = message;
                return;
            }

            if (fault != LineFault.LosesEveryFifth || !isFifth) WriteLine(message, output);
            if (fault == LineFault.DoublesEveryFifth && isFifth) WriteLine(message, output);
            if (_held is { } held) WriteLine(held, output);
            _held = null;
        }

        private void WriteLine(TopicMessage message, IBufferWriter<byte> output)
        {
            if (fault == LineFault.ChangesData && message.Id.Sequence % 5 == 0) message = message with { Data = "other"u8.ToArray() };
            MessageJson.Write(message, output);
            output.Write("\n"u8);
        }
    }

    private sealed class Format(LineFault fault) : TopicStreamFormat
    {
        public override string ContentType => "application/x-ndjson";

        public override TopicFraming Framing { get; } = new Line(fault);

        public override void WriteOpen(Cursor at, IBufferWriter<byte> output) =>
            Write(StreamRecord.Open(fault == LineFault.OpensTooFar ? new Cursor(at.Epoch, at.Sequence + 1) : at), output);

        public override void WriteGap(TopicGap gap, IBufferWriter<byte> output)
        {
            if (fault == LineFault.HidesGaps) return;
            Write(StreamRecord.Gap(fault == LineFault.ShortensGaps && gap.From.Epoch == gap.To.Epoch ? gap with { From = gap.To } : gap), output);
        }

        public override void WriteEnd(Cursor at, IBufferWriter<byte> output)
        {
            if (fault != LineFault.ForgetsTheEnd) Write(StreamRecord.End(at), output);
        }

        public override void WriteAgain(Cursor at, TimeSpan wait, IBufferWriter<byte> output) =>
            Write(fault == LineFault.EndsTooEarly ? StreamRecord.End(at) : StreamRecord.Again(at, wait), output);

        private static void Write(string record, IBufferWriter<byte> output) => output.Write(Encoding.ASCII.GetBytes($"{record}\n"));
    }
}
