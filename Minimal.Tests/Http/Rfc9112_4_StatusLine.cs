using System.Buffers;
using System.Text;
using Minimal.Http.Wire;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>RFC 9112 §4: the status line, as a server writes it and a client reads it.</summary>
public sealed class Rfc9112_4_StatusLine
{
    [Fact]
    [Requirement("H1-4-01")]
    public void The_space_behind_the_status_is_sent_before_an_empty_reason_too()
    {
        Assert.Equal("HTTP/1.1 299 \r\n\r\n", HeadWriting.Write(new ResponseHead { Status = 299 }));
        Assert.Equal("HTTP/1.1 200 \r\n\r\n", HeadWriting.Write(new ResponseHead { Reason = "" }));
    }

    [Theory]
    [InlineData(200, "OK")]
    [InlineData(404, "Not Found")]
    [InlineData(431, "Request Header Fields Too Large")]
    [InlineData(505, "HTTP Version Not Supported")]
    [InlineData(599, "")]
    public void A_status_has_its_registered_reason(int status, string reason) =>
        Assert.Equal($"HTTP/1.1 {status} {reason}\r\n\r\n", HeadWriting.Write(new ResponseHead { Status = status }));

    [Fact]
    [Requirement("H1-4-02")]
    public void Reasons_are_those_of_the_registry()
    {
        const string Registry = """
            100 Continue, 101 Switching Protocols, 103 Early Hints, 200 OK, 201 Created, 202 Accepted, 203 Non-Authoritative Information, 204 No Content,
            205 Reset Content, 206 Partial Content, 300 Multiple Choices, 301 Moved Permanently, 302 Found, 303 See Other, 304 Not Modified, 305 Use Proxy,
            307 Temporary Redirect, 308 Permanent Redirect, 400 Bad Request, 401 Unauthorized, 402 Payment Required, 403 Forbidden, 404 Not Found,
            405 Method Not Allowed, 406 Not Acceptable, 407 Proxy Authentication Required, 408 Request Timeout, 409 Conflict, 410 Gone,
            411 Length Required, 412 Precondition Failed, 413 Content Too Large, 414 URI Too Long, 415 Unsupported Media Type,
            416 Range Not Satisfiable, 417 Expectation Failed, 421 Misdirected Request, 422 Unprocessable Content, 426 Upgrade Required,
            428 Precondition Required, 429 Too Many Requests, 431 Request Header Fields Too Large, 500 Internal Server Error, 501 Not Implemented,
            502 Bad Gateway, 503 Service Unavailable, 504 Gateway Timeout, 505 HTTP Version Not Supported, 511 Network Authentication Required
            """;
        string[] known = [.. Enumerable.Range(100, 500).Where(status => StatusReason.Of(status).Length > 0).Select(status => $"{status} {StatusReason.Of(status)}")];
        Assert.Equal(Registry.Split(',', StringSplitOptions.TrimEntries), known);
        Assert.Equal("", StatusReason.Of(306));
    }

    [Theory]
    [InlineData(300, 20)]
    [InlineData(0, 5000)]
    public void A_head_asks_for_the_room_that_it_needs(int reason, int value)
    {
        var head = new ResponseHead { Reason = new string('r', reason) };
        for (int i = 0; i < 50; i++) head.Fields.Add($"X{i}", new string('v', value));
        var output = new ExactWriter();
        ResponseHeadWriter.Write(head, new BodyFraming(BodyKind.Length, 5), ConnectionOption.Close, [], output);
        Assert.Equal(HeadWriting.Write(head, new BodyFraming(BodyKind.Length, 5), ConnectionOption.Close).Length, output.Written);

        var trailers = new ExactWriter();
        ResponseHeadWriter.WriteTrailers(head.Fields, trailers);
        Assert.Equal(Enumerable.Range(0, 50).Sum(i => $"X{i}: \r\n".Length + value) + 2, trailers.Written);
    }

