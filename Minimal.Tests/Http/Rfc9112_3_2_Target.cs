using System.Text;
using Minimal.Http.Wire;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>RFC 9112 §3.2: Host, the four forms of a target, and what a program sees of them.</summary>
public sealed class Rfc9112_3_2_Target
{
    private const string H = "Host: a\r\n";

    [Theory]
    [Requirement("H1-3.2-02")]
    [InlineData("Host: a\r\nHost: a\r\n")]
    [InlineData("Host: a\r\nhOsT: b\r\n")]
    [InlineData("Host: a\r\nX: y\r\nHost:\r\n")]
    public void There_is_one_Host(string hosts) =>
        Assert.Equal(HttpRules.HostRepeated, RequestReader.Read($"GET / HTTP/1.1\r\n{hosts}\r\n").Broken);

    [Theory]
    [Requirement("H1-3.2-03")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("u@a")]
    [InlineData("a:x")]
    [InlineData("a:80:80")]
    [InlineData("[::1")]
    [InlineData("a?b")]
    [InlineData("a#b")]
    [InlineData("a\x00")]
    [InlineData("a, b")]
    [InlineData("a:65536")]
    [InlineData("a:99999999999999999999")]
    [InlineData("a:-1")]
    [InlineData(":80")]
    [InlineData("")]
    [InlineData("a%zz")]
    [InlineData("%zz")]
    [InlineData("a%4")]
    [InlineData("\xC3\xA9")]
    [InlineData("a\\b")]
    public void A_Host_that_is_none_is_refused(string host)
    {
        RequestReader reader = RequestReader.Read($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
        Assert.Equal((ParseStatus.Invalid, 400), (reader.Status, reader.Broken?.Code));
    }

    [Theory]
    [Requirement("H1-3.2-03")]
    [InlineData("a")]
    [InlineData("a:8080")]
    [InlineData("[::1]:80")]
    [InlineData("127.0.0.1")]
    [InlineData("a:")]
    [InlineData("a,b")]
    [InlineData("a_b.c-d~")]
    [InlineData("%41")]
    [InlineData("a:00080")]
    [InlineData("a:65535")]
    [InlineData("[v1.x:y]")]
    public void A_Host_is_a_host_and_optionally_a_port(string host) =>
        Assert.Equal(host, ReadWhole($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n").Authority);

    [Theory]
    [InlineData("::", true)]
    [InlineData("::1", true)]
    [InlineData("1::", true)]
    [InlineData("2001:db8::7", true)]
    [InlineData("1:2:3:4:5:6:7:8", true)]
    [InlineData("1:2:3:4:5:6:7::", true)]
    [InlineData("::2:3:4:5:6:7:8", true)]
    [InlineData("1:2:3:4:5:6:192.0.2.1", true)]
    [InlineData("::9.99.30.255", true)]
    [InlineData("::ffff:192.0.2.1", true)]
    [InlineData("FEDC:BA98::", true)]
    [InlineData("v1.a", true)]
    [InlineData("VFF.a:b", true)]
    [InlineData("", false)]
    [InlineData(":", false)]
    [InlineData(":::", false)]
    [InlineData("1::2::3", false)]
    [InlineData("1:2:3:4:5:6:7", false)]
    [InlineData("1:2:3:4:5:6:7:8:9", false)]
    [InlineData("1:2:3:4::5:6:7:8", false)]
    [InlineData("12345::", false)]
    [InlineData("g::", false)]
    [InlineData("1:", false)]
    [InlineData(":1", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("192.0.2.1::", false)]
    [InlineData("::192.0.2.1:1", false)]
    [InlineData("::192.0.2", false)]
    [InlineData("::192.0.2.1.1", false)]
    [InlineData("::192.0.2.256", false)]
    [InlineData("::192.0.2.01", false)]
    [InlineData("::192.0.2.", false)]
    [InlineData("::1%25eth0", false)]
    [InlineData("example", false)]
    [InlineData("v.a", false)]
    [InlineData("v1", false)]
    [InlineData("v1.", false)]
    [InlineData("v1.a/b", false)]
    [InlineData("vg.a", false)]
    public void Brackets_hold_an_address(string address, bool isValid)
    {
        Assert.Equal(isValid, HttpChars.IsHost(Encoding.ASCII.GetBytes($"[{address}]")));
        Assert.False(HttpChars.IsHost(Encoding.ASCII.GetBytes($"[{address}")));
        Assert.False(HttpChars.IsHost(Encoding.ASCII.GetBytes($"[{address}]a")));
    }

    [Fact]
    [Requirement("H1-3.2-05")]
    public void HTTP_1_0_needs_no_Host_but_a_wrong_one_is_wrong()
    {
        Assert.Equal("", ReadWhole("GET / HTTP/1.0\r\n\r\n").Authority);
        Assert.Equal(HttpRules.HostInvalid, RequestReader.Read("GET / HTTP/1.0\r\nHost: a b\r\n\r\n").Broken);
        Assert.Equal(HttpRules.HostRepeated, RequestReader.Read("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n").Broken);
    }

    [Theory]
    [Requirement("H1-3.2-06")]
    [InlineData("/\x01")]
    [InlineData("/\x7f")]
    [InlineData("/\xC3\xA9")]
    [InlineData("/a#b")]
    [InlineData("/a\"<b>")]
    [InlineData("/a?b#c")]
    [InlineData("/a\\b")]
    [InlineData("/a[b]")]
    [InlineData("/a?b={c}")]
    [InlineData("http://a/\xC3\xA9")]
    [InlineData("\xC3\xA9")]
    public void A_target_holds_only_the_characters_of_a_URI(string target) =>
        Assert.Equal(HttpRules.InvalidTarget, RequestReader.Read($"GET {target} HTTP/1.1\r\n{H}\r\n").Broken);

    [Theory]
    [Requirement("H1-3.2.1-01", "H1-3.3-01")]
    [InlineData("/a%2Fb?x=%26", "/a%2Fb", "x=%26")]
    [InlineData("//a", "//a", "")]
    [InlineData("/", "/", "")]
    [InlineData("/?", "/", "")]
    [InlineData("/a?b?c=/d", "/a", "b?c=/d")]
    [InlineData("/a;b=c,d/e:f@g!$&'()*+~", "/a;b=c,d/e:f@g!$&'()*+~", "")]
    public void Raw_path_and_query_are_what_was_sent(string target, string path, string query)
    {
        RequestHead head = Read($"GET {target} HTTP/1.1");
        Assert.Equal((TargetForm.Origin, path, query), (head.Form, Encoding.ASCII.GetString(head.PathBytes), head.Query));
    }

    [Theory]
    [Requirement("H1-3.2.2-01", "H1-3.2.2-02")]
    [InlineData("http://a/x?y", "a", "/x", "y")]
    [InlineData("http://b/x", "b", "/x", "")]
    [InlineData("HTTP://b:81/x", "b:81", "/x", "")]
    [InlineData("http://b", "b", "/", "")]
    [InlineData("http://b?y", "b", "/", "y")]
    [InlineData("http://[::1]:80/", "[::1]:80", "/", "")]
    [InlineData("http://b/c://d", "b", "/c://d", "")]
    public void A_whole_URI_says_what_the_request_is_for(string target, string authority, string path, string query)
    {
        RequestHead head = Read($"GET {target} HTTP/1.1");
        Assert.Equal((TargetForm.Absolute, authority, path, query), (head.Form, head.Authority, head.Path, head.Query));
    }

    [Fact]
    [Requirement("H1-3.3-02")]
    public void What_a_proxy_may_have_added_changes_nothing()
    {
        const string Forwarded = "X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\nForwarded: proto=https;host=evil\r\n";
        RequestHead head = ReadWhole($"GET /p HTTP/1.1\r\n{Forwarded}{H}\r\n");
        Assert.Equal(("a", "/p"), (head.Authority, head.Path));
    }

    [Theory]
    [Requirement("H1-3.2.1-01", "H1-3.2.3-01", "H1-3.2.4-01")]
    [InlineData("GET foo")]
    [InlineData("GET a.example:80")]
    [InlineData("GET *")]
    [InlineData("GET ?a")]
    [InlineData("GET ://a/")]
    [InlineData("GET http:/a")]
    [InlineData("GET a/b://c")]
    [InlineData("GET 1http://a")]
    [InlineData("GET a?b=http://c")]
    [InlineData("OPTIONS **")]
    [InlineData("CONNECT /x")]
    [InlineData("CONNECT *")]
    public void A_target_has_one_of_four_forms_and_the_one_of_its_method(string start) =>
        Assert.Equal(HttpRules.InvalidTargetForm, RequestReader.Read($"{start} HTTP/1.1\r\n{H}\r\n").Broken);

    [Theory]
    [Requirement("HS-7.4-01")]
    [InlineData("https://a/")]
    [InlineData("HTTPS://a/")]
    [InlineData("ftp://a/")]
    [InlineData("ws+x.1-2://a/")]
    public void A_target_of_another_scheme_is_misdirected(string target)
    {
        RequestReader reader = RequestReader.Read($"GET {target} HTTP/1.1\r\n{H}\r\n");
        Assert.Equal((HttpRules.Misdirected, 421), (reader.Broken, reader.Broken?.Code));
    }

    [Theory]
    [Requirement("HS-4.2.1-01", "HS-4.2.4-01")]
    [InlineData("http:///x")]
    [InlineData("http://:80/x")]
    [InlineData("http://u:p@a/")]
    [InlineData("http://u@a/")]
    [InlineData("http://a:x/")]
    [InlineData("http://a#b")]
    [InlineData("http://[::1/")]
    public void An_authority_is_a_host_and_optionally_a_port(string target) =>
        Assert.Equal(HttpRules.InvalidAuthority, RequestReader.Read($"GET {target} HTTP/1.1\r\n{H}\r\n").Broken);

    [Theory]
    [Requirement("HS-9.3.6-01")]
    [InlineData("a:")]
    [InlineData("a:x")]
    [InlineData("a:99999")]
    [InlineData("a")]
    [InlineData("a:0")]
    [InlineData("a:000")]
    [InlineData("[::1]")]
    [InlineData("[::1]:")]
    [InlineData(":80")]
    [InlineData("u@a:80")]
    [InlineData("http://a:80")]
    [InlineData("a:80/b")]
    public void CONNECT_needs_a_host_and_a_port(string target) =>
        Assert.Equal(HttpRules.InvalidAuthority, RequestReader.Read($"CONNECT {target} HTTP/1.1\r\n{H}\r\n").Broken);

    [Theory]
    [Requirement("H1-3.2.3-01")]
    [InlineData("a.example:80")]
    [InlineData("[::1]:443")]
    public void CONNECT_asks_for_a_host_and_a_port(string target)
    {
        RequestHead head = Read($"CONNECT {target} HTTP/1.1");
        Assert.Equal(("CONNECT", TargetForm.Authority, target, "", ""), (head.Method, head.Form, head.Authority, head.Path, head.Query));
    }

    [Theory]
    [Requirement("H1-POL-03")]
    [InlineData("/%zz")]
    [InlineData("/%4")]
    [InlineData("/%")]
    [InlineData("/a?%")]
    [InlineData("/a?b=%4g")]
    [InlineData("http://a/%")]
    public void An_escape_has_two_digits(string target) =>
        Assert.Equal(HttpRules.InvalidPercentEncoding, RequestReader.Read($"GET {target} HTTP/1.1\r\n{H}\r\n").Broken);

    [Theory]
    [Requirement("H1-POL-03", "H1-3.2.1-01")]
    [InlineData("/%252e", "/%2e")]
    [InlineData("/%0d%0a", "/\r\n")]
    [InlineData("/caf%C3%A9", "/caf\u00E9")]
    [InlineData("/%c0%ae%c0%ae/x", "/\uFFFD\uFFFD\uFFFD\uFFFD/x")]
    [InlineData("/../x", "/x")]
    [InlineData("/%2e%2e/x", "/x")]
    [InlineData("/..%2fx", "/..%2fx")]
    [InlineData("/a/../../b/.", "/b/")]
    [InlineData("/a/..", "/")]
    [InlineData("/a//../b", "/a/b")]
    [InlineData("/...", "/...")]
    [InlineData("/.a/..b/c.", "/.a/..b/c.")]
    [InlineData("/a%00.txt", "/a\0.txt")]
    [InlineData("/a%20b%3Fc", "/a b?c")]
    public void A_path_is_decoded_once_and_below_its_root(string target, string path) =>
        Assert.Equal(path, Read($"GET {target} HTTP/1.1").Path);

    [Theory]
    [Requirement("H1-POL-03")]
    [InlineData("a%2Fb%2f+%C3%A9", "a/b/+\u00E9")]
    [InlineData("%61", "a")]
    [InlineData("a%zz%4", "a%zz%4")]
    [InlineData("%", "%")]
    [InlineData("", "")]
    public void What_is_no_escape_stands_for_itself(string text, string decoded)
    {
        Assert.Equal(decoded, PercentEncoding.Decode(Encoding.ASCII.GetBytes(text)));
        string many = string.Concat(Enumerable.Repeat(text + "/", 300));
        Assert.Equal(string.Concat(Enumerable.Repeat(decoded + "/", 300)), PercentEncoding.Decode(Encoding.ASCII.GetBytes(many)));
    }

    [Fact]
    public void A_head_that_is_used_again_says_nothing_of_the_request_before()
    {
        RequestHead head = Read("GET /a?b HTTP/1.1");
        byte[] wrong = Encoding.ASCII.GetBytes($"GET /a b HTTP/1.1\r\n{H}\r\n");
        head.Load(new System.Buffers.ReadOnlySequence<byte>(wrong), start: 0);
        Assert.False(new RequestHeadParser(head).TryParse(out _));
        Assert.Equal(("", "", ""), (head.Method, head.Target, head.Path));
    }

    [Fact]
    public void A_head_that_was_given_back_is_empty()
    {
        RequestHead head = Read("GET /a?b HTTP/1.1");
        Assert.Equal(("/a?b", "/a", "b", "a"), (head.Target, head.Path, head.Query, head.Authority));
        head.Release();
        Assert.Equal(("", "", "", "", "", 0), (head.Method, head.Target, head.Path, head.Query, head.Authority, head.MinorVersion));
        Assert.Empty(head.Fields);
        Assert.Equal("", new RequestHead().Method);
    }

    [Fact]
    public void A_long_path_is_decoded_like_a_short_one()
    {
        string escaped = string.Concat(Enumerable.Repeat("/%61", 500));
        Assert.Equal(string.Concat(Enumerable.Repeat("/a", 500)), Read($"GET {escaped} HTTP/1.1").Path);
    }

    private static RequestHead Read(string line) => ReadWhole($"{line}\r\n{H}\r\n");

    private static RequestHead ReadWhole(string request)
    {
        RequestReader reader = RequestReader.Read(request);
        Assert.Equal((ParseStatus.Complete, null), (reader.Status, reader.Broken));
        return reader.Head!;
    }
}
