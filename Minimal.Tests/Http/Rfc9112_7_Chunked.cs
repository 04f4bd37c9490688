using System.Buffers;
using System.Text;
using Minimal.Http.Wire;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>RFC 9112 §7: the chunked transfer coding, in both directions.</summary>
public sealed class Rfc9112_7_Chunked
{
    private const string H = "Host: a\r\n";
    private const string Probe = $"GET /probe HTTP/1.1\r\n{H}\r\n";

    [Theory]
    [Requirement("H1-7.1-01")]
    [InlineData("a\r\n0123456789\r\n0\r\n\r\n")]
    [InlineData("A\r\n0123456789\r\n0\r\n\r\n")]
    [InlineData("00000A\r\n0123456789\r\n0\r\n\r\n")]
    [InlineData("a\r\n0123456789\r\n000\r\n\r\n")]
    [InlineData("0000000000000000000000000000000A\r\n0123456789\r\n0\r\n\r\n")]
    public void A_size_is_hexadecimal(string body) => AssertContent("0123456789", body);

    [Theory]
    [Requirement("H1-7.1-02")]
    [InlineData("10000000000000005\r\nhello\r\n0\r\n\r\n")]
    [InlineData("FFFFFFFFFFFFFFFF\r\nhello\r\n")]
    [InlineData("8000000000000000\r\nhello\r\n")]
    [InlineData("00000000000000008000000000000000\r\nhello\r\n")]
    public void A_size_does_not_overflow(string body) => AssertRefused(HttpRules.ChunkTooLarge, body);

    [Theory]
    [Requirement("H1-7.1-02")]
    [InlineData("7FFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n")]
    [InlineData("100000000\r\nhello\r\n0\r\n\r\n")]
    public void A_large_size_is_not_a_small_one(string body)
    {
        BodyReader reader = BodyReader.ReadChunked(body);
        Assert.Equal((ParseStatus.NeedMore, "hello\r\n0\r\n\r\n"), (reader.Status, Encoding.ASCII.GetString(reader.Content)));
    }

