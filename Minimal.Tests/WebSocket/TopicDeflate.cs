using System.Text;
using Minimal.Http.Topics;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>A broadcast is compressed once: every client that agrees to compression gets the same bytes, others the plain ones.</summary>
public sealed class TopicDeflate
{
    private const string Offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";

    private static readonly byte[] Large = [.. Enumerable.Range(0, 3000).Select(i => (byte)('a' + (i * i % 23 % 5)))];

    private static readonly TopicWebSocketOptions Deflating = new() { Connection = new WebSocketOptions { Deflate = DeflatePolicy.Default } };

    [Fact]
    [Requirement("DEF-7.1.1.1-01", "DEF-7.1.1.1-02", "DEF-7.2.1-04", "DEF-7.2-04")]
    public async Task All_who_agreed_get_the_same_compressed_bytes_and_others_the_plain_ones()
    {
        var topic = new Topic("t");
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(topic, null, new TopicWebSocket(Deflating)));
        await using RawPeer one = new(server.Connect()), two = new(server.Connect()), plain = new(server.Connect());
        Assert.Contains("permessage-deflate; server_no_context_takeover\r\n", await one.OpenAsync($"{Offer}Sec-WebSocket-Protocol: minimal.raw\r\n"), StringComparison.Ordinal);
        await two.OpenAsync($"{Offer}Sec-WebSocket-Protocol: minimal.raw\r\n");
        Assert.DoesNotContain("Extensions", await plain.OpenAsync("Sec-WebSocket-Protocol: minimal.raw\r\n"), StringComparison.Ordinal);
        Assert.True(SpinWait.SpinUntil(() => topic.Waiters == 3, TimeSpan.FromSeconds(30)));

        await topic.PublishAsync(Large);
        await topic.PublishAsync("small"u8.ToArray());
        await topic.PublishAsync(Large);
        foreach (int expected in (int[])[0xC1, 0x81, 0xC1])
        {
            (int first, byte[] payload) = await one.ReadFrameAsync();
            (int second, byte[] same) = await two.ReadFrameAsync();
            (int third, byte[] message) = await plain.ReadFrameAsync();
            Assert.Equal((expected, expected, 0x81), (first, second, third));
            Assert.Equal(Hex.Of(payload), Hex.Of(same));
            Assert.InRange(payload.Length, 1, 1500);
            var inflater = new MessageInflater(noContextTakeover: true, 15, WebSocketLimits.Default);
            if (first == 0xC1) Assert.Equal(Hex.Of(message), Hex.Written(output => inflater.Read(payload, true, output, out _)));
        }
    }

    [Fact]
    [Requirement("DEF-7.2.1-04", "DEF-6-01")]
    public async Task From_the_beginning_through_the_log_to_the_end_every_message_is_read()
    {
        // Further back than the log: there the connection's own compressor does it, and then the log's bytes follow.
        var topic = new Topic("t", TopicOptions.Default with { MaxMessages = 10_000, MaxBytes = 64 * 1024 * 1024, MaxFramedBytes = 4096 });
        string[] messages = [.. Enumerable.Range(0, 300).Select(i => $"{i}:{Encoding.ASCII.GetString(Large.AsSpan(0, i * 10))}")];
        foreach (string message in messages[..150]) await topic.PublishAsync(Encoding.ASCII.GetBytes(message));
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(topic, null, new TopicWebSocket(Deflating)));
        WebSocketOptions options = new() { Deflate = DeflatePolicy.Default, Subprotocols = [TopicWebSocketOptions.RawProtocol] };
        Task<List<string>>[] readers = [.. Enumerable.Range(0, 4).Select(_ => ReadAllAsync(server, options))];
        foreach (string message in messages[150..]) await topic.PublishAsync(Encoding.ASCII.GetBytes(message));
        await topic.CompleteAsync();
        foreach (Task<List<string>> reader in readers) Assert.Equal(messages, await reader.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void What_does_not_become_smaller_is_not_compressed()
    {
        byte[] noise = new byte[2000];
        new Random(1).NextBytes(noise);
        var frame = new TopicFrame(isRaw: true, new WebSocketOptions());
        Assert.StartsWith("827E07D0", Hex.Written(output => frame.Write(new TopicMessage(default, noise, null, null), output)), StringComparison.Ordinal);
        Assert.StartsWith("C1", Hex.Written(output => frame.Write(new TopicMessage(default, Large, null, null), output)), StringComparison.Ordinal);
    }

    private static async Task<List<string>> ReadAllAsync(MemoryServer server, WebSocketOptions options)
    {
        await using WebSocketConnection client = await WebSocketConnection.ConnectAsync(server.Connect(), new Uri("ws://a/?after=earliest"), options);
        Assert.True(client.Deflate!.ServerNoContextTakeover);
        var messages = new List<string>();
        while (await client.ReceiveAsync() is { } message) messages.Add(message.GetText());
        return messages;
    }
}
