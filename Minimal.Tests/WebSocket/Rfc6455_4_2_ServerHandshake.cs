using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>RFC 6455 §4.2 to §4.4, §11.3: how a server judges an opening handshake.</summary>
public sealed class Rfc6455_4_2_ServerHandshake
{
    private static readonly HandshakeRequest Good = new()
    {
        Method = "GET",
        MinorVersion = 1,
        Host = ["a"],
        Upgrade = ["websocket"],
        Connection = ["Upgrade"],
        Key = ["dGhlIHNhbXBsZSBub25jZQ=="],
        Version = ["13"],
    };

    [Fact]
    [Requirement("WS-4.2.1-01", "WS-4.2.1-02", "WS-4.2.1-03")]
    public void Each_part_of_the_handshake_is_required()
    {
        Assert.Equal("dGhlIHNhbXBsZSBub25jZQ==", Accepted(Good).Key);
        Refused(Good with { Method = "POST" }, WebSocketRules.HandshakeMethod, 405);
        Refused(Good with { Method = "get" }, WebSocketRules.HandshakeMethod, 405);
        Refused(Good with { MinorVersion = 0 }, WebSocketRules.HandshakeHttpVersion, 400);
        Refused(Good with { Host = [] }, WebSocketRules.HandshakeHost, 400);
        Refused(Good with { Host = ["a", "a"] }, WebSocketRules.HandshakeHost, 400);
        Refused(Good with { Upgrade = [] }, WebSocketRules.HandshakeUpgrade, 426);
        Refused(Good with { Connection = [] }, WebSocketRules.HandshakeConnection, 400);
        Refused(Good with { Key = [] }, WebSocketRules.HandshakeKey, 400);
        Refused(Good with { Version = [] }, WebSocketRules.HandshakeVersion, 426);
        Refused(Good with { Method = "POST", Version = [], Key = [] }, WebSocketRules.HandshakeMethod, 405);
    }

    [Theory]
    [Requirement("WS-4.2.1-04")]
    [InlineData(true, "websocket")]
    [InlineData(true, "WebSocket")]
    [InlineData(true, "h2c, websocket")]
    [InlineData(false, "websockets")]
    [InlineData(false, "web socket")]
    [InlineData(false, "websocket/13")]
    [InlineData(false, "websocket\u00A0")]
    public void Upgrade_has_the_member_websocket(bool isAccepted, string upgrade) =>
        Judged(isAccepted, Good with { Upgrade = [upgrade] }, WebSocketRules.HandshakeUpgrade);

    [Theory]
    [Requirement("WS-4.2.1-05")]
    [InlineData(true, "upgrade")]
    [InlineData(true, "keep-alive, Upgrade")]
    [InlineData(true, "keep-alive", "UPGRADE")]
    [InlineData(false, "keep-alive")]
    [InlineData(false, "Upgraded")]
    [InlineData(false, "\vupgrade")]
    public void Connection_has_the_member_upgrade(bool isAccepted, params string[] connection) =>
        Judged(isAccepted, Good with { Connection = connection }, WebSocketRules.HandshakeConnection);

