using Minimal.Testing;
using System.Text;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>Messages through a connection (RFC 6455 §5.4, §5.6, §6): whole, in parts, from many writers.</summary>
public sealed class Rfc6455_5_MessagesOnTheWire
{
    [Theory]
    [Requirement("WS-5.2-03", "WS-5.2-05", "WS-5.1-03", "WS-6.2-01", "WS-5.2-08")]
    [InlineData(0, "82 00")]
    [InlineData(1, "82 01")]
    [InlineData(125, "82 7D")]
    [InlineData(126, "82 7E 007E")]
    [InlineData(127, "82 7E 007F")]
    [InlineData(65_535, "82 7E FFFF")]
    [InlineData(65_536, "82 7F 0000000000010000")]
    public async Task A_message_of_any_length_comes_back(int length, string header)
    {
        await using var host = new SocketHost(SocketHost.Echo);
        await using RawPeer peer = await host.OpenAsync();
        byte[] payload = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
        Task sending = peer.SendAsync(WebSocketFrameModel.Bytes(0x82, payload, 0x37FA213D));
        await peer.ExpectHexAsync(header);
        Assert.Equal(payload, await peer.ReadAsync(length));
        await sending;
    }

    [Fact]
    [Requirement("WS-5.4-07", "WS-6.1-02", "WS-10.4-01")]
    public async Task A_large_message_goes_in_frames_so_that_others_can_go_between()
    {
        await using var host = new SocketHost(SocketHost.Echo);
        await using RawPeer peer = await host.OpenAsync();
        byte[] payload = [.. Enumerable.Range(0, 150_000).Select(i => (byte)(i * 7))];
        Task sending = peer.SendAsync(WebSocketFrameModel.Bytes(0x82, payload, 5));

        var frames = new List<(int First, byte[] Payload)>();
        while (frames.Count == 0 || (frames[^1].First & 0x80) == 0) frames.Add(await peer.ReadFrameAsync());
        await sending;
        Assert.Equal([0x02, 0x00, 0x80], frames.Select(frame => frame.First));
        Assert.Equal(payload, frames.SelectMany(frame => frame.Payload));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Requirement("WS-5.2-07", "WS-5.4-01", "WS-5.4-02", "WS-5.5.3-01")]
    public async Task Where_the_bytes_are_cut_does_not_matter(bool byteByByte)
    {
        const string input = "01 83 00000000 48656C 89 82 01020304 0101 80 82 00000000 6C6F 82 84 DEADBEEF 00000000 88 82 00000000 03E8";
        const string output = "8A 02 0003 81 05 48656C6C6F 82 04 DEADBEEF 88 02 03E8";
        byte[] bytes = Hex.Bytes(input);
        IEnumerable<IReadOnlyList<byte[]>> arrivals = byteByByte ? [[.. bytes.Select(b => new[] { b })]] : Arrivals.All(bytes).Where(pieces => pieces.Count <= 2);
        await using var host = new SocketHost(SocketHost.Echo, inline: true);
        foreach (IReadOnlyList<byte[]> pieces in arrivals)
        {
            await using RawPeer peer = await host.OpenAsync();
            foreach (byte[] piece in pieces) await peer.SendAsync(piece);
            await peer.ExpectHexAsync(output);
            await peer.ExpectEndAsync();
        }
    }

    [Fact]
    public async Task What_one_read_brings_is_answered_with_one_send()
    {
        await using var host = new SocketHost(SocketHost.Echo, inline: true);
        await using RawPeer peer = await host.OpenAsync();
        await peer.SendHexAsync("81 81 00000000 61 81 81 00000000 62 89 80 00000000 81 81 00000000 63");
        Assert.Equal("8101618101628A00810163", peer.Arrived());
    }

    [Fact]
    [Requirement("WS-5.4-07", "WS-6.1-02", "WS-8.1-05")]
    public async Task A_message_can_be_sent_in_parts()
    {
        await using var host = new SocketHost(async socket =>
        {
            await using WebSocketMessageWriter writer = socket.BeginMessage(Opcode.Text);
            await writer.WriteAsync("Hel"u8.ToArray());
            await writer.WriteAsync("l"u8.ToArray());
            await writer.CompleteAsync("o"u8.ToArray());
            await Assert.ThrowsAsync<InvalidOperationException>(() => writer.CompleteAsync().AsTask());
            await socket.SendAsync("\uD800!");
        });
        await using RawPeer peer = await host.OpenAsync();
        await peer.ExpectHexAsync("01 03 48656C 00 01 6C 80 01 6F 81 04 EFBFBD21 88 02 03E8");
    }

