using Minimal.Http.Wire;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>RFC 9112 §6: how the end of a body is found.</summary>
public sealed class Rfc9112_6_Body
{
    private const string H = "Host: a\r\n";
    private const string Probe = $"GET /probe HTTP/1.1\r\n{H}\r\n";

    [Fact]
    [Requirement("H1-6-01")]
    public void The_fields_say_whether_there_is_a_body_not_the_method()
    {
        IReadOnlyList<RequestReader> requests = RequestReader.ReadAll($"GET / HTTP/1.1\r\n{H}Content-Length: 5\r\n\r\nhello{Probe}");
        Assert.Equal(["/", "/probe"], requests.Select(request => request.Head!.Path));
        Assert.Equal("hello"u8.ToArray(), requests[0].Content);
    }

    [Fact]
    [Requirement("H1-6.3-06", "H1-6.3-10")]
    public void Without_fields_the_next_request_follows()
    {
        Assert.Equal(["/e", "/probe"], RequestReader.ReadAll($"POST /e HTTP/1.1\r\n{H}\r\n{Probe}").Select(request => request.Head!.Path));
        Assert.Equal(BodyKind.None, Framing("Connection: close").Kind);
    }

    [Theory]
    [Requirement("H1-6.1-01", "H1-6.3-03")]
    [InlineData("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("Content-Length: 5\r\n", "hello")]
    public void A_framing_field_may_be_the_first_of_all(string line, string body) =>
        Assert.Equal("hello"u8.ToArray(), RequestReader.Read($"POST /e HTTP/1.1\r\n{line}{H}\r\n{body}").Content);

    [Theory]
    [InlineData("Content-Length: 5\r\nContent-Length: 5\r\n", nameof(HttpRules.LengthRepeated))]
    [InlineData("Content-Type: a/b\r\nContent-Type: a/b\r\n", nameof(HttpRules.ContentTypeRepeated))]
    [InlineData("Host: a\r\nContent-Type: a/b\r\nContent-Type: a/b\r\n", nameof(HttpRules.HostRepeated))]
    public void What_comes_twice_is_refused_from_the_first_line_on(string lines, string rule) =>
        Assert.Equal(rule, RequestReader.Read($"POST /e HTTP/1.1\r\n{lines}{H}\r\nhello").Broken?.Name);

    [Fact]
    [Requirement("H1-6.1-01")]
    public void Chunks_are_decoded_and_the_next_request_follows()
    {
        IReadOnlyList<RequestReader> requests = RequestReader.ReadAll(
            $"POST /e HTTP/1.1\r\n{H}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n{Probe}");
        Assert.Equal(["/e", "/probe"], requests.Select(request => request.Head!.Path));
        Assert.Equal("hello world"u8.ToArray(), requests[0].Content);
    }

    [Theory]
    [Requirement("H1-6.1-05", "H1-6.3-02", "H1-6.1-12", "H1-7.1-06", "H1-6.1-13")]
    [InlineData("foo, chunked", 501)]
    [InlineData("gzip, chunked", 501)]
    [InlineData("gzip;q=1, chunked", 501)]
    [InlineData("xchunked", 400)]
    [InlineData("chunked, foo", 400)]
    [InlineData("gzip", 400)]
    [InlineData("identity", 400)]
    [InlineData("chunked, identity", 400)]
    [InlineData("chunked, chunked", 400)]
    [InlineData("chunked, gzip, chunked", 400)]
    [InlineData("chunked;q=1", 400)]
    [InlineData("chunked;foo=bar", 400)]
    [InlineData("chunked ;q=1", 400)]
    [InlineData("", 400)]
    [InlineData(", chunked", 400)]
    [InlineData("chunked,", 400)]
    [InlineData(",,,", 400)]
    [InlineData("\"chunked\"", 400)]
    [InlineData("chunked chunked", 400)]
    [InlineData("chun ked", 400)]
    public void chunked_is_the_only_coding_and_comes_once(string coding, int code)
    {
        AssertRefused(code, $"Transfer-Encoding: {coding}");
        AssertRefused(code, string.Join("\r\n", coding.Split(',').Select(member => $"Transfer-Encoding: {member}")));
    }

    [Theory]
    [Requirement("H1-7-01")]
    [InlineData("TRANSFER-ENCODING: ChUnKeD")]
    [InlineData("transfer-encoding:CHUNKED")]
    [InlineData("Transfer-Encoding: \tchunked \t")]
    public void The_case_of_names_does_not_matter(string line) => Assert.Equal(new BodyFraming(BodyKind.Chunked), Framing(line));

    [Theory]
    [Requirement("H1-6.1-07", "H1-6.1-08")]
    [InlineData("Content-Length: 6\r\nTransfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 6")]
    [InlineData("Content-Length: 0\r\nTransfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: chunked\r\nX: y\r\nContent-Length:")]
    [InlineData("Transfer-Encoding:\r\nContent-Length: 6")]
    [InlineData("Transfer-Encoding: identity\r\nContent-Length: 6")]
    public void A_length_and_a_coding_do_not_come_together(string lines) => AssertRule(HttpRules.LengthAndCoding, "1.1", lines);

    [Theory]
    [Requirement("H1-6.1-09")]
    [InlineData("Transfer-Encoding: chunked\r\nConnection: keep-alive", nameof(HttpRules.CodingInOldVersion))]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5\r\nConnection: keep-alive", nameof(HttpRules.LengthAndCoding))]
    public void HTTP_1_0_has_no_codings(string lines, string rule)
    {
        AssertRule(HttpRules.All.Single(row => row.Name == rule), "1.0", lines);
        Assert.Equal(rule, ResponseReader.Read($"HTTP/1.0 200 OK\r\n{lines}\r\n\r\n0\r\n\r\n").Broken?.Name);
    }

    [Theory]
    [Requirement("H1-6.3-03", "HS-8.6-05")]
    [InlineData("abc")]
    [InlineData("+5")]
    [InlineData("-5")]
    [InlineData("-0")]
    [InlineData("5.0")]
    [InlineData("0x5")]
    [InlineData("5 5")]
    [InlineData("5_0")]
    [InlineData("1e1")]
    [InlineData("")]
    [InlineData("\xD9\xA5")]
    [InlineData("5;")]
    [InlineData("5,6")]
    [InlineData("5,")]
    [InlineData(",5")]
    [InlineData("\"5\"")]
    [InlineData("18446744073709551621")]
    [InlineData("9223372036854775808")]
    [InlineData("9999999999999999999")]
    [InlineData("99999999999999999999")]
    public void A_length_that_is_none_is_refused(string length)
    {
        AssertRefused(400, $"Content-Length: {length}");
        Assert.Equal(400, ResponseReader.Read($"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nhello").Broken?.Code);
    }

    [Theory]
    [Requirement("H1-6.3-03", "H1-6.3-04")]
    [InlineData("Content-Length: 5\r\nContent-Length: 6")]
    [InlineData("Content-Length: 5\r\nContent-Length: 5")]
    [InlineData("Content-Length: 5, 5")]
    public void There_is_one_length(string lines) => AssertRule(HttpRules.LengthRepeated, "1.1", lines);

    [Theory]
    [Requirement("H1-6.3-09", "HS-8.6-05")]
    [InlineData("0010", 10)]
    [InlineData("5", 5)]
    [InlineData("0000000000000000005", 5)]
    [InlineData("4294967301", 4294967301)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void A_length_is_decimal_and_exact(string text, long length) =>
        Assert.Equal(new BodyFraming(BodyKind.Length, length), Framing($"Content-Length: {text}"));

    [Theory]
    [InlineData("0")]
    [InlineData("000")]
    public void A_length_of_zero_means_no_body(string text) =>
        Assert.Equal(new BodyFraming(BodyKind.None), Framing($"Content-Length: {text}"));

    [Fact]
    [Requirement("H1-6.3-05")]
    public void A_body_is_not_complete_before_its_last_byte()
    {
        RequestReader reader = RequestReader.Read($"POST /e HTTP/1.1\r\n{H}Content-Length: 10\r\n\r\nhello");
        Assert.Equal((ParseStatus.NeedMore, 5), (reader.Status, reader.Content.Length));
    }

    [Fact]
    [Requirement("H1-6.1-02", "H1-6.1-03", "H1-6.2-01")]
    public void Framing_fields_are_not_the_program_s_to_set()
    {
        FieldSection fields = new ResponseHead().Fields;
        string[] names = ["Transfer-Encoding", "transfer-encoding", "Content-Length", "CONTENT-LENGTH", "Connection", "Keep-Alive"];
        foreach (string name in names)
        {
            Assert.Throws<InvalidOperationException>(() => fields.Add(name, "chunked"));
            Assert.Throws<InvalidOperationException>(() => fields.Set(name, "chunked"));
        }

        Assert.Empty(fields);
    }

    [Theory]
    [Requirement("H1-6.1-04", "HS-8.6-01", "HS-15.3.5-01")]
    [InlineData(101)]
    [InlineData(100)]
    [InlineData(204)]
    [InlineData(304)]
    public void A_status_without_content_has_no_framing_field(int status)
    {
        var head = new ResponseHead();
        head.SetStatus(status);
        foreach (long? length in new long?[] { null, 0, 5 })
        {
            Assert.Equal(new BodyFraming(BodyKind.None), BodyFraming.ForResponse(status, "GET", 1, length));
        }

        string written = $"HTTP/1.1 {status} {StatusReason.Of(status)}\r\n\r\n";
        Assert.Equal(written, HeadWriting.Write(head, new BodyFraming(BodyKind.Chunked)));
        Assert.Equal(written, HeadWriting.Write(head, new BodyFraming(BodyKind.Length, 5)));
    }

    [Theory]
    [Requirement("H1-6.1-04", "HS-8.6-01")]
    [InlineData(200, BodyKind.UntilClose)]
    [InlineData(299, BodyKind.UntilClose)]
    [InlineData(300, BodyKind.Length)]
    [InlineData(407, BodyKind.Length)]
    public void A_success_for_CONNECT_has_no_framing_field(int status, BodyKind kind) =>
        Assert.Equal(kind, BodyFraming.ForResponse(status, "CONNECT", 1, 5).Kind);

    [Theory]
    [Requirement("H1-6.1-06", "H1-6.1-10", "H1-6.2-01", "H1-6.3-07")]
    [InlineData("GET", 1, 5L, "Content-Length: 5\r\n")]
    [InlineData("GET", 1, 0L, "Content-Length: 0\r\n")]
    [InlineData("GET", 1, long.MaxValue, "Content-Length: 9223372036854775807\r\n")]
    [InlineData("GET", 1, null, "Transfer-Encoding: chunked\r\n")]
    [InlineData("GET", 0, 5L, "Content-Length: 5\r\n")]
    [InlineData("GET", 0, null, "")]
    [InlineData("HEAD", 1, 5L, "Content-Length: 5\r\n")]
    [InlineData("HEAD", 1, null, "Transfer-Encoding: chunked\r\n")]
    public void A_response_says_its_length_once(string method, int minorVersion, long? length, string field) =>
        Assert.Equal(
            $"HTTP/1.1 200 OK\r\n{field}\r\n",
            HeadWriting.Write(new ResponseHead(), BodyFraming.ForResponse(200, method, minorVersion, length)));

    [Fact]
    [Requirement("HS-6.4.1-01", "H1-6.3-07")]
    public void Every_status_that_has_content_says_how_long_it_is()
    {
        foreach (int status in Enumerable.Range(200, 400).Except([204, 304]))
        {
            Assert.Equal(new BodyFraming(BodyKind.Length), BodyFraming.ForResponse(status, "GET", 1, length: 0));
            Assert.Equal(new BodyFraming(BodyKind.Chunked), BodyFraming.ForResponse(status, "GET", 1, length: null));
            string written = HeadWriting.Write(new ResponseHead { Status = status }, new BodyFraming(BodyKind.Length));
            Assert.EndsWith("\r\nContent-Length: 0\r\n\r\n", written, StringComparison.Ordinal);
        }
    }

    [Theory]
    [Requirement("H1-7.4-01")]
    [InlineData("")]
    [InlineData("trailers")]
    [InlineData("chunked;q=0")]
    public void Chunks_are_for_every_HTTP_1_1_client_whatever_it_says(string te)
    {
        RequestHead head = RequestReader.Read($"GET / HTTP/1.1\r\n{H}TE: {te}\r\n\r\n").Head!;
        Assert.Equal(BodyKind.Chunked, BodyFraming.ForResponse(200, head.Method, head.MinorVersion, length: null).Kind);
    }

    [Theory]
    [Requirement("H1C-6.3-02")]
    [InlineData("Content-Length: 5x", nameof(HttpRules.InvalidLength))]
    [InlineData("Content-Length: 5\r\nContent-Length: 5", nameof(HttpRules.LengthRepeated))]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked", nameof(HttpRules.LengthAndCoding))]
    [InlineData("Transfer-Encoding: gzip", nameof(HttpRules.ChunkedNotLast))]
    [InlineData("Transfer-Encoding: gzip, chunked", nameof(HttpRules.CodingNotSupported))]
    [InlineData("Transfer-Encoding:", nameof(HttpRules.InvalidCoding))]
    public void A_client_does_not_guess(string lines, string rule) =>
        Assert.Equal(rule, ResponseReader.Read($"HTTP/1.1 200 OK\r\n{lines}\r\n\r\nhello").Broken?.Name);

    [Fact]
    [Requirement("H1C-6.3-03", "H1C-8-01")]
    public void A_client_reads_without_length_until_the_end_and_else_knows_what_is_missing()
    {
        ResponseReader Read(string rest) => ResponseReader.Read($"HTTP/1.1 200 OK\r\n{rest}");
        Assert.Equal(BodyKind.UntilClose, Read("\r\nhello").Body!.Framing.Kind);
        Assert.Equal(ParseStatus.NeedMore, Read("Content-Length: 10\r\n\r\nhello").Status);
        Assert.Equal(ParseStatus.NeedMore, Read("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n").Status);
        Assert.Equal(ParseStatus.Complete, Read("Content-Length: 0\r\n\r\n").Status);
    }

    private static BodyFraming Framing(string lines)
    {
        RequestHead head = RequestReader.Read($"POST /e HTTP/1.1\r\n{H}{lines}\r\n\r\n").Head!;
        BodyFraming? framing = BodyFraming.Decide(head, out ProtocolRule? broken);
        Assert.Null(broken);
        return framing!.Value;
    }

    private static void AssertRule(ProtocolRule rule, string version, string lines)
    {
        RequestReader reader = RequestReader.Read($"POST /e HTTP/{version}\r\n{H}{lines}\r\n\r\n0\r\n\r\n{Probe}");
        Assert.Equal((ParseStatus.Invalid, rule), (reader.Status, reader.Broken));
    }

    private static void AssertRefused(int code, string lines)
    {
        RequestReader reader = RequestReader.Read($"POST /e HTTP/1.1\r\n{H}{lines}\r\n\r\nhello{Probe}");
        Assert.Equal((ParseStatus.Invalid, code), (reader.Status, reader.Broken?.Code));
    }
}
