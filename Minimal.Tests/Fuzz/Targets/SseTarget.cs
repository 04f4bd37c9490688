using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Sse;
using Minimal.Testing;
using Minimal.Tests.Sse;

namespace Minimal.Fuzz.Targets;

/// <summary>An event stream (HTML §9.2.6).</summary>
internal sealed class SseTarget : FuzzTarget
{
    private static readonly SseLimits Small = new() { MaxLineBytes = 40, MaxEventBytes = 60 };

    public override string Name => "sse";

    public override string Invariant =>
        "the events that a slow twin reads to the letter of the standard, at every split; each byte named once; events arrive when written again; limits end what goes beyond them, at the same place at every split";

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[] { "data", "data:", "data: ", "event: ", "id: ", "id", "retry: 15", ":", "\n", "\r", "\r\n", "\n\n", "\0", "99999999999999999999", "data :", "Data:" }
            .Select(System.Text.Encoding.Latin1.GetBytes),
        [0xEF, 0xBB, 0xBF], [0xEF, 0xBB], [0xC3, 0xA9], [0xF0, 0x9F, 0x98, 0x80], [0xC0, 0x80],
    ];

    public override Gen<byte[]> Inputs { get; } = Gen.OneOf(
        SseStreamGen.Valid.Select(stream => stream.ToBytes()),
        SseArbitraries.NearlyStreams().Generator.Select(mutant => mutant.ToBytes()),
        SseBytesGen.Any.Select(bytes => bytes.Value));

    public override void Check(byte[] input)
    {
        var trace = new RecordingTrace();
        SseReading whole = Read([input], null, trace);
        trace.CheckCovers(input);
        Demand.Same($"{SseReference.Read([input])}", $"{whole}", "not what the standard says");

        var cutTrace = new RecordingTrace();
        SseReading cut = Read(Cuts.Of(input), null, cutTrace);
        Demand.Same($"{whole}\n{Demand.Marks(trace)}", $"{cut}\n{Demand.Marks(cutTrace)}", "the answer depends on where the bytes are cut");
        CheckWritten(whole);

        SseReading limited = Read([input], Small, null);
        Demand.That(limited.Events.All(e => e.Data.Length <= Small.MaxEventBytes), "an event beyond the limit");
        Demand.Same($"{limited}", $"{Read(Cuts.Of(input), Small, null)}", "the limits depend on where the bytes are cut");
    }

    private static void CheckWritten(SseReading reading)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (SseEvent e in reading.Events) SseWriter.Write(e, output);
        SseReading again = Read([output.WrittenSpan.ToArray()], null, null);
        Demand.Same(Show(reading.Events), Show(again.Events), "other events when written again");
    }

    private static string Show(List<SseEvent> events) => string.Join("\n", events);

    private static SseReading Read(IReadOnlyList<ReadOnlyMemory<byte>> pieces, SseLimits? limits, WireTrace? trace)
    {
        var parser = new SseParser(limits, "", trace);
        var reading = new SseReading();
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            // The memory is lent for the call only.
            byte[] lent = piece.ToArray();
            ReadAll(ref parser, new ReadOnlySequence<byte>(lent), reading);
            Array.Fill(lent, (byte)'!');
        }

        reading.Broken = parser.Broken;
        parser.End();
        reading.LastEventId = parser.LastEventId;
        reading.ReconnectionTime = parser.ReconnectionTime;
        return reading;
    }

    private static void ReadAll(ref SseParser parser, ReadOnlySequence<byte> input, SseReading reading)
    {
        var reader = new SequenceReader<byte>(input);
        while (true)
        {
            long before = reader.Consumed;
            ParseStatus status = parser.Read(ref reader, out SseEventBytes dispatched);
            Demand.Answer(status, parser.Broken, SseRules.All);
            if (status == ParseStatus.Invalid) return;
            if (status == ParseStatus.NeedMore)
            {
                Demand.That(reader.End, "bytes are left that were not looked at");
                return;
            }

            Demand.That(reader.Consumed > before, "an event out of nothing");
            reading.Events.Add(dispatched.ToEvent());
        }
    }
}
