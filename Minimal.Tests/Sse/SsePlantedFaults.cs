using System.Buffers;
using System.Text;
using FsCheck;
using Minimal.Http.Wire;
using Minimal.Sse;
using Xunit;

namespace Minimal.Tests.Sse;

/// <summary>Readers and writers with one fault each: the property that is there to see it does.</summary>
public sealed class SsePlantedFaults
{
    private static readonly Dictionary<string, SseWrite> Writers = new()
    {
        ["loses all lines but the first"] = (e, output, _) => SseWriter.Write(e with { Data = e.Data.Split('\r', '\n')[0] }, output),
        ["splits data at LF only"] = (e, output, _) => Put(output, Head(e) + Lines(e.Data.Split('\n')) + "\n"),
        ["does not split data"] = (e, output, _) => Put(output, Head(e) + Lines(e.Data) + "\n"),
        ["takes CRLF for two line ends"] = (e, output, _) => Put(output, Head(e) + Lines(e.Data.Split('\r', '\n')) + "\n"),
        ["loses the last line if it is empty"] = (e, output, _) => SseWriter.Write(e with { Data = e.Data.TrimEnd('\r', '\n') }, output),
        ["splits data where others end lines"] = (e, output, _) => SseWriter.Write(e with { Data = e.Data.ReplaceLineEndings("\n") }, output),
        ["writes no empty data"] = (e, output, _) => Put(output, Head(e) + (e.Data.Length == 0 ? "" : Lines(Split(e.Data))) + "\n"),
        ["writes no space"] = (e, output, _) => Put(output, string.Join('\n', Written(e).Split('\n').Select(WithoutSpace))),
        ["forgets the empty line"] = (e, output, _) => Put(output, Written(e)[..^1]),
        ["writes a byte order mark"] = (e, output, _) => Put(output, "\uFEFF" + Written(e)),
        ["loses an empty ID"] = (e, output, _) => SseWriter.Write(e with { Id = e.Id is "" ? null : e.Id }, output),
        ["loses the type"] = (e, output, _) => SseWriter.Write(e with { Type = null }, output),
        ["loses NUL"] = (e, output, _) => SseWriter.Write(e with { Data = e.Data.Replace("\0", "", StringComparison.Ordinal) }, output),
        ["writes seconds"] = (e, output, _) => SseWriter.Write(e with { Retry = e.Retry / 1000 }, output),
        ["writes Latin-1"] = (e, output, _) => output.Write(Encoding.Latin1.GetBytes(Written(e))),
    };

    private static readonly Dictionary<string, Action<WireTrace, WirePart, long, byte[]>> Traces = new()
    {
        ["nothing is marked"] = (_, _, _, _) => { },
        ["line ends are not marked"] = (trace, part, offset, bytes) => Forward(trace, part, offset, bytes, times: part == SseParts.LineEnd ? 0 : 1),
        ["comments are not marked"] = (trace, part, offset, bytes) => Forward(trace, part, offset, bytes, times: part == SseParts.Comment ? 0 : 1),
        ["byte order marks are not marked"] = (trace, part, offset, bytes) => Forward(trace, part, offset, bytes, times: part == SseParts.ByteOrderMark ? 0 : 1),
        ["unfinished lines are not marked"] = (trace, part, offset, bytes) => Forward(trace, part, offset, bytes, times: part == SseParts.Unfinished ? 0 : 1),
        ["values are marked twice"] = (trace, part, offset, bytes) => Forward(trace, part, offset, bytes, times: part == SseParts.FieldValue ? 2 : 1),
        ["offsets stand still"] = (trace, part, _, bytes) => Forward(trace, part, 0, bytes, times: 1),
        ["bytes are not those of the stream"] = (trace, part, offset, bytes) => Forward(trace, part, offset, [.. bytes.Select(octet => (byte)~octet)], times: 1),
    };

    public static TheoryData<string> Misreadings => [.. Enum.GetNames<Misreading>().Where(name => name != nameof(Misreading.None))];

    public static TheoryData<string> WriterNames => [.. Writers.Keys];

    public static TheoryData<string> TraceNames => [.. Traces.Keys];

    [Theory]
    [MemberData(nameof(Misreadings))]
    public void A_reader_that_makes_a_mistake_does_not_read_as_the_standard(string mistake)
    {
        AssertFails(SseProperties.ReadsAsTheStandard(Misread(Enum.Parse<Misreading>(mistake))));
    }

    [Theory]
    [InlineData(nameof(Misreading.KeepsByteOrderMark))]
    [InlineData(nameof(Misreading.TrimsValues))]
    [InlineData(nameof(Misreading.TrimsData))]
    [InlineData(nameof(Misreading.DropsEmptyData))]
    [InlineData(nameof(Misreading.DispatchesUnfinished))]
    public void A_reader_that_loses_data_does_not_receive_what_the_framework_does(string mistake)
    {
        AssertFails(SseProperties.ReceivesTheDataOf(SseFramework.Read, Misread(Enum.Parse<Misreading>(mistake))));
    }

    [Theory]
    [InlineData(nameof(Misreading.KeepsTypeOfEventWithoutData))]
    [InlineData(nameof(Misreading.TakesIdBeforeDispatch))]
    [InlineData(nameof(Misreading.IgnoresHugeRetry))]
    [InlineData(nameof(Misreading.ReadsRetryBeforeNul))]
    public void Each_difference_of_the_framework_is_one(string mistake)
    {
        Misreading others = SseFramework.Differences & ~Enum.Parse<Misreading>(mistake);
        AssertFails(SseProperties.ReadsAs(Misread(others), SseFramework.Read));
    }

