using Minimal.Http.Transports;
using Minimal.Testing;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>Close, Ping and Pong through a connection (RFC 6455 §5.5, §7).</summary>
public sealed class Rfc6455_5_5_ControlOnTheWire
{
    private static readonly TimeSpan CloseTimeout = WebSocketOptions.Default.CloseTimeout;

    [Theory]
    [Requirement("WS-5.5.1-02", "WS-5.5.1-06", "WS-5.5.1-08", "WS-7.1.4-01", "WS-7.1.5-01", "WS-7.1.6-01", "WS-7.4.1-03")]
    [InlineData("88 82 00000000 03E8", "88 02 03E8", 1000, "")]
    [InlineData("88 80 00000000", "88 00", 1005, "")]
    [InlineData("88 88 00000000 03E8 676F6F646279", "88 02 03E8", 1000, "goodby")]
    [InlineData("88 82 00000000 0BB8", "88 02 0BB8", 3000, "")]
    [InlineData("88 82 00000000 03F2", "88 02 03F2", 1010, "")]
    public async Task A_close_is_answered_and_then_the_server_ends_TCP(string close, string answer, int code, string reason)
    {
        WebSocketConnection? seen = null;
        await using var host = new SocketHost(async socket =>
        {
            seen = socket;
            await SocketHost.Echo(socket);
            Assert.Null(await socket.ReceiveAsync());
        });
        await using RawPeer peer = await host.OpenAsync();
        await peer.SendHexAsync(close);
        await peer.ExpectHexAsync(answer);
        await peer.ExpectEndAsync();
        Assert.Null(await host.HandlerEnd);
        Assert.Equal(((CloseCode)code, reason, true), (seen!.CloseCode, seen.CloseReason, seen.WasClean));
    }

    [Fact]
    [Requirement("WS-5.5.1-06", "WS-5.5.1-08", "WS-5.5.2-01")]
    public async Task Who_only_sends_answers_at_once_whatever_the_handler_does()
    {
        var never = new TaskCompletionSource();
        await using var host = new SocketHost(
            async socket =>
            {
                Task refusing = socket.RefuseMessagesAsync();
                await Task.WhenAny(never.Task, refusing);
            },
            inline: true);
        await using RawPeer peer = await host.OpenAsync();
        await peer.SendHexAsync("89 81 00000000 70");
        Assert.Equal("8A0170", peer.Arrived());
        await peer.SendHexAsync("88 82 00000000 03E8");
        Assert.Equal("880203E8", peer.Arrived());
        await peer.ExpectEndAsync();
    }

    [Fact]
    [Requirement("WS-5.5.1-06")]
    public async Task A_message_to_who_only_sends_is_refused()
    {
        await using var host = new SocketHost(async socket => await socket.RefuseMessagesAsync());
        await using RawPeer peer = await host.OpenAsync();
        await peer.SendHexAsync("81 81 00000000 61");
        await peer.ExpectCloseAsync(1008);
        await peer.SendHexAsync("88 82 00000000 03F0");
        await peer.ExpectEndAsync();
    }

    [Fact]
    [Requirement("WS-5.5.1-11", "WS-7.1.1-01", "WS-5.5.1-05")]
    public async Task What_comes_behind_a_close_is_thrown_away_and_no_reset_overtakes_the_answer()
    {
        await using var host = new SocketHost(SocketHost.Echo);
        await using RawPeer peer = await host.OpenAsync();
        await peer.SendHexAsync("88 82 00000000 03E8 81 82 00000000 6869 88 82 00000000 03E9 89 80 00000000");
        await peer.SendHexAsync("81 82 00000000 6869");
        Assert.Equal("880203E8", await peer.ReadRestAsync());
    }

