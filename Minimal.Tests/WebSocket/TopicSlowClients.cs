using System.Text;
using System.Text.Json;
using Minimal.Http.Topics;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>A client that takes nothing for a while, at a topic that goes on: what it then gets is a matter of policy, and no other client notices.</summary>
public sealed class TopicSlowClients
{
    private const int Messages = 1000, MessageBytes = 1000;

    private static readonly TopicOptions Small = TopicOptions.Default with { MaxMessages = 2 * Messages, MaxBytes = 16 * 1024 * 1024, MaxFramedBytes = 16 * 1024 };

    [Fact]
    [Requirement("WS-10.4-03")]
    public async Task It_catches_up_and_misses_nothing()
    {
        var topic = new Topic("t", Small);
        await using MemoryServer server = await StartAsync(topic, SlowClient.CatchUp);
        await using WebSocketConnection client = await LiveAsync(topic, server);
        await FloodAsync(topic);
        for (int i = 0; i < Messages; i++) Assert.Contains($"\"m{i} ", await NextAsync(client), StringComparison.Ordinal);
        await EndsAsync(topic, client);
    }

    [Fact]
    [Requirement("WS-10.4-03")]
    public async Task What_its_topic_has_let_go_is_a_gap()
    {
        var topic = new Topic("t", Small with { MaxMessages = 10 });
        await using MemoryServer server = await StartAsync(topic, SlowClient.CatchUp);
        await using WebSocketConnection client = await LiveAsync(topic, server);
        await FloodAsync(topic);
        Assert.InRange(await GapsAsync(client, topic), 1, Messages);
        await EndsAsync(topic, client);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&type=news")]
    [Requirement("WS-10.4-03")]
    public async Task It_skips_to_what_is_newest_and_is_told_so(string filter)
    {
        var topic = new Topic("t", Small with { MaxMessages = 10 });
        await using MemoryServer server = await StartAsync(topic, SlowClient.Skip);
        await using WebSocketConnection client = await LiveAsync(topic, server, filter);
        await FloodAsync(topic);
        Assert.InRange(await GapsAsync(client, topic), 1, Messages);
        Cursor next = await topic.PublishAsync("next"u8.ToArray(), "news");
        Assert.Equal($"{{\"id\":\"{next}\",\"type\":\"news\",\"key\":null,\"data\":\"next\"}}", await NextAsync(client));
        await EndsAsync(topic, client);
    }

    [Fact]
    public async Task It_skips_to_the_end_of_a_topic_that_was_completed_meanwhile()
    {
        var topic = new Topic("t", Small);
        await using MemoryServer server = await StartAsync(topic, SlowClient.Skip);
        await using WebSocketConnection client = await LiveAsync(topic, server);
        await FloodAsync(topic);
        await topic.CompleteAsync();
        Assert.InRange(await GapsAsync(client, topic), 1, Messages);
        Assert.Equal($"{{\"type\":\"end\",\"id\":\"{topic.End}\"}}", await NextAsync(client));
        Assert.Null(await client.ReceiveAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("&type=news")]
    [Requirement("WS-10.4-03")]
    public async Task It_is_closed_and_told_to_come_back(string filter)
    {
        var topic = new Topic("t", Small with { MaxMessages = 10 });
        await using MemoryServer server = await StartAsync(topic, SlowClient.Close);
        await using WebSocketConnection client = await LiveAsync(topic, server, filter), quick = await LiveAsync(topic, server, filter);
        Task<int> reading = CountAsync(quick);
        Assert.Contains("\"live\"", await NextAsync(client), StringComparison.Ordinal);
        await FloodAsync(topic);

        int received = await CountAsync(client);
        Assert.InRange(received, 0, Messages - 1);
        Assert.Equal((CloseCode.TryAgainLater, "this client cannot keep up"), (client.CloseCode, client.CloseReason));
        await quick.CloseAsync();
        await reading;
    }

    private static async Task<MemoryServer> StartAsync(Topic topic, SlowClient policy)
    {
        var endpoint = new TopicEndpoint(topic, null, new TopicWebSocket(new TopicWebSocketOptions { SlowClient = policy }));
        return await MemoryServer.StartAsync(endpoint, windowBytes: 5000);
    }

    // It has got what was published last, so it is up to date.
    private static async Task<WebSocketConnection> LiveAsync(Topic topic, MemoryServer server, string filter = "")
    {
        WebSocketConnection client = await WebSocketConnection.ConnectAsync(server.Connect(), new Uri($"ws://a/?after=latest{filter}"));
        Assert.Contains("\"open\"", await NextAsync(client), StringComparison.Ordinal);
        await topic.PublishAsync("live"u8.ToArray(), "news");
        Assert.Contains("\"live\"", await NextAsync(client), StringComparison.Ordinal);
        return client;
    }

    private static async Task FloodAsync(Topic topic)
    {
        for (int i = 0; i < Messages; i++) await topic.PublishAsync(Encoding.ASCII.GetBytes($"m{i} ".PadRight(MessageBytes)), "news");
    }

    // Reads up to the topic's end. Each message follows the one before, or a gap that begins there: nothing is missing that is not told.
    private static async Task<int> GapsAsync(WebSocketConnection client, Topic topic)
    {
        int gaps = 0;
        for (Cursor at = new(topic.End.Epoch, topic.End.Sequence - Messages); at != topic.End;)
        {
            JsonElement record = JsonDocument.Parse(await NextAsync(client)).RootElement;
            Assert.True(Cursor.TryParse(record.GetProperty("id").GetString(), out Cursor next));
            bool isGap = record.GetProperty("type").GetString() == "gap";
            if (isGap) Assert.Equal($"{at}", record.GetProperty("from").GetString());
            else Assert.Equal(at.Sequence + 1, next.Sequence);
            gaps += isGap ? 1 : 0;
            at = next;
        }

        return gaps;
    }

    private static async Task<int> CountAsync(WebSocketConnection client)
    {
        int count = 0;
        while (await client.ReceiveAsync() is not null) count++;
        return count;
    }

    private static async Task EndsAsync(Topic topic, WebSocketConnection client)
    {
        await topic.CompleteAsync();
        Assert.Contains("\"end\"", await NextAsync(client), StringComparison.Ordinal);
        Assert.Null(await client.ReceiveAsync());
        Assert.Equal(CloseCode.Normal, client.CloseCode);
    }

    private static async Task<string> NextAsync(WebSocketConnection client) =>
        (await client.ReceiveAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)))?.GetText() ?? throw new InvalidOperationException($"closed: {client.CloseCode} {client.CloseReason}");
}
