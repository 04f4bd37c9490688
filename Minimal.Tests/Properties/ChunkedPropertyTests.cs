using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.Tests.Http;
using Xunit;

namespace Minimal.Tests.Properties;

public sealed class ChunkedPropertyTests
{
    private static readonly Arbitrary<byte[][]> Pieces = Arb.From(
        Gen.Choose(0, 6).SelectMany(count => Gen.ArrayOf(HttpBytesGen.Bytes(least: 0, most: 20), count)),
        pieces => Shrinking.List(pieces, Shrinking.Bytes).Select(list => list.ToArray()));

    private static readonly Arbitrary<HttpField[]> Trailers = Arb.From(
        from count in Gen.Choose(0, 2)
        from fields in Gen.ArrayOf(HttpFieldGen.Plain, count)
        select fields.Select(field => new HttpField(field.Name, field.Value)).ToArray());

    private static readonly Dictionary<string, ReadChunked> Misreadings = new()
    {
        ["sees the first segment only"] = (segments, trace) => BodyReader.ReadChunked([segments[0]], trace: trace),
        ["searches the end of the body instead of reaching it"] = (segments, trace) => ReadUpTo("\r\n0\r\n\r\n", segments, trace),
        ["searches the end of data instead of counting"] = (segments, trace) => ReadUpTo("\r\n\r\n", segments, trace),
        ["marks the last chunk like any other"] = (segments, trace) => BodyReader.ReadChunked(segments, trace: new Renaming(trace!)),
    };

    private static readonly Dictionary<string, WriteChunked> Miswritings = new()
    {
        ["writes an empty chunk for empty data"] = (pieces, trailers, output) => Write(pieces, trailers, output, writesEmpty: true),
        ["writes sizes in decimal"] = (pieces, trailers, output) => Write(pieces, trailers, output, format: "d"),
        ["forgets the CRLF behind data"] = (pieces, trailers, output) => Write(pieces, trailers, output, end: ""),
        ["ends data with LF"] = (pieces, trailers, output) => Write(pieces, trailers, output, end: "\n"),
        ["writes trailers in front of the last chunk"] = (pieces, trailers, output) =>
        {
            ChunkedEncoder.WriteEnd(output, Section(trailers));
            Write(pieces, [], output);
        },
    };

    public static TheoryData<string> MisreadingNames => [.. Misreadings.Keys];

    public static TheoryData<string> MiswritingNames => [.. Miswritings.Keys];

    [Property(Tests = 2000)]
    [Requirement("H1-7.1-01", "H1-7.1.1-01", "H1-7.1.1-02", "H1-7.1.2-01", "H1-7.1.3-01", "H1-2.2-10")]
    public void A_valid_body_is_read_as_it_was_meant_however_it_comes(ChunkedBodyModel body, Segmentation segmentation) =>
        ChunkedProperties.ReadsAsMeant(Ours, body, segmentation);

    [Fact]
    [Requirement("H1-7.1-08", "H1-7.1.3-01")]
    public void What_is_written_in_pieces_arrives_whole() => PropertyCheck.Holds(ArrivesWhole(Write), tests: 2000);

    [Property(Tests = 1000)]
    public void Any_bound_on_data_gives_the_same_content(ChunkedBodyModel body, PositiveInt most) =>
        Assert.Equal(body.Content, ReadWithBound(body.ToBytes(), most.Get));

    [Property(Tests = 2000)]
    [Requirement("H1-7.1-03")]
    public void Behind_a_broken_rule_nothing_is_read_any_more(ChunkedBodyModel body, HttpBytes wrong)
    {
        byte[] bytes = [.. wrong.Value, .. body.ToBytes()];
        var decoder = new ChunkedDecoder(HttpLimits.Default);
        if (ReadToTheEnd(ref decoder, bytes, out ProtocolRule? broken) != ParseStatus.Invalid) return;

        Assert.Equal(ParseStatus.Invalid, ReadToTheEnd(ref decoder, body.ToBytes(), out ProtocolRule? again));
        Assert.Same(broken, again);
        Assert.Null(decoder.Trailers);
    }