    [Theory]
    [Requirement("WS-4.2.1-06")]
    [InlineData(true, "AQIDBAUGBwgJCgsMDQ4PEA==")]
    [InlineData(false, "AQIDBAUGBwgJCgsMDQ4PEC==")]
    [InlineData(false, "")]
    [InlineData(false, "abc")]
    [InlineData(false, "AAAA")]
    [InlineData(false, "AAAAAAAAAAAAAAAAAAAA")]
    [InlineData(false, "AAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData(false, "AAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData(false, "!!!!!!!!!!!!!!!!!!!!!!==")]
    [InlineData(false, "AAAA AAAAAAAAAAAAAAAAAA==")]
    [InlineData(false, "AAAA AAAAAAAAAAAAAAAAA==")]
    [InlineData(false, "AAAAAAAAAAAAAAAAAAAAAA== ")]
    public void The_key_is_16_bytes_in_base64(bool isAccepted, string key) =>
        Judged(isAccepted, Good with { Key = [key] }, WebSocketRules.HandshakeKey);

    [Theory]
    [Requirement("WS-4.2.1-07", "WS-4.2.2-03", "WS-4.4-01")]
    [InlineData("12")]
    [InlineData("14")]
    [InlineData("25")]
    [InlineData("013")]
    [InlineData("13, 8")]
    [InlineData("abc")]
    public void Another_version_than_13_is_told_which_one_there_is(string version)
    {
        Refused(Good with { Version = [version] }, WebSocketRules.HandshakeVersion, 426);
        Assert.Equal("13", HandshakeRequest.SupportedVersion);
    }

    [Fact]
    [Requirement("WS-11.3.1-01", "WS-11.3.5-01")]
    public void Key_and_version_come_once()
    {
        Refused(Good with { Key = [Good.Key[0], Good.Key[0]] }, WebSocketRules.HandshakeKeyRepeated, 400);
        Refused(Good with { Version = ["13", "13"] }, WebSocketRules.HandshakeVersionRepeated, 400);
    }

    [Fact]
    [Requirement("WS-11.3.4-01", "WS-4.2.2-06", "WS-4.2.2-07")]
    public void Subprotocols_of_several_lines_are_one_list_to_choose_from()
    {
        IReadOnlyList<string> listed = Accepted(Good with { Protocols = ["a", "b"] }).Protocols;
        Assert.Equal(["a", "b"], listed);
        Assert.Equal("b", Subprotocols.Choose(listed, ["b", "a"]));
        Assert.Equal("b", Subprotocols.Choose(Accepted(Good with { Protocols = ["a, b"] }).Protocols, ["x", "b"]));
        Assert.Equal(["a", "b"], Accepted(Good with { Protocols = ["a,, b ,"] }).Protocols);
        Assert.Null(Subprotocols.Choose(["x"], ["a"]));
        Assert.Null(Subprotocols.Choose(["A"], ["a"]));
        Assert.Empty(Accepted(Good).Protocols);
    }

    [Theory]
    [Requirement("WS-4.1-09")]
    [InlineData("a, a")]
    [InlineData("a b")]
    [InlineData("a\u00A0")]
    [InlineData("é")]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("a", "a")]
    public void Subprotocols_that_are_no_unique_tokens_are_refused(params string[] lines) =>
        Refused(Good with { Protocols = lines }, WebSocketRules.HandshakeProtocols, 400);

