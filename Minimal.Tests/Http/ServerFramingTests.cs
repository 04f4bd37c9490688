using System.Text;
using Minimal.Http.Wire;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>
/// What a server makes of framing, seen from outside: which requests its handlers see, what is answered, and whether the next request is
/// found where it begins. The wire's own tests look at the same rules from inside.
/// </summary>
public sealed class ServerFramingTests
{
    private const string PostChunks = "POST /e HTTP/1.1\r\n{H}Transfer-Encoding: chunked\r\n\r\n";

    [Theory]
    [Requirement("H1-2.1-01", "H1-3-01", "H1-6.3-06")]
    [InlineData("GET / HTTP/1.1\r\n{H}\r\n{P}", "GET /")]
    [InlineData("GET /a?b=c HTTP/1.1\r\n{H}\r\n{P}", "GET /a?b=c")]
    [InlineData("POST /e HTTP/1.1\r\n{H}\r\n{P}", "POST /e")]
    public async Task Plain_requests_are_in_sync(string bytes, string seen) => await LedgerProbe.InSyncAsync(bytes, seen);

    [Theory]
    [Requirement("H1-2.2-05")]
    [InlineData("\r\nGET / HTTP/1.1\r\n{H}\r\n{P}", "GET /")]
    [InlineData("POST /e HTTP/1.1\r\n{H}Content-Length: 1\r\n\r\nx\r\n{P}", "POST /e")]
    public async Task Empty_lines_in_front_of_a_request_are_skipped(string bytes, string seen) => await LedgerProbe.InSyncAsync(bytes, seen);

    [Fact]
    [Requirement("H1-2.2-01")]
    public async Task Octets_beyond_ASCII_end_no_line()
    {
        LedgerProbe.Outcome outcome = await LedgerProbe.InSyncAsync(
            "GET / HTTP/1.1\r\n{H}X: \u00E5\u0098\u008A\u00E5\u0098\u008DA: 1\r\nY: \u00C4\u008A\u00C4\u008D\r\n\r\n{P}", "GET /");
        Assert.Equal(200, outcome.Responses[0].Status);
    }

    [Theory]
    [Requirement("H1-2.2-09", "HS-15.5.1-01")]
    [InlineData("\u0016\u0003\u0001\u0000\u00A5\u0001")]
    [InlineData("\0\0\0")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("GET /\r\n\r\n")]
    public async Task What_is_no_request_is_refused_and_others_are_served(string bytes)
    {
        await LedgerProbe.RefusedAsync($"{bytes}{{P}}", [400]);
        await LedgerProbe.InSyncAsync("{P}");
    }

    [Theory]
    [Requirement("H1-2.2-02", "H1-2.2-04", "H1-2.2-08")]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n{P}")]
    [InlineData("GET / HTTP/1.1\r\n{H}X: a\rb\r\n\r\n{P}")]
    [InlineData("GET / HTTP/1.1\r\n{H}X: 1\rTransfer-Encoding: chunked\r\n\r\n{P}")]
    [InlineData("GET / HTTP/1.1\rHost: a\r\r{P}")]
    [InlineData("GET / HTTP/1.1\r\n Host: evil\r\n{H}\r\n{P}")]
    public async Task Line_ends_that_are_none_are_refused(string bytes) => await LedgerProbe.RefusedAsync(bytes, [400]);

    [Fact]
    [Requirement("H1-2.2-06")]
    public async Task Ten_thousand_empty_lines_are_refused() =>
        await LedgerProbe.RefusedAsync(string.Concat(Enumerable.Repeat("\r\n", 10_000)), [400]);

    [Theory]
    [Requirement("H1-2.2-10")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(0)]
    public async Task Segmentation_does_not_matter(int size)
    {
        const string Bytes = PostChunks + "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n{P}";
        LedgerProbe.Outcome whole = await LedgerProbe.PlayAsync(Bytes);
        LedgerProbe.Outcome cut = await LedgerProbe.PlayAsync(Bytes, cut: text => Cut(text, size));
        Assert.Equal(whole.Answered, cut.Answered);
        Assert.Equal(whole.Seen, cut.Seen);
        Assert.Equal(["POST /e", "GET /probe"], cut.Seen);
        Assert.Equal("hello world", Encoding.ASCII.GetString(cut.Application.Bodies[0]));

        // 0: at each CRLF, between CR and LF.
        static Split Cut(string text, int size)
        {
            byte[] bytes = Encoding.Latin1.GetBytes(text);
            int[] places = [.. Enumerable.Range(1, bytes.Length - 1).Where(at => size == 0 ? bytes[at] == '\n' : at % size == 0)];
            return Splits.At(bytes, places);
        }
    }

