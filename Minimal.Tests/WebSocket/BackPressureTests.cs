using System.Buffers;
using System.IO.Pipelines;
using Minimal.Http;
using Minimal.Testing;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>What waits is bounded, on both sides, and each slow peer holds up only itself.</summary>
public sealed class BackPressureTests
{
    private const int Window = 10_000;

    [Fact]
    [Requirement("WS-10.4-03")]
    public async Task A_peer_that_does_not_take_what_comes_back_is_not_read_any_further()
    {
        int received = 0;
        await using var host = new SocketHost(
            async socket =>
            {
                while (await socket.ReceiveAsync() is { } message)
                {
                    received++;
                    await socket.SendAsync(message.Data, message.Opcode);
                }
            },
            inline: true,
            windowBytes: Window);
        await using RawPeer peer = await host.OpenAsync();
        Task sending = Task.CompletedTask;
        int sent = 0;
        for (; sending.IsCompleted; sent++) sending = peer.SendAsync(WebSocketFrameModel.Bytes(0x82, new byte[1000], 0));
        Assert.InRange(sent, 10, 60);
        Assert.InRange(received, 1, 40);

        for (int i = 0; i < sent; i++) Assert.Equal(1000, (await peer.ReadFrameAsync()).Payload.Length);
        await sending;
        Assert.Equal(sent, received);
    }

    [Fact]
    [Requirement("WS-10.4-03")]
    public async Task A_broadcast_leaves_out_who_is_slow_and_goes_on_with_the_others()
    {
        var sockets = new List<WebSocketConnection>();
        await using var host = new SocketHost(
            async socket =>
            {
                sockets.Add(socket);
                await socket.RefuseMessagesAsync();
            },
            inline: true,
            windowBytes: Window);
        await using RawPeer slow = await host.OpenAsync(), quick = await host.OpenAsync();
        byte[] message = new byte[1000];
        int sent = 0, skipped = 0;
        for (int i = 0; i < 100; i++)
        {
            BitConverter.TryWriteBytes(message, i);
            if (sockets[0].TrySend(message, Opcode.Binary)) sent++;
            else skipped++;
            Assert.True(sockets[1].TrySend(message, Opcode.Binary));
            Assert.Equal(i, BitConverter.ToInt32((await quick.ReadFrameAsync()).Payload));
        }

        Assert.InRange(sent, 5, 20);
        Assert.Equal(100, sent + skipped);
        for (int i = 0; i < sent; i++) Assert.Equal(i, BitConverter.ToInt32((await slow.ReadFrameAsync()).Payload));
        Assert.True(sockets[0].TrySend(message, Opcode.Binary));
    }

    [Fact]
    [Requirement("WS-10.4-03")]
    public async Task Who_queues_without_end_loses_that_connection()
    {
        var opened = new TaskCompletionSource();
        await using var host = new SocketHost(
            async socket =>
            {
                await opened.Task;
                var sends = new List<Task>();
                for (int i = 0; i < 100; i++) sends.Add(socket.SendAsync(new byte[1000], Opcode.Binary).AsTask());
                await Task.WhenAll(sends);
            },
            new WebSocketOptions { MaxQueuedBytes = 20_000 },
            inline: true,
            windowBytes: Window);
        await using RawPeer peer = await host.OpenAsync();
        opened.SetResult();
        Assert.Equal(CloseCode.AbnormalClosure, Assert.IsType<WebSocketClosedException>(await host.HandlerEnd).Code);
    }