    [Theory]
    [Requirement("WS-4.2.2-01")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA==", "ICX+Yqv66kxgM0FcWaLWlFLwTAI=")]
    [InlineData("AQIDBAUGBwgJCgsMDQ4PEA==", "C/0nmHhBztSRGR1CwL6Tf4ZjwpY=")]
    public void Accept_is_made_from_the_key(string key, string accept) => Assert.Equal(accept, HandshakeKey.Accept(key));

    [Theory]
    [Requirement("WS-4.2.2-05", "WS-10.2-01")]
    [InlineData(false, "http://evil")]
    [InlineData(false, "http://good.evil")]
    [InlineData(false, "null")]
    [InlineData(false, "http://good:81")]
    [InlineData(false, "https://good")]
    [InlineData(false, "http://good/")]
    [InlineData(false, "http://good http://good")]
    [InlineData(false, "http://evil@good")]
    [InlineData(false, "")]
    [InlineData(true, "http://good")]
    [InlineData(true, "HTTP://GOOD")]
    [InlineData(true, "http://good:80")]
    public void An_allow_list_compares_scheme_host_and_port(bool isAccepted, string origin)
    {
        var policy = new OriginPolicy(["http://good"]);
        Judged(isAccepted, Good with { Origin = [origin] }, WebSocketRules.HandshakeOrigin, policy);
    }

    [Theory]
    [Requirement("WS-10.2-01")]
    [InlineData(true, "a", "http://a")]
    [InlineData(true, "a", "https://A")]
    [InlineData(true, "a:80", "http://a")]
    [InlineData(true, "a:8080", "http://a:8080")]
    [InlineData(true, "[::1]:81", "http://[::1]:81")]
    [InlineData(false, "a", "http://a:8080")]
    [InlineData(false, "a:80", "https://a")]
    [InlineData(true, "a", "ws://a")]
    [InlineData(true, "a:443", "wss://a")]
    [InlineData(false, "a", "http://b")]
    [InlineData(false, "a", "file://a")]
    [InlineData(false, "a", "null")]
    public void By_default_the_page_is_of_the_same_host(bool isAccepted, string host, string origin) =>
        Judged(isAccepted, Good with { Host = [host], Origin = [origin] }, WebSocketRules.HandshakeOrigin);

    [Fact]
    [Requirement("WS-4.2.1-08")]
    public void Without_origin_it_is_no_browser_and_the_policy_decides()
    {
        Assert.Null(Accepted(Good).Origin);
        Assert.Equal("http://a", Accepted(Good with { Origin = ["http://a"] }).Origin);
        Judged(false, Good, WebSocketRules.HandshakeOrigin, new OriginPolicy(["http://a"]) { AllowMissing = false });
        Judged(true, Good with { Origin = ["null"] }, WebSocketRules.HandshakeOrigin, OriginPolicy.Any);
        foreach (string none in (string[])["good", "http://", "http://:80", "http://a/b", "http://a:", "http://a:x", "http://a:65536", "://a", "ftp://a"])
        {
            Assert.Throws<ArgumentException>(() => new OriginPolicy([none]));
        }
    }

    [Fact]
    [Requirement("WS-4.2.2-05")]
    public void Two_origins_are_none()
    {
        HandshakeRequest two = Good with { Origin = ["http://a", "http://a"] };
        Judged(false, two, WebSocketRules.HandshakeOrigin);
        Assert.Equal("http://a, http://a", two.Decide(OriginPolicy.Any, out _)!.Origin);
    }

    [Fact]
    [Requirement("WS-4.2.1-06")]
    public void What_is_no_key_has_no_answer() => Assert.Throws<ArgumentOutOfRangeException>("key", () => HandshakeKey.Accept("AQIDBAUGBwgJCgsMDQ4PEA="));

    [Theory]
    [Requirement("WS-4.3-01", "WS-9.1-01")]
    [InlineData("foo; x=\"a b\"")]
    [InlineData("foo;;")]
    [InlineData("foo;")]
    [InlineData("foo, =1")]
    [InlineData("\u00A0foo")]
    [InlineData("foo;\u00A0x")]
    [InlineData("foo\u00A0;x")]
    [InlineData("foo; =1")]
    [InlineData(";foo")]
    [InlineData("foo; x=")]
    [InlineData("foo; x=\"a")]
    [InlineData("foo; x=\"\"")]
    [InlineData("foo; x=\"a\\")]
    [InlineData("foo bar")]
    [InlineData("foo; x=1 2")]
    [InlineData("föö")]
    [InlineData(",")]
    public void Malformed_extensions_are_refused(string extensions) =>
        Refused(Good with { Extensions = [extensions] }, WebSocketRules.HandshakeExtensions, 400);

    [Theory]
    [Requirement("WS-4.3-01", "WS-9.1-02", "DEF-5.2-01", "HS-5.6.4-01")]
    [InlineData("foo; x=10", "foo; x=10")]
    [InlineData("foo; x=\"10\"", "foo; x=10")]
    [InlineData("foo; x=\"1\\0\"", "foo; x=10")]
    [InlineData("foo ; x = 10 ;y , , bar", "foo; x=10; y|bar")]
    [InlineData(" foo\t,", "foo")]
    [InlineData(",, foo ,,", "foo")]
    [InlineData(" foo ", "foo")]
    [InlineData("foo; x ", "foo; x")]
    public void Extensions_are_a_list_with_parameters(string line, string read) =>
        Assert.Equal(read, string.Join('|', Accepted(Good with { Extensions = [line] }).Extensions));

    [Fact]
    [Requirement("WS-9.1-02", "WS-11.3.4-01", "WS-4.2.2-08")]
    public void Lines_of_extensions_combine_and_what_is_not_known_is_passed_over()
    {
        IReadOnlyList<Extension> offers = Accepted(Good with { Extensions = ["x-foo", "permessage-deflate"] }).Extensions;

        Assert.Equal("permessage-deflate", DeflateOffer.Answer(offers, DeflatePolicy.Default)!.ToString());
        Assert.Null(DeflateOffer.Answer([], DeflatePolicy.Default));
    }

    private static HandshakeOffer Accepted(HandshakeRequest request)
    {
        HandshakeOffer? offer = request.Decide(OriginPolicy.SameHost, out ProtocolRule? broken);
        Assert.Null(broken);
        return offer!;
    }

    private static void Refused(HandshakeRequest request, ProtocolRule rule, int status)
    {
        Judged(false, request, rule);
        Assert.Equal(status, rule.Code);
    }

    private static void Judged(bool isAccepted, HandshakeRequest request, ProtocolRule rule, OriginPolicy? origins = null)
    {
        HandshakeOffer? offer = request.Decide(origins ?? OriginPolicy.SameHost, out ProtocolRule? broken);
        Assert.Equal(isAccepted, offer is not null);
        Assert.Same(isAccepted ? null : rule, broken);
    }
}
