using Minimal.Testing;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>A client's connection: what it sends is masked, what it gets is not, and the server ends TCP.</summary>
public sealed class ClientOnTheWire
{
    [Fact]
    [Requirement("WS-5.1-01", "WS-5.3-02", "WS-5.3-01")]
    public async Task Every_frame_is_masked_with_a_key_of_its_own()
    {
        (WebSocketConnection client, RawPeer server) = await ScriptedServer.OpenAsync(windowBytes: 1 << 20);
        Task<WebSocketMessage?> receiving = client.ReceiveAsync().AsTask();
        await server.SendHexAsync("89 01 70");
        await client.SendAsync("text");
        await client.SendAsync(ReadOnlyMemory<byte>.Empty, Opcode.Binary);
        await using (WebSocketMessageWriter writer = client.BeginMessage(Opcode.Text))
        {
            await writer.WriteAsync("a"u8.ToArray());
            await writer.CompleteAsync();
        }

        _ = client.PingAsync();
        await client.CloseOutputAsync();
        foreach (int first in (int[])[0x8A, 0x81, 0x82, 0x01, 0x80, 0x89, 0x88])
        {
            byte[] header = await server.ReadAsync(2);
            Assert.Equal((first, 0x80), (header[0], header[1] & 0x80));
            await server.ReadAsync(4 + (header[1] & 0x7F));
        }

        await server.SendHexAsync("88 02 03E8");
        Assert.Null(await receiving);
    }

    [Fact]
    [Requirement("WS-5.3-02")]
    public async Task Keys_cannot_be_foretold()
    {
        const int frames = 10_000;
        (WebSocketConnection client, RawPeer server) = await ScriptedServer.OpenAsync(windowBytes: 1 << 20);
        var keys = new List<uint>();
        for (int i = 0; i < frames; i++)
        {
            await client.SendAsync(ReadOnlyMemory<byte>.Empty, Opcode.Binary);
            keys.Add(BitConverter.ToUInt32((await server.ReadAsync(6)).AsSpan(2)));
        }

        // Among 10,000 of 32 bits, 0.01 pairs are the same by chance; differences and bits show no order.
        Assert.InRange(keys.Distinct().Count(), frames - 2, frames);
        Assert.InRange(keys.Zip(keys.Skip(1), (a, b) => a - b).Distinct().Count(), frames - 4, frames);
        for (int bit = 0; bit < 32; bit++) Assert.InRange(keys.Count(key => ((key >> bit) & 1) == 1), 4700, 5300);
    }

    [Fact]
    [Requirement("WS-5.1-04", "WS-7.1.7-01")]
    public async Task A_masked_frame_of_a_server_fails_the_connection()
    {
        (WebSocketConnection client, RawPeer server) = await ScriptedServer.OpenAsync();
        await server.SendHexAsync("81 82 00000000 6869");
        Assert.Equal("MaskPresent", (await Assert.ThrowsAsync<WebSocketClosedException>(() => client.ReceiveAsync().AsTask())).Rule!.Name);
        await server.ExpectCloseAsync(1002);
        await server.ExpectEndAsync();
    }

    [Fact]
    [Requirement("WS-5.5.1-09", "WS-5.5.1-08", "WS-7.1.1-01")]
    public async Task The_server_ends_TCP_and_the_client_waits_for_it_but_not_for_ever()
    {
        var time = new ManualTime();
        foreach (bool endsTcp in (bool[])[true, false])
        {
            (WebSocketConnection client, RawPeer server) = await ScriptedServer.OpenAsync(new WebSocketOptions { Time = time });
            Task closing = client.DisposeAsync().AsTask();
            await server.ExpectCloseAsync(1000);
            await server.SendHexAsync("88 02 03E8");
            Assert.False(closing.IsCompleted);
            Assert.True(client.WasClean);
            if (endsTcp) server.SendFin();
            else time.Advance(WebSocketOptions.Default.CloseTimeout + TimeSpan.FromSeconds(1));
            await closing.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(endsTcp ? "" : "reset", await server.ReadRestAsync());
        }
    }

    [Fact]
    [Requirement("WS-7.2.1-01", "WS-7.1.5-01")]
    public async Task A_lost_connection_is_1006_once_and_ends_whatever_waits()
    {
        (WebSocketConnection client, RawPeer server) = await ScriptedServer.OpenAsync(windowBytes: 10_000);
        Task<WebSocketMessage?> receiving = client.ReceiveAsync().AsTask();
        Task sending = client.SendAsync(new byte[60_000], Opcode.Binary).AsTask(), queued = client.SendAsync("late").AsTask();
        Task<TimeSpan> ping = client.PingAsync();
        await server.SendHexAsync("01 02 6869");
        server.Transport.Abort();

        Assert.Equal(CloseCode.AbnormalClosure, (await Assert.ThrowsAsync<WebSocketClosedException>(() => receiving)).Code);
        foreach (Task waiting in (Task[])[sending, queued, ping]) await Assert.ThrowsAsync<WebSocketClosedException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal((CloseCode.AbnormalClosure, false), (client.CloseCode, client.WasClean));
        await client.DisposeAsync();
    }

    [Fact]
    [Requirement("WS-10.3-01")]
    public async Task What_is_handed_over_is_sent_as_it_was_when_its_frame_began()
    {
        (WebSocketConnection client, RawPeer server) = await ScriptedServer.OpenAsync();
        byte[] data = "before"u8.ToArray();
        ValueTask sending = client.SendAsync(data, Opcode.Text);
        "after!"u8.CopyTo(data);
        Assert.Equal("before"u8.ToArray(), (await server.ReadFrameAsync()).Payload);
        await sending;
    }

    [Fact]
    [Requirement("DEF-5.1-01", "WS-7.4.1-01", "WS-4.1-17")]
    [Rule(nameof(WebSocketRules.ExtensionMissing))]
    public async Task A_client_that_needs_compression_says_so_with_1010()
    {
        (Task<WebSocketConnection> connecting, RawPeer server) = ScriptedServer.Begin(new WebSocketOptions { Deflate = DeflatePolicy.Default, RequireDeflate = true });
        await ScriptedServer.AcceptAsync(server);
        await server.ExpectCloseAsync(1010);
        await server.SendHexAsync("88 02 03F2");
        server.SendFin();
        var failed = await Assert.ThrowsAsync<WebSocketHandshakeException>(() => connecting.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Same(WebSocketRules.ExtensionMissing, failed.Rule);
    }
}