    [Theory]
    [Requirement("H1-7.1-03")]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("+5")]
    [InlineData("0x5")]
    [InlineData(" 5")]
    [InlineData("5 ")]
    [InlineData("5\t")]
    [InlineData("5_0")]
    [InlineData("g")]
    [InlineData("5\x00")]
    [InlineData(";a=b")]
    [InlineData("5 5")]
    [InlineData("5,")]
    [InlineData("\xB5")]
    public void A_size_is_nothing_else(string size)
    {
        AssertRefused(HttpRules.InvalidChunkSize, $"{size}\r\nhello\r\n0\r\n\r\n");
        string request = $"POST /e HTTP/1.1\r\n{H}Transfer-Encoding: chunked\r\n\r\n{size}\r\n{Probe}";
        Assert.Equal(ParseStatus.Invalid, Assert.Single(RequestReader.ReadAll(request)).Status);
    }

    [Theory]
    [Requirement("H1-7.1-04", "H1-7.1-05")]
    [InlineData("5\r\nhelloXX\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello0\r\n\r\n")]
    [InlineData("5\r\nhel\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello\r\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello\n0\r\n\r\n")]
    [InlineData("5\r\nhello\r0\r\n\r\n")]
    public void Data_ends_with_CRLF(string body) => AssertRefused(HttpRules.InvalidChunkEnd, body);

    [Theory]
    [Requirement("H1-7.1-05", "H1-7.1.1-04")]
    [InlineData("5\nhello\r\n0\r\n\r\n")]
    [InlineData("5\rhello\r0\r\r")]
    [InlineData("5;a\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a\n\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a\rb\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a=\"\n\"\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\r\r\nhello\r\n0\r\n\r\n")]
    [InlineData("0\n\r\n")]
    public void The_line_with_a_size_ends_with_CRLF(string body) => AssertRefused(HttpRules.InvalidChunkLineEnd, body);

    [Fact]
    [Requirement("H1-7.1-07", "H1-8-02")]
    public void The_body_ends_with_the_empty_line()
    {
        const string Body = "5\r\nhello\r\n0\r\n\r\n";
        for (int length = 0; length < Body.Length; length++)
        {
            Assert.Equal(ParseStatus.NeedMore, BodyReader.ReadChunked(Body[..length]).Status);
        }

        Assert.Equal(ParseStatus.Complete, BodyReader.ReadChunked(Body).Status);
    }

    [Theory]
    [Requirement("H1-7.1.1-01", "H1-7.1.1-02")]
    [InlineData("5;foo\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a=b;c=\"x;\\\"y\"\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello\r\n0;last=1\r\n\r\n")]
    [InlineData("5 ; a = b\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\t;\ta\t=\tb\t;c\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a=\"\"\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a=\"\t \xFF\\\xFF\"\r\nhello\r\n0\r\n\r\n")]
    public void Extensions_are_passed_over(string body) => AssertContent("hello", body);

    [Theory]
    [Requirement("H1-7.1.1-04")]
    [InlineData(";")]
    [InlineData(";=b")]
    [InlineData(";a=")]
    [InlineData(";a=\"x")]
    [InlineData(";a=\"x\\")]
    [InlineData(";a=\"x\\\"")]
    [InlineData(";a\x00")]
    [InlineData(";a=\"\x01\"")]
    [InlineData(";a=\"\\\x7F\"")]
    [InlineData(";a b")]
    [InlineData(";a ")]
    [InlineData(";a=b ")]
    [InlineData(";a=\"b\"c")]
    [InlineData(";a=b=c")]
    [InlineData(";;a")]
    [InlineData(";a;")]
    [InlineData(";a=[b]")]
    public void A_malformed_extension_is_refused(string extension)
    {
        AssertRefused(HttpRules.InvalidChunkExtension, $"5{extension}\r\nhello\r\n0\r\n\r\n");
        AssertRefused(HttpRules.InvalidChunkExtension, $"0{extension}\r\n\r\n");
    }

    [Fact]
    [Requirement("H1-7.1.1-03", "HS-17.5-01")]
    public void A_line_with_a_size_is_refused_one_byte_behind_its_limit()
    {
        int most = HttpLimits.Default.MaxChunkLineBytes;
        string Line(int length) => $"5;{new string('a', length - 2)}";
        AssertContent("hello", $"{Line(most)}\r\nhello\r\n0\r\n\r\n");
        AssertRefused(HttpRules.ChunkExtensionsTooLarge, $"{Line(most + 1)}\r\nhello\r\n0\r\n\r\n");
        AssertRefused(HttpRules.ChunkExtensionsTooLarge, Line(most + 1));
        Assert.Equal(ParseStatus.NeedMore, BodyReader.ReadChunked(Line(most)).Status);

        BodyReader endless = BodyReader.ReadChunked([Encoding.ASCII.GetBytes(Line(65_536))]);
        Assert.Equal(HttpRules.ChunkExtensionsTooLarge, endless.Broken);
    }

    [Fact]
    [Requirement("H1-7.1.1-03", "HS-17.5-01")]
    public void Extensions_of_all_chunks_have_one_limit()
    {
        string chunk = $"1;{new string('a', 99)}\r\nx\r\n";
        string body = string.Concat(Enumerable.Repeat(chunk, 10_000));
        BodyReader reader = BodyReader.ReadChunked([Encoding.ASCII.GetBytes(body)]);
        Assert.Equal((ParseStatus.Invalid, HttpRules.ChunkExtensionsTooLarge), (reader.Status, reader.Broken));
        Assert.Equal(HttpLimits.Default.MaxChunkExtensionBytes / 100, reader.Content.Length);
    }

    [Fact]
    [Requirement("H1-7.1.1-03")]
    public void Zeros_that_are_no_use_have_the_limit_of_extensions()
    {
        string body = string.Concat(Enumerable.Repeat($"{new string('0', 1000)}1\r\nx\r\n", 100));
        BodyReader reader = BodyReader.ReadChunked([Encoding.ASCII.GetBytes(body)]);
        Assert.Equal((ParseStatus.Invalid, HttpRules.ChunkExtensionsTooLarge), (reader.Status, reader.Broken));
    }

    [Fact]
    [Requirement("H1-7.1.2-01", "H1-7.1.2-02")]
    public void Trailers_are_kept_apart_from_the_head()
    {
        const string Trailers = "X-Sum: 1\r\nContent-Length: 100\r\nTransfer-Encoding: chunked\r\nHost: evil\r\nAuthorization: x\r\n"
            + "Content-Type: y\r\nCookie: z\r\nConnection: close\r\n";
        IReadOnlyList<RequestReader> requests = RequestReader.ReadAll(
            $"POST /e HTTP/1.1\r\n{H}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n{Trailers}\r\n{Probe}");
        Assert.Equal(["/e", "/probe"], requests.Select(request => request.Head!.Path));
        Assert.Equal<HttpField>([new HttpField("Host", "a"), new HttpField("Transfer-Encoding", "chunked")], requests[0].Head!.Fields);
        Assert.Equal(8, requests[0].Body!.Trailers!.Count);
        Assert.Equal("1", requests[0].Body!.Trailers!.First("x-sum"));
        Assert.True(Persistence.Decide(requests[0].Head!));
    }

    [Fact]
    [Requirement("H1-7.1.2-01")]
    public void Trailers_are_not_there_before_the_body_is_complete()
    {
        Assert.Null(BodyReader.ReadChunked("0\r\nX: a\r\n").Trailers);
        Assert.Null(BodyReader.ReadChunked("0\r\n\r\n").Trailers);
        Assert.Equal("a", BodyReader.ReadChunked("0\r\nX: a\r\n\r\n").Trailers?.First("X"));
    }

    [Fact]
    [Requirement("H1-7.1.2-03", "HS-17.5-01")]
    public void Trailers_are_refused_one_byte_behind_their_limit()
    {
        int most = HttpLimits.Default.MaxTrailerBytes;
        string Section(int length) => $"0\r\nX: {new string('a', length - 5)}\r\n\r\n";
        Assert.Equal(ParseStatus.Complete, ReadOnce(Section(most)).Status);
        Assert.Equal(HttpRules.TrailersTooLarge, ReadOnce(Section(most + 1)).Broken);
        Assert.Equal(HttpRules.TrailersTooLarge, ReadOnce($"0\r\n{new string('a', most + 1)}").Broken);
        Assert.Equal(HttpRules.TrailersTooLarge, ReadOnce($"0\r\n{string.Concat(Enumerable.Repeat("X: a\r\n", 10_000))}").Broken);
        Assert.Equal(HttpRules.TrailersTooLarge, BodyReader.ReadChunked("0\r\nA: 2345678\r\nB: 345678", new HttpLimits { MaxTrailerBytes = 20 }).Broken);
        Assert.Equal(HttpRules.TrailersTooLarge, BodyReader.ReadChunked("0\r\nA: 2345678\r\nB: 34567\r\n", new HttpLimits { MaxTrailerBytes = 20 }).Broken);
        Assert.Null(BodyReader.ReadChunked("0\r\nA: 2345678\r\nB: 34567", new HttpLimits { MaxTrailerBytes = 20 }).Broken);
        Assert.Equal(431, HttpRules.TrailersTooLarge.Code);
    }

    [Fact]
    public void Data_that_lies_in_many_segments_is_named_where_it_stands()
    {
        ReadOnlyMemory<byte> body = "8\r\nabcdefgh\r\n0\r\n\r\n"u8.ToArray();
        var trace = new RecordingTrace();
        var decoder = new ChunkedDecoder(HttpLimits.Default, trace);
        var input = new SequenceReader<byte>(Segments.Sequence(body[..5], body[5..6], body[6..9], body[9..]));
        while (decoder.Read(ref input, out _, out _) == ParseStatus.NeedMore && !input.End)
        {
        }

        trace.CheckCovers(body.Span);
        WireMark data = Assert.Single(trace.Marks, mark => mark.Part == WireParts.ChunkData);
        Assert.Equal((3L, 8), (data.Offset, data.Bytes.Length));
    }

    [Fact]
    [Requirement("H1-7.1.2-01")]
    public void Trailers_are_written_behind_the_last_chunk()
    {
        var trailers = new FieldSection(isTrailers: true);
        trailers.Add("X", "a");
        trailers.Add("Y", "");
        var output = new ArrayBufferWriter<byte>();
        ChunkedEncoder.WriteEnd(output, trailers);
        ChunkedEncoder.WriteEnd(output);
        Assert.Equal("0\r\nX: a\r\nY: \r\n\r\n0\r\n\r\n", Encoding.ASCII.GetString(output.WrittenSpan));
    }

    [Theory]
    [Requirement("HS-6.5.1-01")]
    [InlineData("authorization")]
    [InlineData("Cache-Control")]
    [InlineData("Content-Encoding")]
    [InlineData("Content-Range")]
    [InlineData("Content-Type")]
    [InlineData("Cookie")]
    [InlineData("Date")]
    [InlineData("Expires")]
    [InlineData("Host")]
    [InlineData("Location")]
    [InlineData("Max-Forwards")]
    [InlineData("Proxy-Authenticate")]
    [InlineData("Range")]
    [InlineData("Retry-After")]
    [InlineData("Set-Cookie")]
    [InlineData("TE")]
    [InlineData("Trailer")]
    [InlineData("Upgrade")]
    [InlineData("Vary")]
    [InlineData("WWW-Authenticate")]
    [InlineData("Content-Length")]
    [InlineData("Transfer-Encoding")]
    [InlineData("Connection")]
    [InlineData("Keep-Alive")]
    public void What_is_needed_before_the_body_is_no_trailer(string name)
    {
        var trailers = new FieldSection(isTrailers: true);
        Assert.Throws<InvalidOperationException>(() => trailers.Add(name, "a"));
        Assert.Throws<InvalidOperationException>(() => trailers.Set(name, "a"));
        Assert.Empty(trailers);
    }

    [Fact]
    [Requirement("H1-7.1.2-03", "HS-17.5-01")]
    public void There_are_as_many_trailers_as_fields_at_most()
    {
        int most = HttpLimits.Default.MaxFields;
        string Section(int count) => $"0\r\n{string.Concat(Enumerable.Repeat("X: a\r\n", count))}\r\n";
        Assert.Equal(most, ReadOnce(Section(most)).Trailers!.Count);
        Assert.Equal(HttpRules.TrailersTooLarge, ReadOnce(Section(most + 1)).Broken);
    }

    [Theory]
    [Requirement("H1-7.1.2-04")]
    [InlineData("bad line\r\n", nameof(HttpRules.ColonMissing))]
    [InlineData("A : b\r\n", nameof(HttpRules.SpaceBeforeColon))]
    [InlineData(" folded\r\n", nameof(HttpRules.ObsoleteFold))]
    [InlineData("A: b\r\n c\r\n", nameof(HttpRules.ObsoleteFold))]
    [InlineData(": b\r\n", nameof(HttpRules.InvalidFieldName))]
    [InlineData("A: \0\r\n", nameof(HttpRules.InvalidFieldValue))]
    [InlineData("A: b\n", nameof(HttpRules.BareLineFeed))]
    [InlineData("\n", nameof(HttpRules.BareLineFeed))]
    [InlineData("A: b\rc\r\n", nameof(HttpRules.BareCarriageReturn))]
    [InlineData("\r\r\n", nameof(HttpRules.BareCarriageReturn))]
    public void A_trailer_is_a_field_line(string section, string rule) =>
        AssertRefused(HttpRules.All.Single(row => row.Name == rule), $"0\r\n{section}\r\n");

    [Fact]
    [Requirement("H1-7.1.3-01")]
    public void Content_is_data_and_nothing_else()
    {
        string chunks = string.Concat("{\"a\":1}".Select(character => $"1;x=\"{(int)character}\"\r\n{character}\r\n"));
        AssertContent("{\"a\":1}", $"{chunks}0;y\r\nX-Sum: 1\r\n\r\n");
    }

    [Fact]
    [Requirement("H1-7.1-08")]
    public void Empty_data_is_no_chunk()
    {
        var output = new ArrayBufferWriter<byte>();
        ChunkedEncoder.Write([], output);
        ChunkedEncoder.Write("x"u8, output);
        ChunkedEncoder.Write([], output);
        ChunkedEncoder.WriteEnd(output);
        Assert.Equal("1\r\nx\r\n0\r\n\r\n", Encoding.ASCII.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData(1L, "1\r\n")]
    [InlineData(255L, "ff\r\n")]
    [InlineData(65_536L, "10000\r\n")]
    [InlineData(long.MaxValue, "7fffffffffffffff\r\n")]
    public void A_size_is_written_as_it_is_read(long size, string line)
    {
        var output = new ArrayBufferWriter<byte>();
        ChunkedEncoder.WriteHead(size, output);
        Assert.Equal(line, Encoding.ASCII.GetString(output.WrittenSpan));
        Assert.InRange(output.WrittenCount, 0, ChunkedEncoder.MaxHeadBytes);
        Assert.Throws<ArgumentOutOfRangeException>(() => ChunkedEncoder.WriteHead(0, output));
    }

    [Fact]
    [Requirement("HS-2.3-02")]
    public void Limits_may_be_as_large_as_numbers_are()
    {
        var vast = new HttpLimits
        {
            MaxRequestLineBytes = int.MaxValue,
            MaxMethodBytes = int.MaxValue,
            MaxFieldBytes = int.MaxValue,
            MaxFields = int.MaxValue,
            MaxEmptyLines = int.MaxValue,
            MaxChunkLineBytes = int.MaxValue,
            MaxChunkExtensionBytes = int.MaxValue,
            MaxTrailerBytes = int.MaxValue,
        };
        const string Body = "5;a\r\nhello\r\n0\r\nX: a\r\n\r\n";
        RequestReader reader = RequestReader.Read($"POST /e HTTP/1.1\r\n{H}Transfer-Encoding: chunked\r\n\r\n{Body}", vast);
        Assert.Equal((ParseStatus.Complete, "a"), (reader.Status, reader.Body!.Trailers!.First("X")));
        Assert.InRange(vast.MaxHeadBytes, int.MaxValue, long.MaxValue);
    }

    private static BodyReader ReadOnce(string body) => BodyReader.ReadChunked([Encoding.Latin1.GetBytes(body)]);

    private static void AssertContent(string content, string body)
    {
        BodyReader reader = BodyReader.ReadChunked(body);
        Assert.Equal((ParseStatus.Complete, null, content), (reader.Status, reader.Broken, Encoding.Latin1.GetString(reader.Content)));
    }

    private static void AssertRefused(ProtocolRule rule, string body)
    {
        BodyReader reader = BodyReader.ReadChunked(body);
        Assert.Equal((ParseStatus.Invalid, rule), (reader.Status, reader.Broken));
    }
}