    [Fact]
    [Requirement("HS-6.6.1-01")]
    public void A_date_is_written_unless_the_head_has_one()
    {
        var head = new ResponseHead();
        Assert.Equal("HTTP/1.1 200 OK\r\nDate: x\r\n\r\n", HeadWriting.Write(head, date: "Date: x\r\n"));
        head.Fields.Set("date", "y");
        Assert.Equal("HTTP/1.1 200 OK\r\ndate: y\r\n\r\n", HeadWriting.Write(head, date: "Date: x\r\n"));
    }

    [Fact]
    public void A_reason_can_be_given() =>
        Assert.Equal("HTTP/1.1 200 Fine \u00E9\r\n\r\n", HeadWriting.Write(new ResponseHead { Reason = "Fine \u00E9" }));

    [Theory]
    [Requirement("H1-4-02", "HS-15-01")]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(199)]
    [InlineData(600)]
    [InlineData(999)]
    [InlineData(1000)]
    [InlineData(-200)]
    public void A_final_status_is_a_number_from_200_to_599(int status)
    {
        var head = new ResponseHead();
        Assert.Throws<ArgumentOutOfRangeException>(() => head.Status = status);
        Assert.Equal(200, head.Status);
    }

    [Theory]
    [Requirement("H1-4-02", "H1-2.2-03", "H1-11.1-01")]
    [InlineData("O\r\nK")]
    [InlineData("O\rK")]
    [InlineData("O\nK")]
    [InlineData("\0")]
    [InlineData("\a")]
    [InlineData("\x7F")]
    [InlineData("\u560A")]
    public void A_reason_holds_no_control_character(string reason)
    {
        var head = new ResponseHead();
        Assert.Throws<ArgumentException>(() => head.Reason = reason);
        Assert.Null(head.Reason);
    }

    [Fact]
    public void What_has_left_cannot_be_changed()
    {
        var head = new ResponseHead();
        head.Seal();
        Assert.Throws<InvalidOperationException>(() => head.Status = 200);
        Assert.Throws<InvalidOperationException>(() => head.Reason = "Fine");
        Assert.Throws<InvalidOperationException>(() => head.ContentLength = 5);
        Assert.Throws<InvalidOperationException>(() => head.Close = true);
        Assert.Throws<InvalidOperationException>(() => head.CloseDelimited = true);
        Assert.Throws<InvalidOperationException>(() => head.Fields.Add("X", "a"));
        head.Reset();
        head.Status = 404;
    }

    [Fact]
    public void A_head_that_is_used_again_has_nothing_of_the_one_before()
    {
        var head = new ResponseHead { Status = 404, Reason = "Gone fishing", ContentLength = 0, Close = true, CloseDelimited = true };
        head.Fields.Add("X", "a");
        head.Seal();
        head.Reset();
        Assert.Equal((200, null, null, false, false, false), (head.Status, head.Reason, head.ContentLength, head.Close, head.CloseDelimited, head.IsSent));
        Assert.Empty(head.Fields);
        Assert.Throws<ArgumentOutOfRangeException>(() => head.ContentLength = -1);
    }

    [Theory]
    [InlineData("HTTP/1.1 2OO OK")]
    [InlineData("HTTP/1.1 20 OK")]
    [InlineData("HTTP/1.1 2000 OK")]
    [InlineData("HTTP/1.1  200 OK")]
    [InlineData("HTTP/1.1 -20 OK")]
    [InlineData("HTTP/1.1\t200 OK")]
    [InlineData("HTTP/1.1 200\tOK")]
    [InlineData("HTTP/1.1 200 O\x01K")]
    [InlineData("HTTP/1.1 200 \x01")]
    [InlineData("HTTP/1.1")]
    [InlineData("HTTP/1.1 ")]
    [InlineData("H")]
    [InlineData(" HTTP/1.1 200 OK")]
    [InlineData("GET / HTTP/1.1")]
    public void What_is_no_status_line_is_refused(string line) =>
        Assert.Equal(HttpRules.InvalidStatusLine, ResponseReader.Read($"{line}\r\n\r\n").Broken);

    [Theory]
    [InlineData("http/1.1 200 OK", nameof(HttpRules.InvalidStatusLine))]
    [InlineData("HTTP/1_1 200 OK", nameof(HttpRules.InvalidVersion))]
    [InlineData("HTTP/2.0 200 OK", nameof(HttpRules.VersionNotSupported))]
    public void A_client_takes_HTTP_1_alone(string line, string rule) =>
        Assert.Equal(rule, ResponseReader.Read($"{line}\r\n\r\n").Broken?.Name);

    [Theory]
    [Requirement("H1C-15-01")]
    [InlineData("299", 299)]
    [InlineData("471", 471)]
    [InlineData("599", 599)]
    [InlineData("600", 500)]
    [InlineData("999", 500)]
    [InlineData("099", 500)]
    [InlineData("000", 500)]
    public void A_status_that_cannot_be_is_a_failure_of_the_server(string sent, int read) =>
        Assert.Equal(read, ResponseReader.Read($"HTTP/1.1 {sent} Whatever\r\nContent-Length: 0\r\n\r\n").Head.Status);

    [Fact]
    public void A_status_line_is_refused_one_byte_behind_its_limit()
    {
        int most = HttpLimits.Default.MaxRequestLineBytes;
        string Response(int length) => $"HTTP/1.1 200 {new string('a', length - 13)}\r\nContent-Length: 0\r\n\r\n";
        Assert.Equal(ParseStatus.Complete, ResponseReader.Read([Encoding.ASCII.GetBytes(Response(most))]).Status);
        Assert.Equal(HttpRules.StatusLineTooLong, ResponseReader.Read([Encoding.ASCII.GetBytes(Response(most + 1))]).Broken);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK", nameof(HttpRules.InvalidStatusLine))]
    [InlineData("HTTP/1.1 200 OK\r\n", nameof(HttpRules.BareLineFeed))]
    [InlineData("HTTP/1.1 200 OK\r\nX: a", nameof(HttpRules.BareLineFeed))]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\n\n", nameof(HttpRules.BareLineFeed))]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n", nameof(HttpRules.BareCarriageReturn))]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\nb\r\n\r\n", nameof(HttpRules.InvalidFieldValue))]
    [InlineData("", nameof(HttpRules.InvalidStatusLine))]
    public void A_head_that_no_scanner_has_seen_may_be_cut_or_worse(string head, string rule)
    {
        Assert.Null(new ResponseHeadParser(Encoding.Latin1.GetBytes(head)).Parse(out ProtocolRule? broken));
        Assert.Equal(rule, broken?.Name);
    }

    [Fact]
    [Requirement("H1C-6.3-01")]
    public void Interim_responses_end_with_their_heads()
    {
        ResponseReader reader = ResponseReader.Read(
            "HTTP/1.1 103 Early Hints\r\nLink: x\r\nContent-Length: 7\r\n\r\n"
            + "HTTP/1.1 100 Continue\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        Assert.Equal((ParseStatus.Complete, "103 100 200"), (reader.Status, string.Join(' ', reader.Heads.Select(head => head.Status))));
        Assert.Equal("ok"u8.ToArray(), reader.Body!.Content);
    }

    [Theory]
    [Requirement("H1C-6.3-01")]
    [InlineData("HEAD", 200)]
    [InlineData("HEAD", 404)]
    [InlineData("GET", 101)]
    [InlineData("GET", 204)]
    [InlineData("GET", 304)]
    [InlineData("CONNECT", 200)]
    public void Some_responses_have_no_body_whatever_their_fields_say(string method, int status)
    {
        foreach (string framing in new[] { "Content-Length: 5", "Transfer-Encoding: chunked", "Content-Length: x", "X: y" })
        {
            string head = $"HTTP/1.1 {status} \r\n{framing}\r\n\r\n";
            ResponseReader reader = ResponseReader.Read($"{head}HTTP/1.1 200 OK\r\n\r\n", method);
            Assert.Equal((ParseStatus.Complete, head.Length), (reader.Status, reader.Used));
        }
    }

    /// <summary>Gives out no byte more than it is asked for.</summary>
    private sealed class ExactWriter : IBufferWriter<byte>
    {
        private byte[] _room = [];

        public int Written { get; private set; }

        public void Advance(int count) => Written += count <= _room.Length ? count : throw new ArgumentOutOfRangeException(nameof(count));

        public Memory<byte> GetMemory(int sizeHint = 0) => _room = new byte[Math.Max(1, sizeHint)];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