    [Fact]
    public async Task A_send_that_waits_can_be_given_up_and_leaves_no_trace()
    {
        using var cancel = new CancellationTokenSource();
        var cancelled = new TaskCompletionSource();
        await using var host = new SocketHost(
            async socket =>
            {
                Task first = socket.SendAsync(new byte[60_000], Opcode.Binary).AsTask();
                Task second = socket.SendAsync("never", cancel.Token).AsTask(), third = socket.SendAsync("third").AsTask();
                await cancel.CancelAsync();
                cancelled.SetResult();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => socket.SendAsync("late", cancel.Token).AsTask());
                await first;
                await third;
            },
            inline: true,
            windowBytes: Window);
        await using RawPeer peer = await host.OpenAsync();
        await cancelled.Task;
        Assert.Equal(60_000, (await peer.ReadFrameAsync()).Payload.Length);
        await peer.ExpectHexAsync("81 05 7468697264 88 02 03E8");
        Assert.Null(await host.HandlerEnd);
    }

    [Fact]
    public async Task What_a_handler_sends_leaves_when_it_waits_for_anything()
    {
        var work = new TaskCompletionSource();
        await using var host = new SocketHost(
            async socket =>
            {
                await socket.ReceiveAsync();
                await socket.SendAsync("working");
                await work.Task;
                await socket.SendAsync("done");
                await socket.ReceiveAsync();
            },
            inline: true);
        await using RawPeer peer = await host.OpenAsync();

        // A second message that waits to be received does not hold the answer back.
        await peer.SendHexAsync("81 80 00000000 81 80 00000000");
        Assert.Equal("8107776F726B696E67", peer.Arrived());
        work.SetResult();
        Assert.StartsWith("8104646F6E65", peer.Arrived(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flush_says_that_what_was_sent_is_on_its_way()
    {
        bool isFlushed = false;
        await using var host = new SocketHost(
            async socket =>
            {
                _ = socket.SendAsync(new byte[60_000], Opcode.Binary).AsTask();
                await socket.FlushAsync();
                isFlushed = true;
                await socket.RefuseMessagesAsync();
            },
            windowBytes: Window);
        await using RawPeer peer = await host.OpenAsync();
        Assert.False(isFlushed);
        await peer.ReadFrameAsync();
        await peer.SendHexAsync("88 80 00000000");
        await host.HandlerEnd;
        Assert.True(isFlushed);
    }

    [Fact]
    public async Task Frames_that_are_made_already_go_between_whole_messages_only()
    {
        byte[] frames = [.. Enumerable.Range(0, 100).SelectMany(i => WebSocketFrameModel.Bytes(0x82, [.. Enumerable.Repeat((byte)i, 1000)], null))];
        await using var host = new SocketHost(
            async socket =>
            {
                Task refusing = socket.RefuseMessagesAsync();
                await socket.SendAsync("before");
                ReadOnlyMemory<byte> left = frames;
                while (!left.IsEmpty)
                {
                    int done = socket.TrySendFrames(left.Span);
                    Assert.Equal(0, done % 1004);
                    left = left[done..];
                    await socket.FlushAsync();
                }

                await socket.CloseOutputAsync();
                await refusing;
            },
            windowBytes: Window);
        await using RawPeer peer = await host.OpenAsync();
        await peer.ExpectHexAsync("81 06 6265666F7265");
        for (int i = 0; i < 100; i++)
        {
            if (i == 50) await peer.SendHexAsync("89 81 00000000 70");
            (int first, byte[] payload) = await peer.ReadFrameAsync();
            if (first == 0x8A) (first, payload) = await peer.ReadFrameAsync();
            Assert.Equal(0x82, first);
            Assert.All(payload, b => Assert.Equal(i, b));
        }
    }

    [Fact]
    public async Task Frames_that_are_made_already_go_over_a_socket_in_as_few_sends_as_it_takes()
    {
        byte[] frames = [.. Enumerable.Range(0, 20_000).SelectMany(i => WebSocketFrameModel.Bytes(0x82, BitConverter.GetBytes(i), null))];
        int sends = 0;
        await using SocketHost host = SocketHost.OverTcp(async socket =>
        {
            Task refusing = socket.RefuseMessagesAsync();
            for (ReadOnlyMemory<byte> left = frames; !left.IsEmpty; sends++)
            {
                left = left[socket.TrySendFrames(left.Span)..];
                await socket.FlushAsync();
            }

            await refusing;
        });
        await using WebSocketConnection client = await WebSocketConnection.ConnectAsync(host.Uri);
        for (int i = 0; i < 20_000; i++) Assert.Equal(i, BitConverter.ToInt32((await client.ReceiveAsync())!.Value.Data.Span));
        Assert.InRange(sends, 1, 2000);
    }
}