    [Theory]
    [MemberData(nameof(MisreadingNames))]
    public void A_decoder_that_misreads_is_found(string fault) => PropertyCheck.MustFail(Prop.ForAll(
        HttpArbitraries.Chunked(),
        HttpArbitraries.Segmentations(),
        (body, cut) => ChunkedProperties.ReadsAsMeant(Misreadings[fault], body, cut)));

    [Theory]
    [MemberData(nameof(MiswritingNames))]
    public void An_encoder_that_miswrites_is_found(string fault) => PropertyCheck.MustFail(ArrivesWhole(Miswritings[fault]));

    private static FsCheck.Property ArrivesWhole(WriteChunked write) => Prop.ForAll(
        Pieces,
        Trailers,
        HttpArbitraries.Segmentations(),
        (pieces, trailers, cut) => ChunkedProperties.ArrivesWhole(write, pieces, trailers, cut));

    private static BodyReader Ours(IReadOnlyList<ReadOnlyMemory<byte>> segments, WireTrace? trace) =>
        BodyReader.ReadChunked(segments, trace: trace);

    private static BodyReader ReadUpTo(string end, IReadOnlyList<ReadOnlyMemory<byte>> segments, WireTrace? trace)
    {
        string text = Encoding.Latin1.GetString(Segments.Join(segments));
        int at = text.IndexOf(end, StringComparison.Ordinal);
        byte[] bytes = Encoding.Latin1.GetBytes(at < 0 ? text : text[..(at + end.Length)]);
        return BodyReader.ReadChunked([bytes], trace: trace);
    }

    private static void Write(IReadOnlyList<byte[]> pieces, IReadOnlyList<HttpField> trailers, IBufferWriter<byte> output)
    {
        foreach (byte[] piece in pieces) ChunkedEncoder.Write(piece, output);
        ChunkedEncoder.WriteEnd(output, Section(trailers));
    }

    private static void Write(
        IReadOnlyList<byte[]> pieces, IReadOnlyList<HttpField> trailers, IBufferWriter<byte> output,
        bool writesEmpty = false, string format = "x", string end = "\r\n")
    {
        foreach (byte[] piece in pieces.Where(piece => piece.Length > 0 || writesEmpty))
        {
            output.Write(Encoding.ASCII.GetBytes($"{piece.Length.ToString(format, null)}\r\n"));
            output.Write(piece);
            output.Write(Encoding.ASCII.GetBytes(end));
        }

        ChunkedEncoder.WriteEnd(output, Section(trailers));
    }

    private static FieldSection Section(IReadOnlyList<HttpField> fields)
    {
        FieldSection section = new ResponseHead().Fields;
        foreach (HttpField field in fields) section.Add(field.Name, field.Value);
        return section;
    }

    private static byte[] ReadWithBound(byte[] bytes, int most)
    {
        var decoder = new ChunkedDecoder(HttpLimits.Default);
        var input = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes));
        var content = new List<byte>();
        while (decoder.Read(ref input, most, out ReadOnlySequence<byte> data, out _) == ParseStatus.NeedMore)
        {
            Assert.InRange(data.Length, 1, most);
            content.AddRange(data.ToArray());
        }

        return [.. content];
    }

    private static ParseStatus ReadToTheEnd(ref ChunkedDecoder decoder, byte[] bytes, out ProtocolRule? broken)
    {
        var input = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes));
        while (true)
        {
            ParseStatus status = decoder.Read(ref input, out ReadOnlySequence<byte> data, out broken);
            if (status != ParseStatus.NeedMore || data.IsEmpty) return status;
        }
    }

    private sealed class Renaming(WireTrace inner) : WireTrace
    {
        public override void Mark(WirePart part, long offset, ReadOnlySpan<byte> bytes) =>
            inner.Mark(part == WireParts.LastChunk ? WireParts.ChunkSize : part, offset, bytes);
    }
}
