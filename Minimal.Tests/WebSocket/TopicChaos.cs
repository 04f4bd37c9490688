using System.Text;
using System.Text.Json;
using FsCheck.Fluent;
using Minimal.Http.Topics;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>
/// A topic with little memory and clients of every kind, compressed or not, filtering or not, quick or slow: each message follows the one before,
/// or a gap that says so; and everybody gets to the end, or is told to come back.
/// </summary>
public sealed class TopicChaos
{
    [Fact]
    [Requirement("WS-10.4-03", "DEF-7.2.1-04")]
    public void Nothing_is_missing_that_is_not_told() => Properties.Holds(
        Arb.From(Gen.Choose(0, int.MaxValue)), seed => RunAsync(new Random(seed)).WaitAsync(TimeSpan.FromSeconds(60)).GetAwaiter().GetResult(), 60);

    private static async Task RunAsync(Random random)
    {
        var policy = (SlowClient)random.Next(3);
        var connection = new WebSocketOptions { Deflate = random.Next(2) == 0 ? DeflatePolicy.Default : null, MinCompressBytes = 50 };
        var topic = new Topic("t", TopicOptions.Default with { MaxMessages = random.Next(2) == 0 ? 20 : 2000, MaxFramedBytes = random.Next(2) == 0 ? 2000 : 1 << 20 });
        var endpoint = new TopicEndpoint(
            topic, new TopicEndpointOptions { MaxMessages = random.Next(1, 50) }, new TopicWebSocket(new TopicWebSocketOptions { Connection = connection, SlowClient = policy }));
        await using MemoryServer server = await MemoryServer.StartAsync(endpoint, windowBytes: new[] { 1000, 5000, 70_000 }[random.Next(3)]);

        await PublishAsync(topic, random, random.Next(100));
        Task<CloseCode>[] clients = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next()).Select(seed => FollowAsync(server, new Random(seed)))];
        await PublishAsync(topic, random, random.Next(400));
        await topic.CompleteAsync();
        foreach (CloseCode code in await Task.WhenAll(clients))
        {
            if (policy != SlowClient.Close) Assert.Equal(CloseCode.Normal, code);
            else Assert.Contains(code, (CloseCode[])[CloseCode.Normal, CloseCode.TryAgainLater]);
        }
    }

    private static async Task PublishAsync(Topic topic, Random random, int count)
    {
        for (int i = 0; i < count; i++)
        {
            string text = $"m{i}{new string('x', random.Next(5) == 0 ? random.Next(5000) : random.Next(100))}";
            await topic.PublishAsync(Encoding.ASCII.GetBytes(text), random.Next(2) == 0 ? "news" : null);
            if (random.Next(20) == 0) await Task.Yield();
        }
    }

    private static async Task<CloseCode> FollowAsync(MemoryServer server, Random random)
    {
        bool filters = random.Next(3) == 0;
        var uri = new Uri($"ws://a/?after={(random.Next(2) == 0 ? "earliest" : "latest")}{(filters ? "&type=news" : "")}");
        var options = new WebSocketOptions { Deflate = random.Next(2) == 0 ? DeflatePolicy.Default : null, Limits = new WebSocketLimits { MaxInflateRatio = 2000 } };
        await using WebSocketConnection client = await WebSocketConnection.ConnectAsync(server.Connect(), uri, options);
        string? lastType = null;
        Cursor at = default;
        while (await client.ReceiveAsync() is { } message)
        {
            JsonElement record = JsonDocument.Parse(message.GetText()).RootElement;
            Assert.NotEqual("end", lastType);
            at = Check(record, at, filters, isFirst: lastType is null && at == default);
            lastType = record.GetProperty("type").GetString();
            for (int turns = random.Next(10) == 0 ? random.Next(100) : 0; turns > 0; turns--) await Task.Yield();
        }

        Assert.Equal(client.CloseCode == CloseCode.Normal, lastType == "end");
        return client.CloseCode;
    }

    /// <summary>Says where the client stands behind a record.</summary>
    private static Cursor Check(JsonElement record, Cursor at, bool filters, bool isFirst)
    {
        string? type = record.GetProperty("type").GetString();
        Assert.True(Cursor.TryParse(record.GetProperty("id").GetString(), out Cursor id));
        if (isFirst) Assert.Equal("open", type);
        else if (type is null or "news" && !filters) Assert.Equal(at.Sequence + 1, id.Sequence);
        else if (type is null or "news") Assert.Equal(("news", true), (type, id.Sequence > at.Sequence));
        else if (type == "gap" && !filters) Assert.Equal($"{at}", record.GetProperty("from").GetString());
        else if (type == "end" && !filters) Assert.Equal(at, id);
        return id;
    }
}