    [Theory]
    [InlineData(nameof(Misreading.DecodesEachPieceAlone))]
    [InlineData(nameof(Misreading.SeesTwoLineEndsInCutCrLf))]
    [InlineData(nameof(Misreading.StripsByteOrderMarkOfEachPiece))]
    public void A_reader_that_sees_the_pieces_is_not_split_invariant(string mistake)
    {
        AssertFails(SseProperties.IsSplitInvariant((pieces, _) => SseReference.Read(pieces, Enum.Parse<Misreading>(mistake))));
    }

    [Fact]
    public void A_reader_that_marks_each_piece_is_not_split_invariant()
    {
        AssertFails(SseProperties.IsSplitInvariant((pieces, trace) =>
        {
            long offset = 0;
            foreach (byte[] piece in pieces.Where(piece => piece.Length > 0))
            {
                trace.Mark(SseParts.FieldValue, offset, piece);
                offset += piece.Length;
            }

            return SseReference.Read(pieces);
        }));
    }

    [Fact]
    public void A_reader_that_looks_at_pieces_alone_is_not_one_of_segments()
    {
        AssertFails(SseProperties.ReadsAs(pieces => SseStreams.ReadPieces(pieces), pieces => SseStreams.ReadPieces([.. pieces.Take(1)])));
    }

    [Theory]
    [MemberData(nameof(TraceNames))]
    public void A_trace_with_a_fault_does_not_mark_every_byte(string fault)
    {
        AssertFails(SseProperties.MarksEveryByte((pieces, trace) => SseStreams.ReadPieces(pieces, trace: new FaultyTrace(trace, Traces[fault]))));
    }

    [Fact]
    public void A_reader_that_throws_is_not_total()
    {
        AssertFails(SseProperties.IsTotal(pieces => pieces.Any(piece => piece.AsSpan().IndexOf("id:\0"u8) >= 0)
            ? throw new InvalidDataException()
            : SseReference.Read(pieces)));
    }

    [Theory]
    [MemberData(nameof(WriterNames))]
    public void What_a_writer_with_a_fault_writes_does_not_arrive_whole(string fault)
    {
        AssertFails(SseProperties.ArrivesWhole(Writers[fault], SseReference.Read));
    }

    [Theory]
    [InlineData("does not split data")]
    [InlineData("splits data at LF only")]
    [InlineData("writes a byte order mark")]
    [InlineData("writes no space")]
    public void A_writer_with_a_fault_does_not_keep_to_the_format(string fault)
    {
        AssertFails(SseProperties.KeepsToTheFormat(Writers[fault]));
    }

    [Fact]
    public void A_writer_of_CRLF_does_not_keep_to_the_format_though_all_arrives()
    {
        static void WriteCrLf(SseEvent e, IBufferWriter<byte> output, WireTrace? trace) =>
            Put(output, Written(e).Replace("\n", "\r\n", StringComparison.Ordinal));

        SseProperties.ArrivesWhole(WriteCrLf, SseReference.Read).Check();
        AssertFails(SseProperties.KeepsToTheFormat(WriteCrLf));
    }

    [Fact]
    public void A_writer_that_names_nothing_or_too_much_does_not_name_as_a_reader()
    {
        static SseReading Read(IReadOnlyList<byte[]> pieces, WireTrace trace) => SseStreams.ReadPieces(pieces, trace: trace);

        AssertFails(SseProperties.NamesAsAReader((e, output, _) => SseWriter.Write(e, output), Read));
        AssertFails(SseProperties.NamesAsAReader((e, output, trace) =>
        {
            SseWriter.Write(e, output);
            trace!.Mark(SseParts.FieldValue, 0, Encoding.UTF8.GetBytes(Written(e)));
        }, Read));
    }

    private static void AssertFails(Property property)
    {
        Exception? thrown = Record.Exception(() => property.Check(5000));
        Assert.Contains("Falsifiable", thrown?.Message ?? "the property holds", StringComparison.Ordinal);
    }

    private static SseReader Misread(Misreading mistakes) => pieces => SseReference.Read(pieces, mistakes);

    private static string Head(SseEvent e) => Written(e with { Data = "" })[..^"data: \n\n".Length];

    private static string WithoutSpace(string line) =>
        line.IndexOf(": ", StringComparison.Ordinal) is >= 0 and int colon ? line.Remove(colon + 1, 1) : line;

    private static string Lines(params string[] lines) => string.Concat(lines.Select(line => $"data: {line}\n"));

    private static string[] Split(string data) => data.Split(["\r\n", "\r", "\n"], StringSplitOptions.None);

    private static string Written(SseEvent e)
    {
        var output = new ArrayBufferWriter<byte>();
        SseWriter.Write(e, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void Put(IBufferWriter<byte> output, string text) => output.Write(Encoding.UTF8.GetBytes(text));

    private static void Forward(WireTrace trace, WirePart part, long offset, byte[] bytes, int times)
    {
        for (int i = 0; i < times; i++) trace.Mark(part, offset, bytes);
    }

    private sealed class FaultyTrace(WireTrace inner, Action<WireTrace, WirePart, long, byte[]> pass) : WireTrace
    {
        public override void Mark(WirePart part, long offset, ReadOnlySpan<byte> bytes) => pass(inner, part, offset, bytes.ToArray());
    }
}