    [Theory]
    [Requirement("H1-3-04", "H1-3-05")]
    [InlineData(8192, 200)]
    [InlineData(8193, 414)]
    [InlineData(100_000, 414)]
    public async Task A_request_line_is_read_up_to_its_limit(int length, int status)
    {
        string line = $"GET /{new string('a', length - "GET / HTTP/1.1".Length)} HTTP/1.1";
        if (status == 200) await LedgerProbe.InSyncAsync($"{line}\r\n{{H}}\r\n{{P}}", $"GET /{new string('a', length - "GET / HTTP/1.1".Length)}");
        else await LedgerProbe.RefusedAsync($"{line}\r\n{{H}}\r\n{{P}}", [status]);
    }

    [Theory]
    [Requirement("H1-3-03", "H1-3-04")]
    [InlineData("GET /")]
    [InlineData("AAAA")]
    public async Task A_request_line_without_end_is_refused_once_the_limit_is_passed(string start) =>
        await LedgerProbe.RefusedAsync(start + new string('A', 100_000), [414, 400, 501]);

    [Theory]
    [Requirement("H1-3-02", "H1-3.2-07", "H1-3.2-08", "H1-3.2-01", "H1-3.2-02", "H1-3.2-03", "H1-5-02", "H1-5.1-01", "H1-5.2-02")]
    [InlineData("GET  / HTTP/1.1\r\n{H}\r\n{P}")]
    [InlineData("GET /a b HTTP/1.1\r\n{H}\r\n{P}")]
    [InlineData("GET / HTTP/1.1\r\n\r\n{P}")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n{P}")]
    [InlineData("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n{P}")]
    [InlineData("GET / HTTP/1.1\r\n{H}NoColon\r\n\r\n{P}")]
    [InlineData("GET / HTTP/1.1\r\n{H}X : y\r\n\r\n{P}")]
    [InlineData("GET / HTTP/1.1\r\n{H}X: a\r\n b\r\n\r\n{P}")]
    public async Task Heads_that_break_the_grammar_are_refused(string bytes) => await LedgerProbe.RefusedAsync(bytes, [400]);

    [Theory]
    [Requirement("H1-6-01", "HS-9.3.1-01")]
    [InlineData("GET / HTTP/1.1\r\n{H}Content-Length: 5\r\n\r\nhello{P}", "GET /")]
    [InlineData("DELETE / HTTP/1.1\r\n{H}Content-Length: 5\r\n\r\nhello{P}", "DELETE /")]
    [InlineData("GET /a HTTP/1.1\r\n{H}Content-Length: 36\r\n\r\nGET /smuggled HTTP/1.1\r\nX: yyyyy\r\n\r\n{P}", "GET /a")]
    public async Task A_body_is_a_body_whatever_the_method(string bytes, string seen) => await LedgerProbe.InSyncAsync(bytes, seen);

    [Theory]
    [Requirement("H1-6.1-01", "H1-7-01", "H1-7.1-01", "H1-7.1.1-01", "H1-7.1.1-02", "H1-7.1.3-01")]
    [InlineData("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world")]
    [InlineData("a\r\n0123456789\r\n0\r\n\r\n", "0123456789")]
    [InlineData("A\r\n0123456789\r\n0\r\n\r\n", "0123456789")]
    [InlineData("00000A\r\n0123456789\r\n000\r\n\r\n", "0123456789")]
    [InlineData("5;foo\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("5;a=b;c=\"x;\\\"y\"\r\nhello\r\n0;last=1\r\n\r\n", "hello")]
    [InlineData("5 ; a = b\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("1;x\r\n{\r\n1\r\n\"\r\n1\r\na\r\n1\r\n\"\r\n1;y=1\r\n:\r\n1\r\n1\r\n1\r\n}\r\n0\r\nX: y\r\n\r\n", "{\"a\":1}")]
    [InlineData("0\r\n\r\n", "")]
    public async Task Chunks_are_decoded_and_in_sync(string chunks, string content)
    {
        LedgerProbe.Outcome outcome = await LedgerProbe.InSyncAsync(PostChunks.Replace("Transfer-Encoding: chunked", "TRANSFER-ENCODING: ChUnKeD", StringComparison.Ordinal) + chunks + "{P}", "POST /e");
        Assert.Equal(content, outcome.Responses[0].Text);
    }

    [Theory]
    [Requirement("H1-7.1-02", "H1-7.1-03", "H1-7.1-04", "H1-7.1-05", "H1-7.1.1-04", "H1-7.1.2-04")]
    [InlineData("10000000000000005\r\nhello\r\n0\r\n\r\n")]
    [InlineData("FFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n")]
    [InlineData("8000000000000000\r\nhello\r\n0\r\n\r\n")]
    [InlineData("\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("+5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("0x5\r\nhello\r\n0\r\n\r\n")]
    [InlineData(" 5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5 \r\nhello\r\n0\r\n\r\n")]
    [InlineData("5_0\r\nhello\r\n0\r\n\r\n")]
    [InlineData("g\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\0\r\nhello\r\n0\r\n\r\n")]
    [InlineData(";a=b\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\r\nhelloXX\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello0\r\n\r\n")]
    [InlineData("5\r\nhel\r\n0\r\n\r\n")]
    [InlineData("5\nhello\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello\n0\r\n\r\n")]
    [InlineData("5\rhello\r0\r\r")]
    [InlineData("5;a\nhello\r\n0\r\n\r\n")]
    [InlineData("5;\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;=b\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a=\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a=\"x\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a\0\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a\rb\r\nhello\r\n0\r\n\r\n")]
    [InlineData("0\r\nbad line\r\n\r\n")]
    [InlineData("0\r\nA : b\r\n\r\n")]
    [InlineData("0\r\n folded\r\n\r\n")]
    public async Task Chunks_that_break_the_grammar_are_refused_when_they_are_read(string chunks) =>
        await LedgerProbe.RefusedAsync(PostChunks + chunks + "{P}", [400, 413], ["POST /e"]);

    [Theory]
    [Requirement("H1-7.1-02", "HS-8.6-05")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n7FFFFFFFFFFFFFFF\r\nhello")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n100000000\r\nhello")]
    public async Task A_huge_chunk_is_no_small_one(string bytes)
    {
        // It is valid, and what comes of it is data: no probe is found in it.
        LedgerProbe.Outcome outcome = await LedgerProbe.PlayAsync($"POST /e HTTP/1.1\r\n{{H}}{bytes}{{P}}");
        Assert.Equal(["POST /e"], outcome.Seen);
        Assert.Empty(outcome.Responses);
        Assert.Empty(outcome.Application.Bodies);
    }

    [Theory]
    [Requirement("H1-7.1.1-03", "H1-7.1.2-03")]
    [InlineData("5;{65536}\r\nhello\r\n0\r\n\r\n")]
    [InlineData("{chunks}0\r\n\r\n")]
    [InlineData("0\r\n{trailers}\r\n")]
    public async Task Extensions_and_trailers_are_bounded(string chunks)
    {
        string bytes = chunks
            .Replace("{65536}", new string('a', 65_536), StringComparison.Ordinal)
            .Replace("{chunks}", string.Concat(Enumerable.Repeat($"1;{new string('a', 99)}\r\nx\r\n", 10_000)), StringComparison.Ordinal)
            .Replace("{trailers}", string.Concat(Enumerable.Repeat("X: y\r\n", 10_000)), StringComparison.Ordinal);
        await LedgerProbe.RefusedAsync(PostChunks + bytes, [400, 413, 431], ["POST /e"]);
    }

    [Theory]
    [Requirement("H1-7.1.2-01", "H1-7.1.2-02")]
    [InlineData("X-Sum: 1")]
    [InlineData("Content-Length: 100")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Host: evil")]
    [InlineData("Authorization: x")]
    [InlineData("Content-Type: y")]
    [InlineData("Cookie: z")]
    [InlineData("Connection: close")]
    public async Task Trailers_stay_behind_the_body(string trailer)
    {
        LedgerProbe.Outcome outcome = await LedgerProbe.PlayAsync(PostChunks + $"5\r\nhello\r\n0\r\n{trailer}\r\n\r\n");
        Assert.Equal(["Host", "Transfer-Encoding"], outcome.Application.Fields.Select(field => field.Name));
        Assert.Equal([trailer], outcome.Application.Trailers!.Select(field => $"{field.Name}: {field.Value}"));

        // And the request behind has none of them.
        LedgerProbe.Outcome next = await LedgerProbe.InSyncAsync(PostChunks + $"0\r\n{trailer}\r\n\r\n" + "POST /e HTTP/1.1\r\n{H}Content-Length: 1\r\n\r\nx{P}", "POST /e", "POST /e");
        Assert.Null(next.Application.Trailers);
    }

    [Theory]
    [Requirement("H1-6.1-05", "H1-6.1-12", "H1-6.1-13", "H1-6.3-02", "H1-7.1-06")]
    [InlineData("foo, chunked")]
    [InlineData("gzip, chunked")]
    [InlineData("xchunked")]
    [InlineData("gzip\r\nTransfer-Encoding: chunked")]
    [InlineData("chunked\r\nTransfer-Encoding: identity")]
    [InlineData("chunked\r\nTransfer-Encoding: chunked")]
    [InlineData(", chunked")]
    [InlineData("chunked,")]
    [InlineData("")]
    [InlineData("chunked, foo")]
    [InlineData("gzip")]
    [InlineData("identity")]
    [InlineData("chunked;q=1")]
    [InlineData("chunked;foo=bar")]
    public async Task Other_transfer_codings_are_refused(string coding) =>
        await LedgerProbe.RefusedAsync($"POST /e HTTP/1.1\r\n{{H}}Transfer-Encoding: {coding}\r\n\r\n0\r\n\r\n{{P}}", [400, 501]);

    [Theory]
    [Requirement("H1-6.1-07", "H1-6.1-08", "H1-6.1-09")]
    [InlineData("POST /e HTTP/1.1\r\n{H}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG{P}")]
    [InlineData("POST /e HTTP/1.1\r\n{H}Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG{P}")]
    [InlineData("POST /e HTTP/1.0\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n0\r\n\r\n{P}")]
    [InlineData("POST /e HTTP/1.0\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n0\r\n\r\n{P}")]
    public async Task Framing_by_two_rules_is_refused(string bytes) => await LedgerProbe.RefusedAsync(bytes, [400]);

    [Theory]
    [Requirement("H1-6.3-03", "H1-6.3-04", "HS-8.6-05")]
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
    [InlineData("\u00D9\u00A5")]
    [InlineData("5;")]
    [InlineData("5,6")]
    [InlineData("5, 5")]
    [InlineData("5\r\nContent-Length: 6")]
    [InlineData("5\r\nContent-Length: 5")]
    [InlineData("18446744073709551621")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999")]
    public async Task Lengths_that_are_none_are_refused(string length) =>
        await LedgerProbe.RefusedAsync($"POST /e HTTP/1.1\r\n{{H}}Content-Length: {length}\r\n\r\nhello{{P}}", [400, 413]);

    [Fact]
    [Requirement("HS-8.6-05", "HS-15.5.14-01")]
    public async Task A_length_of_four_gigabytes_is_not_five() =>
        await LedgerProbe.RefusedAsync("POST /e HTTP/1.1\r\n{H}Content-Length: 4294967301\r\n\r\nhello{P}", [413], ["POST /e"]);

    [Fact]
    [Requirement("H1-6.3-09")]
    public async Task Leading_zeros_are_decimal()
    {
        LedgerProbe.Outcome outcome = await LedgerProbe.InSyncAsync("POST /e HTTP/1.1\r\n{H}Content-Length: 0010\r\n\r\n0123456789{P}", "POST /e");
        Assert.Equal("0123456789", outcome.Responses[0].Text);
    }

    [Theory]
    [Requirement("HS-17.10-01")]
    [InlineData("Transfer_Encoding: chunked")]
    [InlineData("Content_Length: 5")]
    public async Task An_underscore_is_no_hyphen(string field) =>
        await LedgerProbe.InSyncAsync($"POST /e HTTP/1.1\r\n{{H}}{field}\r\n\r\n{{P}}", "POST /e");

    [Fact]
    [Requirement("H1-11.2-01")]
    public async Task Ambiguous_framing_is_read_in_one_way_or_refused()
    {
        string[] codings =
        [
            "Transfer-Encoding: chunked\r\n", "Transfer-Encoding:  chunked\r\n", "Transfer-Encoding: chunked \r\n", "Transfer-Encoding:\tchunked\r\n",
            "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding: \"chunked\"\r\n", "Transfer-Encoding: chunked\0\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding:\r\n chunked\r\n",
        ];
        string[] lengths = ["", "Content-Length: 0\r\n", "Content-Length: 6\r\n", "Content-Length: 30\r\n"];
        foreach (string coding in codings)
        {
            foreach (string length in lengths)
            {
                LedgerProbe.Outcome outcome = await LedgerProbe.PlayAsync(
                    $"POST /e HTTP/1.1\r\n{{H}}{coding}{length}\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n{{H}}\r\n");
                bool isFramed = length.Length == 0 && Array.IndexOf(codings, coding) < 4;
                Assert.Equal(isFramed ? ["POST /e", "GET /smuggled"] : [], outcome.Seen);
                Assert.Equal(!isFramed, outcome.HasEnded);
                Assert.True(isFramed || outcome.Responses is [{ Status: 400 or 501, SaysClose: true }]);
            }
        }
    }

    [Theory]
    [Requirement("H1-6.3-10", "H1-9.6-03")]
    [InlineData("POST /e HTTP/1.1\r\n{H}Connection: close\r\n\r\nhello{P}")]
    public async Task No_request_ends_with_the_connection(string bytes)
    {
        LedgerProbe.Outcome outcome = await LedgerProbe.PlayAsync(bytes);
        Assert.Equal(["POST /e"], outcome.Seen);
        Assert.Empty(Assert.Single(outcome.Application.Bodies));
        Assert.True(Assert.Single(outcome.Responses).SaysClose && outcome.HasEnded);
    }

    [Theory]
    [Requirement("HS-6.2-01", "HS-6.2-03", "H1-3.2-05", "H1-9.3-02")]
    [InlineData("GET / HTTP/1.0\r\n\r\n{P}", false)]
    [InlineData("GET / HTTP/1.9\r\n{H}\r\n{P}", true)]
    [InlineData("GET / HTTP/1.2\r\n{H}\r\n{P}", true)]
    public async Task Versions_are_answered_as_1_1(string bytes, bool goesOn)
    {
        LedgerProbe.Outcome outcome = await LedgerProbe.PlayAsync(bytes);
        Assert.Equal(goesOn ? ["GET /", "GET /probe"] : ["GET /"], outcome.Seen);
        Assert.Equal(goesOn, !outcome.HasEnded);
        Assert.All(outcome.Responses, response => Assert.Equal("HTTP/1.1", response.Version));
    }

    [Theory]
    [Requirement("H1-POL-03")]
    [InlineData("GET /%zz HTTP/1.1\r\n{H}\r\n{P}")]
    [InlineData("GET /%4 HTTP/1.1\r\n{H}\r\n{P}")]
    [InlineData("GET /% HTTP/1.1\r\n{H}\r\n{P}")]
    public async Task Escapes_that_are_none_are_refused(string bytes) => await LedgerProbe.RefusedAsync(bytes, [400]);

    [Theory]
    [Requirement("H1-POL-03")]
    [InlineData("/%252e", "/%2e")]
    [InlineData("/%0d%0a", "/\r\n")]
    public async Task Escapes_are_decoded_once(string target, string path)
    {
        LedgerProbe.Outcome outcome = await LedgerProbe.InSyncAsync($"GET {target} HTTP/1.1\r\n{{H}}\r\n{{P}}", $"GET {target}");
        Assert.Equal(path, outcome.Responses[0].Text);
        Assert.DoesNotContain(outcome.Responses[0].Fields, field => field.Value.Contains('\r', StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("H1-11.1-01", "H1-2.2-03")]
    public async Task No_handler_can_write_a_line_of_its_own_into_a_head()
    {
        LedgerProbe.Outcome outcome = await LedgerProbe.PlayAsync(
            "GET /redir?to=%0d%0aSet-Cookie:%20x=1%0d%0a%0d%0aHTTP/1.1%20200%20OK HTTP/1.1\r\n{H}\r\n{P}");
        Assert.Equal([500, 200], outcome.Responses.Select(response => response.Status));
        Assert.DoesNotContain("Set-Cookie", outcome.Answered, StringComparison.Ordinal);
        Assert.Single(outcome.Complaints);
    }

    [Theory]
    [Requirement("HS-5.4-01", "H65-5-01")]
    [InlineData("X: {1048576}")]
    [InlineData("{lines}")]
    [InlineData("{65536}: x")]
    public async Task Fields_that_are_too_large_are_refused(string fields)
    {
        string bytes = fields
            .Replace("{1048576}", new string('a', 1_048_576), StringComparison.Ordinal)
            .Replace("{65536}", new string('a', 65_536), StringComparison.Ordinal)
            .Replace("{lines}", string.Concat(Enumerable.Repeat("X: y\r\n", 10_000)), StringComparison.Ordinal);
        await LedgerProbe.RefusedAsync($"GET / HTTP/1.1\r\n{{H}}{bytes}\r\n\r\n", [431]);
        await LedgerProbe.RefusedAsync($"GET / HTTP/1.1\r\n{{H}}{bytes}", [431]);
    }
}
