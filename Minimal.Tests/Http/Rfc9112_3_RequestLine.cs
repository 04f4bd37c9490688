using System.Text;
using Minimal.Http.Wire;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>RFC 9112 §3: the request line.</summary>
public sealed class Rfc9112_3_RequestLine
{
    private const string H = "Host: a\r\n";

    [Fact]
    [Requirement("H1-3-01")]
    public void A_request_line_is_method_target_and_version()
    {
        RequestHead head = Read("GET /a?b=c HTTP/1.1");
        Assert.Equal(("GET", "/a?b=c", 1), (head.Method, head.Target, head.MinorVersion));
    }

    [Theory]
    [Requirement("H1-3-02")]
    [InlineData("GET  / HTTP/1.1")]
    [InlineData("GET /  HTTP/1.1")]
    [InlineData("GET\t/\tHTTP/1.1")]
    [InlineData(" GET / HTTP/1.1")]
    [InlineData("GET / HTTP/1.1 ")]
    [InlineData("GET /\x0bHTTP/1.1")]
    [InlineData("GET /\x0cHTTP/1.1")]
    [InlineData("GET\rGET / HTTP/1.1")]
    public void Parts_are_separated_by_one_space(string line) => AssertRefused(400, line);

    [Theory]
    [Requirement("H1-3-01")]
    [InlineData("GET / ")]
    [InlineData("GET /")]
    [InlineData("GET ")]
    public void A_part_that_is_missing_is_not_taken_for_an_empty_one(string line) =>
        Assert.Equal(HttpRules.InvalidRequestLine, RequestReader.Read($"{line}\r\n{H}\r\n").Broken);

    [Fact]
    [Requirement("H1-2.2-05", "H1-3-03")]
    public void A_method_is_as_long_as_it_is_behind_empty_lines_too()
    {
        string method = new('M', HttpLimits.Default.MaxMethodBytes);
        Assert.Equal(method, RequestReader.Read($"\r\n\r\n{method} / HTTP/1.1\r\n{H}\r\n").Head!.Method);
        Assert.Equal(HttpRules.MethodTooLong, RequestReader.Read($"\r\n\r\n{method}M / HTTP/1.1\r\n{H}\r\n").Broken);
    }

    [Fact]
    [Requirement("H1-3-03")]
    public void A_method_longer_than_any_is_not_implemented()
    {
        int most = HttpLimits.Default.MaxMethodBytes;
        Assert.Equal(new string('A', most), Read($"{new string('A', most)} / HTTP/1.1").Method);
        AssertRefused(501, $"{new string('A', most + 1)} / HTTP/1.1");
        AssertRefused(501, $"{new string('A', 64)} / HTTP/1.1");

        RequestReader endless = RequestReader.Read([Encoding.ASCII.GetBytes(new string('A', 100_000))]);
        Assert.Equal((ParseStatus.Invalid, HttpRules.MethodTooLong), (endless.Status, endless.Broken));
    }

    [Fact]
    [Requirement("H1-3-04", "HS-17.5-01")]
    public void A_request_line_is_refused_one_byte_behind_its_limit()
    {
        string Line(int length) => $"GET /{new string('a', length - 14)} HTTP/1.1";
        int most = HttpLimits.Default.MaxRequestLineBytes;
        Assert.Equal(most, Line(most).Length);
        Assert.Equal(most - 13, ReadOnce($"{Line(most)}\r\n{H}\r\n").Head!.Target.Length);
        Assert.Equal(HttpRules.RequestLineTooLong, ReadOnce($"{Line(most + 1)}\r\n{H}\r\n").Broken);
        Assert.Equal(HttpRules.RequestLineTooLong, ReadOnce(Line(most + 1)).Broken);
        Assert.Equal(ParseStatus.NeedMore, ReadOnce(Line(most)).Status);
        Assert.Equal(414, HttpRules.RequestLineTooLong.Code);
    }

    [Theory]
    [Requirement("H1-3.2-07", "H1-3.2-08")]
    [InlineData("GET /a b HTTP/1.1")]
    [InlineData("GET /a  b HTTP/1.1")]
    public void A_space_in_a_target_is_not_repaired(string line) => AssertRefused(400, line);

    [Theory]
    [Requirement("H1-3.1-01")]
    [InlineData("G@T")]
    [InlineData("G(T")]
    [InlineData("G\x00T")]
    [InlineData("\xC3\x89T")]
    [InlineData("\"GET\"")]
    public void A_method_is_a_token(string method) =>
        Assert.Equal(HttpRules.InvalidMethod, RequestReader.Read($"{method} / HTTP/1.1\r\n{H}\r\n").Broken);

    [Theory]
    [Requirement("H1-3.1-01")]
    [InlineData("get")]
    [InlineData("Get")]
    [InlineData("PURGE")]
    [InlineData("M-SEARCH")]
    [InlineData("!#$%&'*+-.^_`|~")]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("TRACE")]
    [InlineData("OPTIONS")]
    [InlineData("GETS")]
    public void A_method_is_what_was_sent(string method) => Assert.Equal(method, Read($"{method} / HTTP/1.1").Method);

    private static RequestHead Read(string line)
    {
        RequestReader reader = RequestReader.Read($"{line}\r\n{H}\r\n");
        Assert.Equal((ParseStatus.Complete, null), (reader.Status, reader.Broken));
        return reader.Head!;
    }

    private static RequestReader ReadOnce(string request) => RequestReader.Read([Encoding.Latin1.GetBytes(request)]);

    private static void AssertRefused(int code, string line)
    {
        RequestReader reader = RequestReader.Read($"{line}\r\n{H}\r\n");
        Assert.Equal((ParseStatus.Invalid, code), (reader.Status, reader.Broken?.Code));
    }
}