    [Fact]
    public async Task A_message_that_is_not_completed_is_not_taken_for_one()
    {
        await using var host = new SocketHost(async socket =>
        {
            await using (WebSocketMessageWriter writer = socket.BeginMessage(Opcode.Binary)) await writer.WriteAsync(new byte[1]);
            await socket.RefuseMessagesAsync();
        });
        await using RawPeer peer = await host.OpenAsync();
        await peer.ExpectHexAsync("02 01 00");
        await peer.ExpectCloseAsync(1011);
    }

    [Fact]
    [Requirement("WS-5.4-06", "WS-5.6-01")]
    public async Task A_message_can_be_received_in_parts_as_they_come()
    {
        var parts = new List<string>();
        await using var host = new SocketHost(
            async socket =>
            {
                while (await socket.ReceivePartAsync() is { } part) parts.Add($"{part.Opcode} {Hex.Of(part.Data.Span)} {part.IsEnd}");
            },
            inline: true);
        await using RawPeer peer = await host.OpenAsync();
        foreach (string piece in (string[])["01 83 00000000 48", "656C", "00 80 00000000", "80 82 00000000 6C6F", "82 80 00000000", "88 80 00000000"]) await peer.SendHexAsync(piece);
        Assert.Equal(["Text 48 False", "Text 656C False", "Text 6C6F True", "Binary  True"], parts);
    }

