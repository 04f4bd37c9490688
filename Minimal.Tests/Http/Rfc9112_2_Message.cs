using System.Buffers;
using Minimal.Http.Wire;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>RFC 9112 §2: the outline of a message. The vectors of the same name show the bytes.</summary>
public sealed class Rfc9112_2_Message
{
    private const string H = "Host: a\r\n";
    private const string Probe = $"GET /probe HTTP/1.1\r\n{H}\r\n";

    [Theory]
    [Requirement("H1-2.2-01")]
    [InlineData("\xE5\x98\x8A\xE5\x98\x8D" + "A: 1")]
    [InlineData("\xC4\x8A\xC4\x8D")]
    public void Lines_are_found_on_bytes_and_values_keep_theirs(string value)
    {
        RequestReader reader = RequestReader.Read($"GET / HTTP/1.1\r\n{H}X: {value}\r\n\r\n");
        Assert.Equal(ParseStatus.Complete, reader.Status);
        Assert.Equal<HttpField>([new HttpField("Host", "a"), new HttpField("X", value)], reader.Head!.Fields);
    }

    [Theory]
    [Requirement("H1-2.2-04")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: 1\rTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\rHost: a\r\r")]
    [InlineData("GET /\r HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\r\nHost: a\r\n\r\n")]
    [InlineData("\r\rGET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    public void CR_stands_in_front_of_LF_only(string request) => AssertRefused(HttpRules.BareCarriageReturn, request);

    [Theory]
    [Requirement("H1-2.2-02")]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\n")]
    [InlineData("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    public void LF_alone_ends_nothing(string request) => AssertRefused(HttpRules.BareLineFeed, request);

    [Fact]
    [Requirement("H1-2.2-05")]
    public void An_empty_line_behind_a_body_is_skipped()
    {
        IReadOnlyList<RequestReader> requests = RequestReader.ReadAll($"POST /e HTTP/1.1\r\n{H}Content-Length: 1\r\n\r\nx\r\n{Probe}");
        Assert.Equal(["/e", "/probe"], requests.Select(request => request.Head!.Path));
        Assert.All(requests, request => Assert.Equal(ParseStatus.Complete, request.Status));
    }

    [Fact]
    [Requirement("H1-2.2-06")]
    public void As_many_empty_lines_are_skipped_as_the_limit_says()
    {
        int most = HttpLimits.Default.MaxEmptyLines;
        string EmptyLines(int count) => string.Concat(Enumerable.Repeat("\r\n", count));
        Assert.Equal(ParseStatus.Complete, RequestReader.Read(EmptyLines(most) + Probe).Status);
        AssertRefused(HttpRules.TooManyEmptyLines, EmptyLines(most + 1) + Probe);
        AssertRefused(HttpRules.TooManyEmptyLines, EmptyLines(10_000));
    }

    [Theory]
    [Requirement("H1-2.2-08")]
    [InlineData("GET / HTTP/1.1\r\n Host: evil\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\n\tHost: evil\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n")]
    public void White_space_behind_the_start_line_is_refused(string request) => AssertRefused(HttpRules.SpaceBeforeFields, request);

    [Theory]
    [Requirement("H1-2.2-09")]
    [InlineData("\x16\x03\x01\x00\xA5\x01", nameof(HttpRules.InvalidMethod))]
    [InlineData("\x00\x00\x00", nameof(HttpRules.InvalidMethod))]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", nameof(HttpRules.InvalidMethod))]
    [InlineData("GET /\r\n\r\n", nameof(HttpRules.InvalidRequestLine))]
    [InlineData(" ", nameof(HttpRules.InvalidRequestLine))]
    [InlineData("GET\r\n\r\n", nameof(HttpRules.InvalidRequestLine))]
    [InlineData("GET / HTTP/1.1 x\r\nHost: a\r\n\r\n", nameof(HttpRules.InvalidRequestLine))]
    [InlineData("GET  HTTP/1.1\r\nHost: a\r\n\r\n", nameof(HttpRules.InvalidRequestLine))]
    public void What_is_no_request_is_refused(string bytes, string rule)
    {
        RequestReader reader = RequestReader.Read(bytes);
        Assert.Equal((ParseStatus.Invalid, rule, 400), (reader.Status, reader.Broken?.Name, reader.Broken?.Code));
    }

    [Fact]
    [Requirement("H1-2.2-10")]
    public void A_request_with_a_trailer_and_another_behind_it_is_read_alike_at_every_split()
    {
        const string Body = "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n";
        const string Post = $"POST /e HTTP/1.1\r\n{H}Transfer-Encoding: chunked\r\n\r\n{Body}";
        RequestReader reader = RequestReader.Read(Post + Probe);
        Assert.Equal((ParseStatus.Complete, Post.Length), (reader.Status, reader.Used));
        Assert.Equal("hello world"u8.ToArray(), reader.Content);
        Assert.Equal<HttpField>([new HttpField("X-Sum", "1")], reader.Body!.Trailers!);
    }

    [Fact]
    [Requirement("H1-2.2-10")]
    public void Segments_of_one_two_three_and_seven_bytes_are_read_alike()
    {
        byte[] bytes = "POST /e HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n"u8.ToArray();
        string whole = $"{RequestReader.Read([bytes])}";
        Assert.All([1, 2, 3, 7], length => Assert.Equal(whole, $"{RequestReader.Read(new Segmentation([length]).Cut(bytes).Segments)}"));
        Assert.Equal(whole, $"{RequestReader.Read(new Segmentation([3, 0, 1]).Cut(bytes).Segments)}");
    }

    [Theory]
    [Requirement("H1-2.3-01")]
    [InlineData("http/1.1")]
    [InlineData("HTTP/1")]
    [InlineData("HTTP/1.")]
    [InlineData("HTTP/1.10")]
    [InlineData("HTTP/01.1")]
    [InlineData("HTTP/1,1")]
    [InlineData("HTTP/ 1.1")]
    [InlineData("HTP/1.1")]
    [InlineData("HTTP/x.1")]
    [InlineData("HTTP/1.x")]
    [InlineData("Http/1.1")]
    public void A_version_is_exact(string version)
    {
        RequestReader reader = RequestReader.Read($"GET / {version}\r\n{H}\r\n");
        Assert.Equal((ParseStatus.Invalid, 400), (reader.Status, reader.Broken?.Code));
    }

    [Theory]
    [Requirement("HS-6.2-02")]
    [InlineData("GET / HTTP/2.0\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/0.9\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    public void Another_major_version_is_told_which_one_is_spoken(string request)
    {
        AssertRefused(HttpRules.VersionNotSupported, request);
        Assert.Equal(505, HttpRules.VersionNotSupported.Code);
        Assert.Contains("HTTP/1.1", HttpRules.VersionNotSupported.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("HS-6.2-03")]
    public void A_higher_minor_version_is_read_as_HTTP_1_1()
    {
        Assert.Equal(9, RequestReader.Read($"GET / HTTP/1.9\r\n{H}\r\n").Head!.MinorVersion);
        AssertRefused(HttpRules.HostMissing, "GET / HTTP/1.9\r\n\r\n");
        Assert.Equal(BodyKind.Chunked, BodyFraming.ForResponse(200, "GET", minorVersion: 9, length: null).Kind);
    }

    [Theory]
    [Requirement("H1-2.3-02", "H1-6.1-06")]
    [InlineData(0, BodyKind.UntilClose)]
    [InlineData(1, BodyKind.Chunked)]
    public void An_HTTP_1_0_client_gets_no_chunks(int minorVersion, BodyKind kind) =>
        Assert.Equal(kind, BodyFraming.ForResponse(200, "GET", minorVersion, length: null).Kind);

    [Fact]
    public void A_head_can_be_read_in_one_go()
    {
        var input = new ReadOnlySequence<byte>("\r\nGET /a?b HTTP/1.1\r\nHost: a\r\n\r\nbehind"u8.ToArray());
        ParseStatus status = RequestHead.Parse(input, HttpLimits.Default, out RequestHead? head, out long length, out ProtocolRule? broken);
        Assert.Equal((ParseStatus.Complete, 32, null), (status, length, broken));
        Assert.Equal(("GET", "/a", "b"), (head!.Method, head.Path, head.Query));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n", ParseStatus.NeedMore, null)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\n", ParseStatus.Invalid, nameof(HttpRules.BareLineFeed))]
    [InlineData("GET / HTTP/1.1\r\n\r\n", ParseStatus.Invalid, nameof(HttpRules.HostMissing))]
    public void A_head_that_is_not_read_is_none(string text, ParseStatus expected, string? rule)
    {
        var input = new ReadOnlySequence<byte>(System.Text.Encoding.Latin1.GetBytes(text));
        ParseStatus status = RequestHead.Parse(input, HttpLimits.Default, out RequestHead? head, out long length, out ProtocolRule? broken);
        Assert.Equal((expected, null, 0, rule), (status, head, length, broken?.Name));
    }

    [Fact]
    public void A_head_that_is_released_is_empty()
    {
        RequestHead head = RequestReader.Read($"POST http://h/p?q HTTP/1.1\r\n{H}X: a\r\n\r\n").Head!;
        head.Release();
        Assert.Equal(("", "", "", "", ""), (head.Method, head.Target, head.Path, head.Query, head.Authority));
        Assert.Empty(head.Fields);
        Assert.True(head.PathBytes.IsEmpty && head.QueryBytes.IsEmpty && head.TargetBytes.IsEmpty);
    }

    private static void AssertRefused(ProtocolRule rule, string request)
    {
        RequestReader reader = RequestReader.Read(request);
        Assert.Equal((ParseStatus.Invalid, rule), (reader.Status, reader.Broken));
    }
}
