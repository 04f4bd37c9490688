using System.IO.Pipelines;
using System.Net;
using System.Text;
using Minimal.Http;
using Minimal.Http.Diagnostics;
using Minimal.Http.Topics;
using Minimal.Http.Transports;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.Tests.Http;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.Diagnostics;

/// <summary>A server whose connections are watched works as before, and what passed is there to be read.</summary>
public sealed class WireInspectorTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private static readonly WireInspectorOptions All = new() { Reading = WireScript.All with { MaskedFields = WireReaderOptions.Secrets } };

    [Theory]
    [InlineData(Network.Memory)]
    [InlineData(Network.Tcp)]
    [InlineData(Network.Epoll)]
    public async Task Requests_and_responses_are_there_byte_for_byte(Network network)
    {
        var inspector = new WireInspector(All);
        await using Watched server = await Watched.StartAsync(network, inspector, exchange => exchange.RespondAsync(200, "text/plain", "hello"u8.ToArray()));
        await using (Conversation client = await server.ConnectAsync())
        {
            await client.SendAsync(Get + Get);
            await client.ExpectResponseAsync(200);
            await client.ExpectResponseAsync(200);
            client.HalfClose();
            await client.ExpectEndAsync();
        }

        WireConnection connection = await EndedAsync(inspector);
        WireSpan[] spans = SpansOf(connection);
        Assert.Equal(ConnectionEnd.ClosedByClient, connection.End);
        Assert.Equal(Get + Get, Text(spans, WireDirection.FromClient));
        Assert.EndsWith("\r\n\r\nhello", Text(spans, WireDirection.FromServer), StringComparison.Ordinal);
        Assert.Equal([0, 1], spans.Where(span => span.Part == WireParts.Method).Select(span => span.Exchange));
        Assert.Equal([0, 1], spans.Where(span => span.Part == WireParts.Status).Select(span => span.Exchange));
        Assert.All(spans, span => Assert.Null(span.Broken));
    }

    [Theory]
    [InlineData(Network.Memory)]
    [InlineData(Network.Tcp)]
    [InlineData(Network.Epoll)]
    public async Task A_topic_that_streams_straight_from_its_log_is_seen(Network network)
    {
        var topic = new Topic("t");
        var endpoint = new TopicEndpoint(topic);
        var inspector = new WireInspector(All);
        await using Watched server = await Watched.StartAsync(network, inspector, endpoint.HandleAsync);
        await using (Conversation client = await server.ConnectAsync())
        {
            await client.SendAsync("GET /?via=ndjson HTTP/1.1\r\nHost: a\r\n\r\n");
            await client.ExpectHeadAsync(200);
            await client.ExpectMatchAsync(new("(?s).*\"open\".*?\n"));
            await topic.PublishAsync("\"one\""u8.ToArray());
            await client.ExpectMatchAsync(new("(?s).*\"one\"}\n"));
            client.Reset();
        }

        WireSpan[] spans = SpansOf(await EndedAsync(inspector));
        Assert.Contains(spans, span => span.Part == TopicParts.Open);
        Assert.Contains(spans, span => span.Part == TopicParts.Message && Encoding.UTF8.GetString(span.Bytes.Span).Contains("\"one\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Network.Memory)]
    [InlineData(Network.Tcp)]
    [InlineData(Network.Epoll)]
    public async Task Frames_are_seen_before_they_are_unmasked_in_their_place(Network network)
    {
        var inspector = new WireInspector(All);
        await using Watched server = await Watched.StartAsync(network, inspector, async exchange =>
        {
            if (await WebSocketConnection.AcceptAsync(exchange) is not { } connection) return;
            await using (connection)
            {
                while (await connection.ReceiveAsync() is { } message) await connection.SendAsync(message.Data.ToArray(), message.Opcode);
            }
        });
        byte[] hello = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58];
        await using (Conversation client = await server.ConnectAsync())
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
            await client.ExpectHeadAsync(101);
            await client.SendAsync(hello.AsMemory(0, 8));
            await client.SendAsync(hello.AsMemory(8));
            await client.ExpectBytesAsync(7);
            await client.SendAsync(new byte[] { 0x88, 0x80, 0, 0, 0, 0 });
            await client.ExpectBytesAsync(2);
            await client.ExpectEndAsync();
        }

        WireSpan[] spans = SpansOf(await EndedAsync(inspector));
        WireSpan[] payloads = [.. spans.Where(span => span.Part == WebSocketParts.Payload)];
        Assert.Equal(["Hello", "Hello"], payloads.Select(span => span.Text));
        Assert.Equal(hello[6..], payloads.Single(span => span.Direction == WireDirection.FromClient).Bytes.ToArray());
        Assert.Equal(["FIN", "RSV1", "RSV2", "RSV3", "opcode"], spans.First(span => span.Bits.Count == 5).Bits.Select(bits => bits.Part.Name));
    }

    [Fact]
    public async Task Secrets_are_masked_in_heads_that_are_read_and_in_those_that_are_not()
    {
        var inspector = new WireInspector();
        await using MemoryServer server = await MemoryServer.StartAsync(exchange =>
        {
            exchange.Response.Fields.Set("Set-Cookie", "s=hush");
            return exchange.RespondAsync(200, "hello");
        }, new HttpServerOptions { Inspector = inspector });
        await server.SendRawAsync("GET / HTTP/1.1\r\nHost: a\r\nauthorization: Basic hush\r\nCookie:hush\r\nX: y\r\n\r\n");
        await server.SendRawAsync("GET / HTTP/1.1\r\nHost: a\nAuthorization : hush\r\n\thush\r\nCookie: hush\r\n\r\n");
        await server.SendRawAsync("GET / HTTP/1.1\r\n Proxy-Authorization: hush\r\nHost: a\r\nCookie: hus");

        foreach (WireConnection connection in inspector.Connections)
        {
            WireSpan[] spans = SpansOf(connection);
            Assert.DoesNotContain("hus", Text(spans, WireDirection.FromClient) + Text(spans, WireDirection.FromServer), StringComparison.Ordinal);
            Assert.Contains(spans, span => span.IsMasked);
            Assert.DoesNotContain("hush", WireText.Write(spans), StringComparison.Ordinal);
        }

        Assert.Contains("authorization: ***** ****\r\nCookie:****\r\nX: y", Text(SpansOf(inspector.Connections[0]), WireDirection.FromClient), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_request_shows_the_rule_where_it_breaks()
    {
        var inspector = new WireInspector();
        await using MemoryServer server = await MemoryServer.StartAsync(exchange => exchange.RespondAsync(200, "hello"), new HttpServerOptions { Inspector = inspector });
        await server.SendRawAsync("GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n");

        WireConnection connection = await EndedAsync(inspector);
        WireSpan broken = Assert.Single(SpansOf(connection), span => span.Broken is not null);
        Assert.Equal((HttpRules.BareLineFeed, 23L, "\n"), (broken.Broken, broken.Offset, Encoding.ASCII.GetString(broken.Bytes.Span)));
        Assert.Equal(ConnectionEnd.Refused, connection.End);
    }

    [Fact]
    public async Task News_comes_in_order_and_a_slow_reader_misses_the_oldest()
    {
        var inspector = new WireInspector();
        using WireSubscription news = inspector.Subscribe(), slow = inspector.Subscribe(capacity: 2);
        await using (MemoryServer server = await MemoryServer.StartAsync(exchange => exchange.RespondAsync(200, "hello"), new HttpServerOptions { Inspector = inspector }))
        {
            await server.SendRawAsync(Get);
        }

        var seen = new List<WireEvent>();
        while (news.TryRead(out WireEvent? next)) seen.Add(next);
        Assert.Equal(WireEventKind.Opened, seen[0].Kind);
        Assert.Equal(WireEventKind.Closed, seen[^1].Kind);
        Assert.Equal(SpansOf(inspector.Connections[0]), seen[1..^1].Select(passed => passed.Span));

        Assert.Equal(seen.Count - 2, slow.Missed);
        Assert.True(slow.TryRead(out WireEvent? first));
        Assert.Equal(seen[^2], first);
        news.Dispose();
        Assert.Equal(0, news.Missed);
    }

    [Fact]
    public async Task Memory_is_bounded_and_the_oldest_makes_room()
    {
        var inspector = new WireInspector(new WireInspectorOptions { MaxConnections = 2, MaxBytesPerConnection = 3000 });
        await using MemoryServer server = await MemoryServer.StartAsync(exchange => exchange.RespondAsync(200, new string('x', 10_000)), new HttpServerOptions { Inspector = inspector });
        for (int i = 0; i < 3; i++) await server.SendRawAsync(Get);

        Assert.Equal([2, 3], inspector.Connections.Select(connection => connection.Id));
        Assert.All(inspector.Connections, connection =>
        {
            Assert.True(connection.Dropped > 0);
            Assert.True(SpansOf(connection).Sum(span => span.Bytes.Length + 200) <= 3000);
        });
    }

    [Fact]
    public async Task The_head_of_the_last_request_stays_when_others_make_room()
    {
        var inspector = new WireInspector(new WireInspectorOptions { MaxBytesPerConnection = 10_000 });
        await using MemoryServer server = await MemoryServer.StartAsync(exchange => exchange.RespondAsync(200, new string('x', 100_000)), new HttpServerOptions { Inspector = inspector });
        await server.SendRawAsync("GET /first HTTP/1.1\r\nHost: a\r\n\r\nPOST /last HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");

        WireConnection connection = Assert.Single(inspector.Connections);
        Assert.Equal("POST /last HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n", Text(SpansOf(connection), WireDirection.FromClient));
        Assert.True(connection.Dropped > 0);
    }

    [Fact]
    public async Task While_all_are_open_one_more_is_not_watched()
    {
        var inspector = new WireInspector(new WireInspectorOptions { MaxConnections = 1 });
        await using MemoryServer server = await MemoryServer.StartAsync(exchange => exchange.RespondAsync(200, "hello"), new HttpServerOptions { Inspector = inspector });
        await using Transport open = server.Connect();
        Assert.StartsWith("HTTP/1.1 200", await server.SendRawAsync(Get), StringComparison.Ordinal);
        Assert.True(Assert.Single(inspector.Connections).Id == 1);
    }

    [Fact]
    public async Task Off_and_for_connections_that_are_not_chosen_the_transport_is_the_listeners_own()
    {
        var choosy = new WireInspector(new WireInspectorOptions { Watches = _ => false });
        await using var transport = MemoryTransport.CreatePair().Server;
        Assert.Same(transport, choosy.Watch(transport, TimeProvider.System));
        Assert.Empty(choosy.Connections);

        Assert.Null(new HttpServerOptions().Inspector);
    }

    private static WireSpan[] SpansOf(WireConnection connection) => [.. connection.Events.Select(passed => passed.Span!)];

    private static string Text(IEnumerable<WireSpan> spans, WireDirection direction) =>
        string.Concat(spans.Where(span => span.Direction == direction).Select(span => Encoding.Latin1.GetString(span.Bytes.Span)));

    // What is told last is told behind the client's back.
    private static async Task<WireConnection> EndedAsync(WireInspector inspector)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        WireConnection connection = inspector.Connections[0];
        while (connection.Closed is null)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        return connection;
    }

    private sealed class Watched(HttpServer server, MemoryListener? memory) : IAsyncDisposable
    {
        public static async Task<Watched> StartAsync(Network network, WireInspector inspector, HttpHandler handler)
        {
            MemoryListener? memory = network == Network.Memory ? new MemoryListener(PipeScheduler.Inline) : null;
            Listener listener = memory ?? TestServer.ListenOn(network, new IPEndPoint(IPAddress.Loopback, 0));
            var server = new HttpServer(handler, [listener], new HttpServerOptions { Inspector = inspector });
            await server.StartAsync();
            return new Watched(server, memory);
        }

        public async Task<Conversation> ConnectAsync() => memory is not null ? Conversation.Over(memory) : await Conversation.ConnectAsync(server.EndPoints[0]);

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
