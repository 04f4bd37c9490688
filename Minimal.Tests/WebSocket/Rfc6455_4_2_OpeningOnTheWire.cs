using System.Text;
using Minimal.Http;
using Minimal.Http.Routing;
using Minimal.Http.Transports;
using Minimal.Testing;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>The opening handshake as a server answers it (RFC 6455 §4.2), from the request to the first frame.</summary>
public sealed class Rfc6455_4_2_OpeningOnTheWire
{
    private const string Key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

    [Fact]
    [Requirement("WS-4.2.2-01", "WS-4.2.2-02", "WS-4.2.2-07", "WS-4.2.2-08", "WS-4.2.2-10")]
    public async Task Acceptance_is_101_with_three_fields()
    {
        await using var host = new SocketHost(SocketHost.Echo, new WebSocketOptions { Deflate = DeflatePolicy.Default, Subprotocols = ["a"] });
        await using RawPeer peer = host.Connect();
        string head = await peer.OpenAsync("Sec-WebSocket-Protocol: x\r\n");

        Assert.Equal(
            ["Connection: Upgrade", "HTTP/1.1 101 Switching Protocols", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "Upgrade: websocket"],
            head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("Date:", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [Requirement("WS-4.2.1-01", "WS-4.2.1-02", "WS-4.2.1-03", "WS-4.2.1-04", "WS-4.2.1-05", "WS-4.2.1-06", "WS-4.2.1-07", "WS-11.3.1-01", "WS-11.3.5-01", "WS-10.7-01", "WS-4.3-01")]
    [InlineData("GET /ws", "POST /ws", 405, "Allow: GET")]
    [InlineData("HTTP/1.1", "HTTP/1.0", 400, "")]
    [InlineData("Host: a\r\n", "", 400, "")]
    [InlineData("Upgrade: websocket", "Upgrade: websockets", 426, "Upgrade: websocket")]
    [InlineData("Connection: Upgrade", "Connection: keep-alive", 400, "Connection contains Upgrade")]
    [InlineData(Key, "X-Key: none", 400, "Sec-WebSocket-Key is 16 bytes")]
    [InlineData(Key, "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEC==", 400, "Sec-WebSocket-Key is 16 bytes")]
    [InlineData(Key, Key + "\r\n" + Key, 400, "one Sec-WebSocket-Key")]
    [InlineData("Version: 13", "Version: 8", 426, "Sec-WebSocket-Version: 13")]
    [InlineData("Version: 13", "Version: 13\r\nSec-WebSocket-Version: 13", 400, "one Sec-WebSocket-Version")]
    [InlineData("Host: a", "Host: a\r\nSec-WebSocket-Protocol: a, a", 400, "each once")]
    [InlineData("Host: a", "Host: a\r\nSec-WebSocket-Extensions: foo; x=\"a b\"", 400, "parameters that are tokens")]
    public async Task A_request_that_is_not_in_order_gets_the_rule_and_no_101(string part, string replaced, int status, string says)
    {
        await using var host = new SocketHost(SocketHost.Echo);
        await using RawPeer peer = host.Connect();
        await peer.SendTextAsync($"{RawPeer.Handshake.Replace(part, replaced, StringComparison.Ordinal)}\r\n");

        string response = await peer.ReadResponseAsync();
        Assert.StartsWith($"HTTP/1.1 {status} ", response, StringComparison.Ordinal);
        Assert.Contains(says, response, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("WS-4.2.2-03", "WS-4.4-01", "HS-7.8-04")]
    public async Task Another_version_is_told_the_one_that_is_spoken_and_the_connection_goes_on()
    {
        await using var host = new SocketHost(SocketHost.Echo);
        await using RawPeer peer = host.Connect();
        await peer.SendTextAsync($"{RawPeer.Handshake.Replace(": 13", ": 25", StringComparison.Ordinal)}\r\n");

        string response = await peer.ReadResponseAsync();
        Assert.StartsWith("HTTP/1.1 426 ", response, StringComparison.Ordinal);
        foreach (string field in (string[])["Sec-WebSocket-Version: 13\r\n", "Upgrade: websocket\r\n", "Connection: Upgrade\r\n"]) Assert.Contains(field, response, StringComparison.Ordinal);
        await peer.OpenAsync();
    }

    [Fact]
    [Requirement("WS-4.2.1-09")]
    public async Task The_order_of_fields_is_free_and_others_do_not_matter()
    {
        await using var host = new SocketHost(SocketHost.Echo);
        await using RawPeer peer = host.Connect();
        string[] lines = RawPeer.Handshake.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        await peer.SendTextAsync($"{lines[0]}\r\nX-Foo: 1\r\n{string.Join("\r\n", lines[1..].Reverse())}\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 101 ", await peer.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("WS-4.2.2-05", "WS-10.2-01", "WS-4.2.1-08")]
    [InlineData("", 101)]
    [InlineData("Origin: http://a\r\n", 101)]
    [InlineData("Origin: HTTP://A:80\r\n", 101)]
    [InlineData("Origin: http://evil\r\n", 403)]
    [InlineData("Origin: http://a.evil\r\n", 403)]
    [InlineData("Origin: http://a:81\r\n", 403)]
    [InlineData("Origin: null\r\n", 403)]
    public async Task By_default_pages_of_the_same_host_may_connect(string origin, int status)
    {
        await using var host = new SocketHost(SocketHost.Echo);
        await using RawPeer peer = host.Connect();
        await peer.SendTextAsync($"{RawPeer.Handshake}{origin}\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", await peer.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("WS-4.2.2-06", "WS-11.3.4-01", "WS-4.2.2-10")]
    public async Task The_subprotocol_is_the_one_that_the_server_likes_best_of_those_listed()
    {
        string? seen = "";
        await using var host = new SocketHost(
            socket =>
            {
                seen = socket.Subprotocol;
                return SocketHost.Echo(socket);
            },
            new WebSocketOptions { Subprotocols = ["c", "b", "a"] });
        await using RawPeer peer = await host.OpenAsync("Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: b\r\n");
        await peer.SendHexAsync("81 80 00000000");
        await peer.ExpectHexAsync("81 00");
        Assert.Equal("b", seen);
    }

    [Fact]
    [Requirement("WS-4.2.2-06", "WS-4.2.2-07")]
    public async Task A_handler_that_chooses_what_was_not_listed_is_told_so()
    {
        await using var host = new SocketHost(SocketHost.Echo, new WebSocketOptions { ChooseSubprotocol = listed => listed.Count == 0 ? "a" : listed[^1] });
        await using RawPeer none = host.Connect();
        await none.SendTextAsync($"{RawPeer.Handshake}\r\n");
        Assert.StartsWith("HTTP/1.1 500 ", await none.ReadHeadAsync(), StringComparison.Ordinal);

        await using RawPeer peer = host.Connect();
        Assert.Contains("Sec-WebSocket-Protocol: y\r\n", await peer.OpenAsync("Sec-WebSocket-Protocol: x, y\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("WS-4.2.2-11", "WS-5.1-05", "WS-5.1-03")]
    public async Task The_server_may_send_at_once_and_never_before()
    {
        await using var host = new SocketHost(async socket =>
        {
            await socket.SendAsync("hi");
            await socket.RefuseMessagesAsync();
        });
        await using RawPeer peer = await host.OpenAsync();
        await peer.ExpectHexAsync("81 02 6869");
    }

    [Fact]
    [Requirement("WS-4.2.2-12", "WS-7.2.2-01")]
    public async Task Frames_behind_the_handshake_are_kept_and_a_broken_handshake_has_none()
    {
        await using var host = new SocketHost(SocketHost.Echo);
        await using RawPeer peer = host.Connect();
        await peer.SendAsync((byte[])[.. Encoding.ASCII.GetBytes($"{RawPeer.Handshake}\r\n"), .. Hex.Bytes("81 82 00000000 6869 82 81 00000000 FF")]);
        await peer.ReadHeadAsync();
        await peer.ExpectHexAsync("81 02 6869 82 01 FF");

        await using RawPeer large = host.Connect();
        await large.SendTextAsync($"{RawPeer.Handshake}X: {new string('x', 40_000)}\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 431 ", await large.ReadResponseAsync(), StringComparison.Ordinal);
        await large.ExpectEndAsync();
    }

    [Fact]
    [Requirement("WS-10.7-02")]
    public async Task A_handshake_that_drips_is_ended_as_any_head_is()
    {
        var time = new ManualTime();
        await using var host = new SocketHost(SocketHost.Echo, time: time, inline: true);
        await using RawPeer peer = host.Connect();
        await peer.SendTextAsync("GET /ws HTTP/1.1\r\n");
        time.Advance(TimeSpan.FromSeconds(20));
        await peer.SendTextAsync("Host: a\r\n");
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.StartsWith("HTTP/1.1 408 ", await peer.ReadResponseAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("WS-4.2.2-04", "WS-4.2.2-09", "WS-10.5-01", "WS-10.1-01")]
    public async Task Whoever_may_not_is_answered_as_in_HTTP_and_the_connection_goes_on()
    {
        HttpHandler accept = WebSocketConnection.Handler(SocketHost.Echo);
        var router = new Router().Get("/ws", async exchange =>
        {
            // The Origin is in order and proves nothing: who it is, the cookie says.
            if (exchange.Request.Fields.First("Cookie") == "id=1") await accept(exchange);
            else
            {
                exchange.Response.Fields.Set("WWW-Authenticate", "Basic realm=\"a\"");
                await exchange.RespondAsync(401);
            }
        });
        var listener = new MemoryListener();
        await using var server = new HttpServer(router, [listener]);
        await server.StartAsync();
        await using var peer = new RawPeer(listener.Connect());

        await peer.SendTextAsync($"{RawPeer.Handshake.Replace("/ws", "/nope", StringComparison.Ordinal)}\r\n");
        Assert.StartsWith("HTTP/1.1 404 ", await peer.ReadResponseAsync(), StringComparison.Ordinal);
        await peer.SendTextAsync($"{RawPeer.Handshake}Origin: http://a\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 401 ", await peer.ReadResponseAsync(), StringComparison.Ordinal);
        await peer.OpenAsync("Cookie: id=1\r\n");
        await peer.SendHexAsync("88 82 00000000 03E8");
        await peer.ExpectHexAsync("88 02 03E8");
        await peer.ExpectEndAsync();
    }

    [Fact]
    public async Task Fields_of_the_response_go_with_the_101_and_a_body_of_the_request_is_no_frame()
    {
        var listener = new MemoryListener();
        await using var server = new HttpServer(
            async exchange =>
            {
                exchange.Response.Fields.Set("X-Room", "blue");
                if (await WebSocketConnection.AcceptAsync(exchange) is { } socket) await SocketHost.Echo(socket);
            },
            [listener]);
        await server.StartAsync();
        await using var peer = new RawPeer(listener.Connect());
        await peer.SendTextAsync($"{RawPeer.Handshake}Content-Length: 4\r\n\r\nbody");
        await peer.SendHexAsync("82 81 00000000 AB");
        Assert.Contains("X-Room: blue\r\n", await peer.ReadHeadAsync(), StringComparison.Ordinal);
        await peer.ExpectHexAsync("82 01 AB");
    }
}
