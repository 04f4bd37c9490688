using System.Text;
using Minimal.Http;
using Minimal.Http.Topics;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>A topic over WebSocket: the same cursor rules as everywhere, framed as messages.</summary>
public sealed class TopicWebSocketTests
{
    [Fact]
    public async Task A_client_gets_where_it_stands_then_history_then_what_comes_then_the_end()
    {
        var topic = new Topic("t");
        Cursor first = await topic.PublishAsync("one"u8.ToArray());
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(topic, null, new TopicWebSocket()));
        await using WebSocketConnection client = await ConnectAsync(server, "/?after=earliest");

        Assert.Equal($"{{\"type\":\"open\",\"id\":\"{topic.Start}\"}}", await NextAsync(client));
        Assert.Equal($"{{\"id\":\"{first}\",\"type\":null,\"key\":null,\"data\":\"one\"}}", await NextAsync(client));
        Cursor second = await topic.PublishAsync("{\"n\":2}"u8.ToArray(), "news", "k");
        Assert.Equal($"{{\"id\":\"{second}\",\"type\":\"news\",\"key\":\"k\",\"data\":{{\"n\":2}}}}", await NextAsync(client));
        await topic.CompleteAsync();
        Assert.Equal($"{{\"type\":\"end\",\"id\":\"{second}\"}}", await NextAsync(client));
        Assert.Null(await client.ReceiveAsync());
        Assert.Equal(CloseCode.Normal, client.CloseCode);
        Assert.Equal(0, topic.Waiters);
    }

    [Fact]
    public async Task A_cursor_of_another_life_is_told_of_a_gap()
    {
        var topic = new Topic("t");
        await topic.PublishAsync("one"u8.ToArray());
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(topic, null, new TopicWebSocket()));
        await using WebSocketConnection client = await ConnectAsync(server, "/?after=abc-7");

        Assert.Equal("{\"type\":\"open\",\"id\":\"abc-7\"}", await NextAsync(client));
        Assert.Equal($"{{\"type\":\"gap\",\"id\":\"{topic.Start}\",\"from\":\"abc-7\",\"to\":\"{topic.Start}\"}}", await NextAsync(client));
        Assert.Contains("\"data\":\"one\"", await NextAsync(client), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Raw_clients_get_the_data_alone_and_publish_where_they_may()
    {
        var topic = new Topic("t");
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(topic, new TopicEndpointOptions { CanPublish = true }, new TopicWebSocket()));
        await using WebSocketConnection reader = await ConnectAsync(server, "/?after=earliest", TopicWebSocketOptions.RawProtocol);
        await using WebSocketConnection writer = await ConnectAsync(server, "/?after=earliest", TopicWebSocketOptions.RawProtocol);

        await writer.SendAsync("hello");
        await writer.SendAsync(new byte[] { 0xFF, 0x00 }, Opcode.Binary);

        Assert.Equal("hello", await NextAsync(reader));
        WebSocketMessage bytes = await reader.ReceiveAsync() ?? throw new InvalidOperationException();
        Assert.Equal(Opcode.Binary, bytes.Opcode);
        Assert.Equal([0xFF, 0x00], bytes.Data.ToArray());
    }

    [Fact]
    public async Task Who_may_not_publish_is_closed_with_a_reason()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(new Topic("t"), null, new TopicWebSocket()));
        await using WebSocketConnection client = await ConnectAsync(server, "/");
        await NextAsync(client);
        await client.SendAsync("x");
        Assert.Null(await client.ReceiveAsync());
        Assert.Equal(CloseCode.PolicyViolation, client.CloseCode);
    }

    [Fact]
    public async Task What_is_too_large_or_behind_the_refusal_is_not_published()
    {
        var topic = new Topic("t");
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(topic, new TopicEndpointOptions { CanPublish = true, MaxPublishBytes = 10 }, new TopicWebSocket()));
        await using WebSocketConnection client = await ConnectAsync(server, "/");
        await NextAsync(client);
        await client.SendAsync("fits");
        await client.SendAsync("does not fit");
        await client.SendAsync("too late");
        while (await client.ReceiveAsync() is not null)
        {
        }

        Assert.Equal(CloseCode.TooBig, client.CloseCode);
        Assert.Equal(1, topic.End.Sequence - topic.Start.Sequence);
    }

    [Fact]
    [Requirement("WS-10.5-01")]
    public async Task Who_may_publish_is_seen_by_the_request()
    {
        var topic = new Topic("t");
        var options = new TopicEndpointOptions { CanPublish = true, MayPublish = (exchange, _) => ValueTask.FromResult(exchange.Request.Fields.First("Cookie") == "who=writer") };
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(topic, options, new TopicWebSocket()));
        WebSocketOptions As(string who) => new() { Fields = [new HttpField("Cookie", $"who={who}")] };
        await using WebSocketConnection writer = await WebSocketConnection.ConnectAsync(server.Connect(), new Uri("ws://a/"), As("writer"));
        await using WebSocketConnection reader = await WebSocketConnection.ConnectAsync(server.Connect(), new Uri("ws://a/"), As("reader"));
        await NextAsync(writer);
        await NextAsync(reader);
        await writer.SendAsync("hello");
        Assert.Contains("\"hello\"", await NextAsync(reader), StringComparison.Ordinal);
        await reader.SendAsync("me too");
        Assert.Null(await reader.ReceiveAsync());
        Assert.Equal(CloseCode.PolicyViolation, reader.CloseCode);
    }

    [Fact]
    public async Task Who_filters_is_told_now_and_then_where_it_stands()
    {
        var time = new ManualTime();
        var topic = new Topic("t");
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(topic, null, new TopicWebSocket()), new HttpServerOptions { Time = time });
        await using WebSocketConnection client = await ConnectAsync(server, "/?after=latest&type=news");
        Assert.Equal($"{{\"type\":\"open\",\"id\":\"{topic.Start}\"}}", await NextAsync(client));
        time.Advance(TopicEndpointOptions.Default.Heartbeat);
        Cursor passedOver = await topic.PublishAsync("x"u8.ToArray(), "other");
        Assert.Equal($"{{\"type\":\"open\",\"id\":\"{passedOver}\"}}", await NextAsync(client));
        await topic.PublishAsync("y"u8.ToArray(), "other");
        await topic.PublishAsync("z"u8.ToArray(), "news");
        Assert.Contains("\"data\":\"z\"", await NextAsync(client), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_client_more_than_may_wait_gets_503()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(new Topic("t"), new TopicEndpointOptions { MaxHeld = 1 }, new TopicWebSocket()));
        WebSocketConnection first = await ConnectAsync(server, "/");
        var refused = await Assert.ThrowsAsync<WebSocketHandshakeException>(() => ConnectAsync(server, "/").AsTask());
        Assert.Equal(503, refused.Reply?.Status);
        await first.DisposeAsync();
    }

    [Fact]
    public async Task Ten_thousand_messages_reach_every_client_once_and_in_order()
    {
        var topic = new Topic("t", TopicOptions.Default with { MaxMessages = 20_000, MaxBytes = 16 * 1024 * 1024 });
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(topic, null, new TopicWebSocket()));
        Task<int>[] readers = [.. Enumerable.Range(0, 8).Select(_ => ReadAllAsync(server))];
        for (int i = 0; i < 10_000; i++) await topic.PublishAsync(Encoding.ASCII.GetBytes($"{i}"));
        await topic.CompleteAsync();
        Assert.All(await Task.WhenAll(readers), count => Assert.Equal(10_000, count));
    }

    private static async Task<int> ReadAllAsync(MemoryServer server)
    {
        await using WebSocketConnection client = await ConnectAsync(server, "/?after=earliest", TopicWebSocketOptions.RawProtocol);
        int expected = 0;
        while (await client.ReceiveAsync() is { } message) Assert.Equal($"{expected++}", Encoding.ASCII.GetString(message.Data.Span));
        return expected;
    }

    private static ValueTask<WebSocketConnection> ConnectAsync(MemoryServer server, string target, params string[] protocols) =>
        WebSocketConnection.ConnectAsync(server.Connect(), new Uri($"ws://a{target}"), WebSocketOptions.Default with { Subprotocols = protocols });

    private static async Task<string> NextAsync(WebSocketConnection client) =>
        Encoding.UTF8.GetString((await client.ReceiveAsync() ?? throw new InvalidOperationException($"closed: {client.CloseCode} {client.CloseReason}")).Data.Span);
}
