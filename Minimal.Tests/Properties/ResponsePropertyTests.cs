using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.Tests.Http;
using Xunit;

namespace Minimal.Tests.Properties;

public sealed class ResponsePropertyTests
{
    private static readonly string[] OwnFields = ["Date", "Keep-Alive", "Connection", "Content-Length", "Transfer-Encoding"];

    private static readonly Arbitrary<Written> Heads = Arb.From(
        from status in Gen.Frequency((3, Gen.Elements(200, 204, 304, 404, 500)), (1, Gen.Choose(200, 599)))
        from reason in Gen.Elements<string?>(null, null, "", "Fine", "a\treason \u00FF")
        from framing in Gen.Elements<BodyFraming>(
            new(BodyKind.None), new(BodyKind.Length, 5), new(BodyKind.Length), new(BodyKind.Chunked), new(BodyKind.UntilClose))
        from connection in Gen.Elements(ConnectionOption.None, ConnectionOption.Close, ConnectionOption.KeepAlive)
        from count in Gen.Choose(0, 4)
        from fields in Gen.ArrayOf(HttpFieldGen.Plain, count)
        let allowed = fields.Where(IsAllowed).Select(field => new HttpField(field.Name, field.Value))
        select new Written(status, reason, framing, connection, [.. allowed]));

    /// <summary>Writes the head of a response; ours, or with a planted fault.</summary>
    private delegate void WriteHead(Written head, IBufferWriter<byte> output);

