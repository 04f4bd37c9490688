using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>RFC 6455 §3: where a WebSocket URI leads to.</summary>
public sealed class Rfc6455_3_Uris
{
    [Theory]
    [Requirement("WS-3-01")]
    [InlineData("ws://h/", false, 80, "h")]
    [InlineData("WSS://h/", true, 443, "h")]
    [InlineData("ws://h:8080/", false, 8080, "h:8080")]
    [InlineData("wss://h:443/", true, 443, "h")]
    [InlineData("ws://h:443/", false, 443, "h:443")]
    [InlineData("ws://[::1]:81/", false, 81, "[::1]:81")]
    [InlineData("ws://bücher.example/", false, 80, "xn--bcher-kva.example")]
    public void Scheme_and_port(string uri, bool isSecure, int port, string authority)
    {
        WebSocketTarget target = WebSocketTarget.From(new Uri(uri));

        Assert.Equal((isSecure, port, authority), (target.IsSecure, target.Port, target.Authority));
    }

    [Fact]
    [Requirement("WS-3-01")]
    public void An_address_is_connected_to_without_brackets() => Assert.Equal("::1", WebSocketTarget.From(new Uri("ws://[::1]/")).Host);

    [Theory]
    [Requirement("WS-3-02")]
    [InlineData("ws://h", "/")]
    [InlineData("ws://h?x=1", "/?x=1")]
    [InlineData("ws://h/a/b?c=d", "/a/b?c=d")]
    [InlineData("ws://h/a?", "/a")]
    public void Resource_name(string uri, string resource) => Assert.Equal(resource, WebSocketTarget.From(new Uri(uri)).ResourceName);

    [Fact]
    [Requirement("WS-3-03")]
    public void A_fragment_is_refused_and_an_escaped_number_sign_is_sent()
    {
        Assert.Throws<ArgumentException>(() => WebSocketTarget.From(new Uri("ws://h/a#b")));
        Assert.Throws<ArgumentException>(() => WebSocketTarget.From(new Uri("ws://h/a#")));
        Assert.Equal("/a%23b", WebSocketTarget.From(new Uri("ws://h/a%23b")).ResourceName);
    }

    [Theory]
    [Requirement("WS-4.1-01")]
    [InlineData("http://h/")]
    [InlineData("ws:///")]
    [InlineData("ws://user:password@h/")]
    [InlineData("/relative")]
    public void What_is_no_WebSocket_URI_is_an_argument_error(string uri) =>
        Assert.ThrowsAny<Exception>(() => WebSocketTarget.From(new Uri(uri, UriKind.RelativeOrAbsolute)));
}