    [Fact]
    [Requirement("WS-5.5.1-05", "WS-6.1-01", "WS-7.1.2-01", "WS-7.4.1-02", "WS-5.5.1-04")]
    public async Task Behind_its_own_close_an_end_sends_nothing_and_still_receives()
    {
        var received = new List<string>();
        await using var host = new SocketHost(async socket =>
        {
            foreach (int code in (int[])[0, 999, 1004, 1005, 1006, 1010, 1015, 5000])
            {
                await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => socket.CloseAsync((CloseCode)code).AsTask());
            }

            await socket.CloseOutputAsync((CloseCode)4001, "bye");
            var closed = await Assert.ThrowsAsync<WebSocketClosedException>(() => socket.SendAsync("late").AsTask());
            Assert.Equal((CloseCode)4001, closed.Code);
            Assert.False(socket.TrySend(new byte[1], Opcode.Binary));
            await Assert.ThrowsAsync<WebSocketClosedException>(() => socket.BeginMessage(Opcode.Text).CompleteAsync().AsTask());
            await socket.CloseOutputAsync(CloseCode.Normal);
            while (await socket.ReceiveAsync() is { } message) received.Add(message.GetText());
        });
        await using RawPeer peer = await host.OpenAsync();
        await peer.ExpectHexAsync("88 05 0FA1 627965");
        await peer.SendHexAsync("81 81 00000000 61 89 80 00000000 88 82 00000000 0FA1");
        await peer.ExpectEndAsync();
        Assert.Null(await host.HandlerEnd);
        Assert.Equal(["a"], received);
    }

    [Fact]
    [Requirement("WS-5.5.1-10", "WS-5.5.1-11")]
    public async Task Closes_that_cross_are_enough()
    {
        await using var host = new SocketHost(async socket => await socket.CloseAsync());
        await using RawPeer peer = host.Connect();
        await peer.SendTextAsync($"{RawPeer.Handshake}\r\n");
        await peer.SendHexAsync("88 82 00000000 03E9");
        await peer.ReadHeadAsync();
        Assert.Equal("880203E8", await peer.ReadRestAsync());
    }

    [Fact]
    [Requirement("WS-5.5.1-12", "WS-7.1.5-01", "WS-7.1.4-01")]
    public async Task Who_does_not_answer_a_close_is_dropped_after_a_while()
    {
        var time = new ManualTime();
        await using var host = new SocketHost(
            async socket =>
            {
                await socket.CloseAsync();
                Assert.Equal((CloseCode.AbnormalClosure, false), (socket.CloseCode, socket.WasClean));
                throw await Assert.ThrowsAsync<WebSocketClosedException>(() => socket.ReceiveAsync().AsTask());
            },
            time: time,
            inline: true);
        await using RawPeer peer = await host.OpenAsync();
        await peer.ExpectHexAsync("88 02 03E8");
        await peer.SendHexAsync("82 81 00000000 AB");
        time.Advance(CloseTimeout - TimeSpan.FromSeconds(1));
        Assert.False(host.HandlerEnd.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("reset", await peer.ReadRestAsync());
        Assert.Equal(CloseCode.AbnormalClosure, Assert.IsType<WebSocketClosedException>(await host.HandlerEnd).Code);
    }

    [Fact]
    [Requirement("WS-5.5.1-07", "WS-5.5.1-06")]
    public async Task The_answer_to_a_close_does_not_wait_for_messages_that_wait()
    {
        var outcome = new TaskCompletionSource<bool>();
        await using var host = new SocketHost(
            async socket =>
            {
                Task large = socket.SendAsync(new byte[500_000], Opcode.Binary).AsTask(), queued = socket.SendAsync("late").AsTask();
                Assert.Null(await socket.ReceiveAsync());
                await Assert.ThrowsAsync<WebSocketClosedException>(() => large);
                await Assert.ThrowsAsync<WebSocketClosedException>(() => queued);
            },
            inline: true,
            windowBytes: 70_000);
        await using RawPeer peer = await host.OpenAsync();
        await peer.SendHexAsync("88 82 00000000 03E8");
        (int first, byte[] payload) = await peer.ReadFrameAsync();
        Assert.Equal((0x02, 65_536), (first, payload.Length));
        do (first, payload) = await peer.ReadFrameAsync();
        while (first == 0x00);
        Assert.Equal((0x88, "03E8"), (first, Hex.Of(payload)));
        await peer.ExpectEndAsync();
        Assert.Null(await host.HandlerEnd);
    }

    [Theory]
    [Requirement("WS-5.5.3-01", "WS-5.5.2-01")]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("48656C6C6F")]
    [InlineData("00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00")]
    public async Task A_pong_carries_what_the_ping_carried(string payload)
    {
        await using var host = new SocketHost(SocketHost.Echo);
        await using RawPeer peer = await host.OpenAsync();
        await peer.SendAsync(WebSocketFrameModel.Bytes(0x89, Hex.Bytes(payload), 0x01020304));
        (int first, byte[] pong) = await peer.ReadFrameAsync();
        Assert.Equal((0x8A, payload), (first, Hex.Of(pong)));
    }

    [Fact]
    [Requirement("WS-5.5.3-02", "WS-5.5.3-03", "WS-5.5.3-04", "WS-5.5.2-01")]
    public async Task A_flood_of_pings_gets_the_answer_to_the_latest_and_pongs_get_none()
    {
        await using var host = new SocketHost(SocketHost.Echo, inline: true, windowBytes: 1 << 20);
        await using RawPeer peer = await host.OpenAsync();
        byte[] pings = [.. Enumerable.Range(0, 1000).SelectMany(i => WebSocketFrameModel.Bytes(0x89, BitConverter.GetBytes(i), 0))];
        await peer.SendAsync(pings);
        Assert.Equal($"8A04{Hex.Of(BitConverter.GetBytes(999))}", peer.Arrived());
        await peer.SendHexAsync("8A 81 00000000 78 8A 88 00000000 0000000000000001");
        Assert.Equal("", peer.Arrived());
    }

    [Fact]
    [Requirement("WS-5.5.3-04", "WS-5.5.2-01")]
    public async Task Pings_of_a_peer_that_takes_nothing_stay_one_pong()
    {
        await using var host = new SocketHost(
            async socket =>
            {
                _ = socket.SendAsync(new byte[60_000], Opcode.Binary).AsTask();
                await SocketHost.Echo(socket);
            },
            inline: true,
            windowBytes: 10_000);
        await using RawPeer peer = await host.OpenAsync();
        for (int i = 0; i < 5000; i++) await peer.SendAsync(WebSocketFrameModel.Bytes(0x89, BitConverter.GetBytes(i), 0));
        Assert.Equal(60_000, (await peer.ReadFrameAsync()).Payload.Length);
        (int first, byte[] pong) = await peer.ReadFrameAsync();
        Assert.Equal((0x8A, 4999), (first, BitConverter.ToInt32(pong)));
    }

    [Fact]
    [Requirement("WS-5.5.2-01", "WS-5.5.2-02")]
    public async Task Control_frames_go_between_the_frames_of_a_large_message()
    {
        await using var host = new SocketHost(
            async socket =>
            {
                Task sending = socket.SendAsync(new byte[300_000], Opcode.Binary).AsTask(), ping = socket.PingAsync();
                Assert.Null(await socket.ReceiveAsync());
                await Assert.ThrowsAsync<WebSocketClosedException>(() => ping);
                await sending;
            },
            inline: true,
            windowBytes: 20_000);
        await using RawPeer peer = await host.OpenAsync();
        await peer.SendHexAsync("89 81 00000000 70");
        var order = new List<int>();
        while (order.Count == 0 || order[^1] != 0x80) order.Add((await peer.ReadFrameAsync()).First);
        Assert.Equal([0x02, 0x8A, 0x89, 0x00, 0x00, 0x00, 0x80], order);
        await peer.SendHexAsync("88 80 00000000");
        Assert.Null(await host.HandlerEnd);
    }

    [Fact]
    [Requirement("WS-7.3-01", "WS-7.4.1-01")]
    public async Task A_server_that_stops_says_that_it_goes_away()
    {
        await using var host = new SocketHost(SocketHost.Echo);
        await using RawPeer peer = await host.OpenAsync();
        await peer.SendHexAsync("81 80 00000000");
        await peer.ExpectHexAsync("81 00");
        Task stopping = host.Server.StopAsync();
        await peer.ExpectHexAsync("88 02 03E9");
        await peer.SendHexAsync("88 82 00000000 03E9");
        await peer.ExpectEndAsync();
        await peer.DisposeAsync();
        await stopping.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [Requirement("WS-7.4.1-01")]
    [InlineData(false, "88 02 03E8")]
    [InlineData(true, "88 02 03F3")]
    public async Task A_handler_that_ends_closes_the_connection_and_one_that_fails_says_so(bool fails, string close)
    {
        await using var host = new SocketHost(async socket =>
        {
            await socket.ReceiveAsync();
            if (fails) throw new InvalidDataException();
        });
        await using RawPeer peer = await host.OpenAsync();
        await peer.SendHexAsync("81 80 00000000");
        await peer.ExpectHexAsync(close);
        await peer.SendHexAsync("88 80 00000000");
        await peer.ExpectEndAsync();
    }

    [Fact]
    [Requirement("WS-7.4.1-01")]
    public async Task A_handler_refuses_a_type_that_it_does_not_understand()
    {
        await using var host = new SocketHost(async socket =>
        {
            if (await socket.ReceiveAsync() is { IsText: false }) await socket.CloseAsync(CloseCode.UnacceptableType, "text only");
        });
        await using RawPeer peer = await host.OpenAsync();
        await peer.SendHexAsync("82 80 00000000");
        await peer.ExpectCloseAsync(1003);
    }

    [Fact]
    [Requirement("WS-7.1.5-01", "WS-7.1.4-01", "WS-6.1-01")]
    public async Task A_peer_that_vanishes_is_no_peer_that_closed()
    {
        foreach (bool isReset in (bool[])[true, false])
        {
            WebSocketConnection? seen = null;
            await using var host = new SocketHost(async socket =>
            {
                seen = socket;
                await SocketHost.Echo(socket);
            });
            await using RawPeer peer = await host.OpenAsync();
            await peer.SendHexAsync("01 81 00000000 61");
            if (isReset) peer.Transport.Abort();
            else peer.SendFin();

            Assert.Equal(CloseCode.AbnormalClosure, Assert.IsType<WebSocketClosedException>(await host.HandlerEnd).Code);
            Assert.Equal((CloseCode.AbnormalClosure, false), (seen!.CloseCode, seen.WasClean));
            await Assert.ThrowsAsync<WebSocketClosedException>(() => seen.SendAsync("late").AsTask());
            await Assert.ThrowsAsync<WebSocketClosedException>(() => seen.ReceiveAsync().AsTask());
        }
    }

    [Fact]
    public async Task Close_from_another_task_ends_who_receives()
    {
        var received = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = new SocketHost(async socket =>
        {
            Task receiving = Task.Run(async () => received.SetResult(await socket.ReceiveAsync() is null));
            await socket.CloseAsync();
            await receiving;
        });
        await using RawPeer peer = await host.OpenAsync();
        await peer.ExpectHexAsync("88 02 03E8");
        await peer.SendHexAsync("88 82 00000000 03E8");
        Assert.True(await received.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        await peer.ExpectEndAsync();
    }
}