    private static Dictionary<string, WriteHead> Miswritings { get; } = new()
    {
        ["leaves the space out when there is no reason"] = Replacing(" \r\n", "\r\n"),
        ["ends lines with LF"] = Replacing("\r\n", "\n"),
        ["folds long values"] = Replacing(": ", ":\r\n "),
        ["writes the space behind the status line"] = Replacing("\r\nDate", "\r\n Date"),
        ["loses bytes beyond ASCII"] = Replacing("\u00FF", "?"),
        ["sends a length with chunks"] = Replacing("Transfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
        ["closes silently"] = Replacing("Connection: close\r\n", ""),
    };

    public static TheoryData<string> MiswritingNames => [.. Miswritings.Keys];

    [Property(Tests = 2000)]
    [Requirement("H1-2.1-01", "H1-5-01", "H1C-6.3-01", "H1C-6.3-03")]
    public void A_valid_response_is_read_to_its_last_byte_as_it_was_meant(HttpResponseModel response)
    {
        var trace = new RecordingTrace();
        ResponseReader reader = ResponseReader.Read([response.ToBytes()], trace: trace);
        bool hasEnd = reader.Body!.Framing.Kind != BodyKind.UntilClose;
        Assert.Equal(hasEnd ? ParseStatus.Complete : ParseStatus.NeedMore, reader.Status);
        Assert.Equal((response.Status, response.Reason), (reader.Head.Status, reader.Head.Reason));
        Assert.Equal(response.Fields.Select(field => new HttpField(field.Name, field.Value)), reader.Head.Fields);
        Assert.Equal(response.Body.Content, reader.Body.Content);
        Assert.Equal(WirePiece.Marks(response.Pieces()), trace.Marks);
    }

    [Property(Tests = 100)]
    [Requirement("H1-2.2-10")]
    public void A_nearly_valid_response_is_read_alike_at_every_split(HttpResponseModel response, HttpBytes wrong, NonNegativeInt place)
    {
        byte[] valid = response.ToBytes();
        int at = place.Get % (valid.Length + 1);
        byte[] bytes = [.. valid[..at], .. wrong.Value.Take(3), .. valid[at..]];
        Splits.Run(bytes, segments =>
        {
            var trace = new RecordingTrace();
            ResponseReader reader = ResponseReader.Read(segments, trace: trace);
            trace.CheckBegins(bytes);
            Assert.Equal(reader.Status == ParseStatus.Invalid, reader.Broken is not null);
            return $"{reader}\n{trace}";
        });
    }

    [Property(Tests = 2000)]
    [Requirement("HS-2.3-01")]
    public void A_parser_without_a_scanner_has_an_answer_too(HttpBytes bytes)
    {
        var trace = new RecordingTrace();
        ResponseHead? head = new ResponseHeadParser([.. "HTTP/1.1 200 OK\r\n"u8, .. bytes.Value], trace).Parse(out ProtocolRule? broken);
        Assert.Equal(head is null, broken is not null);
    }

    [Fact]
    [Requirement("H1-2.2-03", "H1-2.2-07", "H1-4-01", "H1-4-02", "H1-5.2-01", "H1-6.2-01", "HS-2.2-01", "HS-6.2-01")]
    public void What_is_written_is_what_is_read() => PropertyCheck.Holds(Heads, head => ArrivesWhole(Write, head), tests: 2000);

    [Theory]
    [MemberData(nameof(MiswritingNames))]
    public void A_writer_with_a_fault_is_found(string fault) =>
        PropertyCheck.MustFail(Heads, head => ArrivesWhole(Miswritings[fault], head));

    private static void ArrivesWhole(WriteHead write, Written head)
    {
        var output = new ArrayBufferWriter<byte>();
        write(head, output);
        AssertStrict(Encoding.Latin1.GetString(output.WrittenSpan));

        ResponseReader reader = ResponseReader.Read([output.WrittenMemory]);
        Assert.Null(reader.Broken);
        ResponseHead read = reader.Head;
        Assert.Equal((head.Status, head.Reason ?? StatusReason.Of(head.Status)), (read.Status, read.Reason));
        Assert.Equal(head.Fields, read.Fields.Where(field => !OwnFields.Contains(field.Name)));
        Assert.Equal("Sun, 06 Nov 1994 08:49:37 GMT", read.Fields.First("Date"));
        Assert.Equal(head.Connection == ConnectionOption.Close, read.Fields.HasMember("Connection", "close"));
        Assert.Equal(head.Framed, reader.Body!.Framing);
    }

    // status-line CRLF *( field-line CRLF ) CRLF, with CR and LF nowhere else, no folds, and one framing field at most
    private static void AssertStrict(string written) => Assert.Matches(
        @"\AHTTP/1\.1 [2-5]\d\d [\t \x21-\x7E\x80-\xFF]*\r\n([!#$%&'*+\-.^_`|~0-9A-Za-z]+: ?[\t \x21-\x7E\x80-\xFF]*\r\n)*\r\n\z", written);

    private static void Write(Written written, IBufferWriter<byte> output)
    {
        var head = new ResponseHead { Status = written.Status, Reason = written.Reason };
        foreach (HttpField field in written.Fields) head.Fields.Add(field.Name, field.Value);
        ResponseHeadWriter.Write(head, written.Framing, written.Connection, "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"u8, output);
    }

    private static WriteHead Replacing(string old, string now) => (head, output) =>
    {
        var ours = new ArrayBufferWriter<byte>();
        Write(head, ours);
        output.Write(Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(ours.WrittenSpan).Replace(old, now, StringComparison.Ordinal)));
    };

    private static bool IsAllowed(HttpFieldModel field) => !OwnFields.Any(field.Is);

    private sealed record Written(
        int Status, string? Reason, BodyFraming Framing, ConnectionOption Connection, IReadOnlyList<HttpField> Fields)
    {
        /// <summary>As a client sees it: a body without fields ends with the connection, and some statuses have none.</summary>
        public BodyFraming Framed => (BodyFraming.StatusAllowsBody(Status), Framing) switch
        {
            (false, _) or (_, { Kind: BodyKind.Length, Length: 0 }) => new BodyFraming(BodyKind.None),
            (_, { Kind: BodyKind.None }) => new BodyFraming(BodyKind.UntilClose),
            _ => Framing,
        };

        public override string ToString() => $"{Status} {Reason} {Framing} {Connection} {string.Join(", ", Fields)}";
    }
}