    [Fact]
    public async Task What_was_begun_in_parts_can_be_received_to_its_end_and_the_other_way_round()
    {
        var seen = new List<string>();
        using var cancel = new CancellationTokenSource();
        await using var host = new SocketHost(
            async socket =>
            {
                WebSocketMessage? message = await socket.ReceivePartAsync();
                seen.Add(Hex.Of(message!.Value.Data.Span));
                message = await socket.ReceiveAsync();
                seen.Add(Hex.Of(message!.Value.Data.Span));
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => socket.ReceiveAsync(cancel.Token).AsTask());
                message = await socket.ReceivePartAsync();
                seen.Add(Hex.Of(message!.Value.Data.Span));
                message = await socket.ReceiveAsync();
                seen.Add(Hex.Of(message!.Value.Data.Span));
            },
            inline: true);
        await using RawPeer peer = await host.OpenAsync();
        await peer.SendHexAsync("02 84 00000000 0102");
        await peer.SendHexAsync("0304 80 81 00000000 05");
        await peer.SendHexAsync("02 82 00000000 0607 00 82 00000000 08");
        await cancel.CancelAsync();
        await peer.SendHexAsync("09 80 81 00000000 0A");
        Assert.Null(await host.HandlerEnd);
        Assert.Equal(["0102", "030405", "060708", "090A"], seen);
    }

    [Fact]
    [Requirement("WS-5.4-08", "WS-5.4-06", "WS-10.3-01")]
    public async Task Messages_of_many_writers_do_not_mix()
    {
        const int writers = 16, messages = 100;
        await using var host = new SocketHost(async socket =>
        {
            Task refusing = socket.RefuseMessagesAsync();
            await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
            {
                for (int i = 0; i < messages; i++)
                {
                    byte[] data = [.. Enumerable.Repeat((byte)writer, (writer * 37) + i)];
                    if (i % 3 == 0) await SendInPartsAsync(socket, data);
                    else await socket.SendAsync(data, Opcode.Binary);
                    Array.Clear(data);
                }
            })));
            await socket.CloseOutputAsync();
            await refusing;
        });
        await using RawPeer peer = await host.OpenAsync();
        int[] counts = new int[writers];
        var message = new List<byte>();
        while (true)
        {
            (int first, byte[] payload) = await peer.ReadFrameAsync();
            if (first == 0x88) break;
            Assert.Equal(message.Count == 0 && (first & 0xF) == 2, (first & 0xF) == 2);
            message.AddRange(payload);
            if ((first & 0x80) == 0) continue;
            int writer = message.Count == 0 ? 0 : message[0];
            Assert.All(message, b => Assert.Equal(writer, b));
            Assert.Equal((writer * 37) + counts[writer]++, message.Count);
            message.Clear();
        }

        Assert.All(counts, count => Assert.Equal(messages, count));
    }

    [Fact]
    [Requirement("WS-10.4-04", "WS-10.4-02")]
    public async Task Small_fragments_and_large_promises_cost_nothing()
    {
        await using var host = new SocketHost(SocketHost.Echo, inline: true);
        await using RawPeer peer = await host.OpenAsync();
        await peer.SendHexAsync("02 81 00000000 61");
        byte[] many = [.. Enumerable.Repeat(Hex.Bytes("00 81 00000000 61"), 10_000).SelectMany(frame => frame)];
        for (int i = 0; i < 10; i++) await peer.SendAsync(many);
        await peer.SendHexAsync("80 80 00000000");
        byte[] echo = [.. (await peer.ReadFrameAsync()).Payload, .. (await peer.ReadFrameAsync()).Payload];
        Assert.Equal(100_001, echo.Length);

        var peers = new List<RawPeer>();
        for (int i = 0; i < 200; i++) peers.Add(await host.OpenAsync());

        // The server goes on inside of each write, in this thread.
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (RawPeer announcing in peers) await announcing.SendHexAsync("82 FF 0000000000100000 00000000 AB");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200 * 16 * 1024);
        foreach (RawPeer announcing in peers) await announcing.DisposeAsync();
    }

    [Fact]
    [Requirement("WS-5.2-01", "WS-5.8-01", "WS-7.1.7-01", "WS-7.1.7-02", "WS-10.7-01", "WS-7.4.1-01", "WS-5.1-02")]
    public async Task Who_breaks_a_rule_is_told_which_and_not_read_any_further()
    {
        (string Frames, int Code, string Says)[] cases =
        [
            ("C1 81 00000000 61", 1002, "RFC 6455 §5.2"), ("81 02 6869", 1002, "a client masks every frame"),
            ("80 80 00000000", 1002, "RFC 6455 §5.4"), ("81 81 00000000 FF", 1007, "text is UTF-8"),
            ("82 FF 1000000000000000 00000000", 1009, "RFC 6455 §10.4"), ("88 81 00000000 03", 1002, "RFC 6455 §5.5.1"),
            ("01 82 00000000 F490", 1007, "text is UTF-8"),
        ];
        foreach ((string frames, int code, string says) in cases)
        {
            await using var host = new SocketHost(SocketHost.Echo);
            await using RawPeer peer = await host.OpenAsync();
            await peer.SendHexAsync(frames + "81 81 00000000 62 89 80 00000000");
            (int first, byte[] payload) = await peer.ReadFrameAsync();
            Assert.Equal((0x88, code), (first, (payload[0] << 8) | payload[1]));
            Assert.Contains(says, Encoding.UTF8.GetString(payload[2..]), StringComparison.Ordinal);
            await peer.ExpectEndAsync();

            var closed = Assert.IsType<WebSocketClosedException>(await host.HandlerEnd);
            Assert.Equal((CloseCode)code, closed.Code);
            Assert.NotNull(closed.Rule);
        }
    }

    [Fact]
    public async Task One_receives_at_a_time()
    {
        await using var host = new SocketHost(
            async socket =>
            {
                Task<WebSocketMessage?> first = socket.ReceiveAsync().AsTask();
                await Assert.ThrowsAsync<InvalidOperationException>(async () => await socket.ReceiveAsync());
                Assert.Equal("a", (await first)!.Value.GetText());
            },
            inline: true);
        await using RawPeer peer = await host.OpenAsync();
        await peer.SendHexAsync("81 81 00000000 61");
        Assert.Null(await host.HandlerEnd);
    }

    private static async Task SendInPartsAsync(WebSocketConnection socket, byte[] data)
    {
        await using WebSocketMessageWriter writer = socket.BeginMessage(Opcode.Binary);
        await writer.WriteAsync(data.AsMemory(0, data.Length / 2));
        await Task.Yield();
        await writer.CompleteAsync(data.AsMemory(data.Length / 2));
    }
}
