using Minimal.Testing;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>Who is silent is asked, who does not answer is ended, who is busy is not taken for dead.</summary>
public sealed class KeepAliveTests
{
    private static readonly TimeSpan Interval = WebSocketOptions.Default.PingInterval, Patience = WebSocketOptions.Default.PongTimeout, Tick = TimeSpan.FromMilliseconds(200);

    private readonly ManualTime _time = new();

    [Fact]
    [Requirement("WS-5.5.2-02", "WS-5.5.2-03")]
    public async Task A_silent_peer_is_pinged_and_one_that_does_not_answer_is_ended()
    {
        await using var host = new SocketHost(SocketHost.Echo, time: _time, inline: true);
        await using RawPeer peer = await host.OpenAsync();
        _time.Advance(Interval - Tick);
        Assert.Equal("", peer.Arrived());
        _time.Advance(2 * Tick);
        Assert.Equal("89080000000000000001", peer.Arrived());
        _time.Advance(Patience - (2 * Tick));
        Assert.False(host.HandlerEnd.IsCompleted);
        _time.Advance(3 * Tick);

        var closed = Assert.IsType<WebSocketClosedException>(await host.HandlerEnd);
        Assert.Equal(CloseCode.AbnormalClosure, closed.Code);
        Assert.Contains("did not answer in time", closed.Message, StringComparison.Ordinal);
        Assert.Equal("reset", await peer.ReadRestAsync());
        Assert.Equal(0, host.Server.ConnectionCount);
    }

    [Fact]
    [Requirement("WS-5.5.2-03")]
    public async Task A_peer_that_answers_lives_and_its_round_trip_is_known()
    {
        WebSocketConnection? seen = null;
        await using var host = new SocketHost(
            socket =>
            {
                seen = socket;
                return SocketHost.Echo(socket);
            },
            time: _time,
            inline: true);
        await using RawPeer peer = await host.OpenAsync();
        for (int i = 1; i <= 5; i++)
        {
            string ping = "";
            while (ping.Length == 0)
            {
                _time.Advance(Tick / 2);
                ping = peer.Arrived();
            }

            Assert.Equal($"8908{i:X16}", ping);
            _time.Advance(TimeSpan.FromSeconds(3));
            await peer.SendHexAsync($"8A 88 00000000 {i:X16}");
            Assert.InRange(seen!.RoundTrip!.Value, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3) + Tick);
            _time.Advance(Patience);
        }

        await peer.SendHexAsync("81 81 00000000 61");
        Assert.Equal("810161", peer.Arrived());
    }

    [Fact]
    [Requirement("WS-5.5.2-03")]
    public async Task A_peer_that_sends_anything_is_not_asked()
    {
        await using var host = new SocketHost(SocketHost.Echo, time: _time, inline: true);
        await using RawPeer peer = await host.OpenAsync();
        for (int i = 0; i < 10; i++)
        {
            _time.Advance(Interval / 2);
            await peer.SendHexAsync("82 80 00000000");
        }

        Assert.Equal(string.Concat(Enumerable.Repeat("8200", 10)), peer.Arrived());
    }

    [Fact]
    [Requirement("WS-5.5.2-03", "WS-10.4-03")]
    public async Task A_peer_that_takes_nothing_is_ended_even_if_the_handler_waits_for_it()
    {
        await using var host = new SocketHost(async socket => await socket.SendAsync(new byte[60_000], Opcode.Binary), time: _time, inline: true, windowBytes: 10_000);
        await using RawPeer peer = await host.OpenAsync();
        _time.Advance(Interval + Tick);
        Assert.False(host.HandlerEnd.IsCompleted);
        _time.Advance(Patience + Tick);
        Assert.IsType<WebSocketClosedException>(await host.HandlerEnd);
    }

    [Fact]
    [Requirement("WS-5.5.2-03")]
    public async Task A_handler_that_does_not_receive_cannot_know_and_does_not_end_anybody()
    {
        var work = new TaskCompletionSource(TaskCreationOptions.None);
        await using var host = new SocketHost(
            async socket =>
            {
                await work.Task;
                await SocketHost.Echo(socket);
            },
            time: _time,
            inline: true);
        await using RawPeer peer = await host.OpenAsync();
        for (int i = 0; i < 20; i++) _time.Advance(Interval);
        await peer.SendHexAsync("81 81 00000000 61");
        work.SetResult();
        Assert.EndsWith("810161", peer.Arrived(), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("WS-5.5.2-02", "WS-5.5.3-02")]
    public async Task A_ping_is_measured_and_the_answer_to_a_later_one_answers_the_earlier()
    {
        WebSocketConnection? seen = null;
        await using var host = new SocketHost(
            socket =>
            {
                seen = socket;
                return SocketHost.Echo(socket);
            },
            time: _time,
            inline: true);
        await using RawPeer peer = await host.OpenAsync();
        Task<TimeSpan> first = seen!.PingAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        Task<TimeSpan> second = seen.PingAsync(), cancelled = seen.PingAsync(new CancellationToken(true));
        Assert.Equal("890800000000000000018908000000000000000289080000000000000003", peer.Arrived());
        _time.Advance(TimeSpan.FromSeconds(2));
        await peer.SendHexAsync("8A 80 00000000 8A 88 00000000 00000000000000FF 8A 88 00000000 0000000000000002");
        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2)), (await first, await second));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        Task<TimeSpan> lost = seen.PingAsync();
        await peer.SendHexAsync("88 80 00000000");
        await Assert.ThrowsAsync<WebSocketClosedException>(() => lost.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    [Requirement("WS-5.5.2-02")]
    public async Task Who_waits_for_a_pong_learns_at_once_that_none_will_come()
    {
        foreach (string end in (string[])["88 80 00000000", "83 80 00000000"])
        {
            WebSocketConnection? seen = null;
            await using var host = new SocketHost(
                async socket =>
                {
                    seen = socket;
                    Task receiving = socket.RefuseMessagesAsync();
                    await socket.PingAsync();
                },
                time: _time,
                inline: true);
            await using RawPeer peer = await host.OpenAsync();
            await peer.SendHexAsync(end);
            Assert.IsType<WebSocketClosedException>(await host.HandlerEnd);
            await Assert.ThrowsAsync<WebSocketClosedException>(() => seen!.PingAsync());
        }
    }

    [Fact]
    public async Task Without_an_interval_nobody_is_asked()
    {
        await using var host = new SocketHost(SocketHost.Echo, new WebSocketOptions { PingInterval = Timeout.InfiniteTimeSpan }, _time, inline: true);
        await using RawPeer peer = await host.OpenAsync();
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal("", peer.Arrived());
        await peer.SendHexAsync("82 80 00000000");
        Assert.Equal("8200", peer.Arrived());
    }
}
