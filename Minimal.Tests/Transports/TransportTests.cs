using System.Buffers;
using System.IO.Pipelines;
using Minimal.Http.Transports;
using Minimal.Testing;
using Minimal.Tests.Http;
using Xunit;

namespace Minimal.Tests.Transports;

/// <summary>What a connection can rely on, whatever it goes over.</summary>
public sealed class TransportTests
{
    public static TheoryData<Network> Networks => [Network.Memory, Network.Tcp, Network.Epoll];

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task Bytes_arrive_in_order_and_then_the_end(Network network)
    {
        await using TransportPair pair = await TransportPair.CreateAsync(network);
        byte[] sent = Bytes(300_000);
        Task<byte[]> reading = TransportPair.ReadAsync(pair.Server.Input, int.MaxValue);
        for (int at = 0; at < sent.Length; at += 7001) await pair.Client.Output.WriteAsync(sent.AsMemory(at, Math.Min(7001, sent.Length - at)));
        pair.Client.Output.Complete();
        Assert.Equal(sent, await reading);
        Assert.Equal(sent.Length, pair.Client.BytesSent);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task Half_close_leaves_the_other_direction_open(Network network)
    {
        await using TransportPair pair = await TransportPair.CreateAsync(network);
        pair.Client.Output.Complete();
        Assert.Empty(await TransportPair.ReadAsync(pair.Server.Input, 1));
        await pair.Server.Output.WriteAsync("still here"u8.ToArray());
        Assert.Equal("still here"u8.ToArray(), await TransportPair.ReadAsync(pair.Client.Input, 10));

        // The end is there again and again.
        ReadResult end = await pair.Server.Input.ReadAsync();
        Assert.True(end.IsCompleted);
        pair.Server.Input.AdvanceTo(end.Buffer.End);
        Assert.True(pair.Server.Input.TryRead(out ReadResult again) && again.IsCompleted);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task Abort_is_a_reset_to_the_peer_that_reads(Network network)
    {
        await using TransportPair pair = await TransportPair.CreateAsync(network);
        Task reading = pair.Server.Input.ReadAsync().AsTask();
        pair.Client.Abort();
        await Assert.ThrowsAsync<IOException>(() => reading.WaitAsync(Conversation.Patience, TimeProvider.System));
        await Assert.ThrowsAsync<IOException>(() => WriteUntilItFailsAsync(pair.Server.Output));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task Abort_ends_this_sides_own_waits(Network network)
    {
        await using TransportPair pair = await TransportPair.CreateAsync(network, windowBytes: 16 * 1024);
        Task reading = pair.Server.Input.ReadAsync().AsTask();
        Task writing = WriteUntilItFailsAsync(pair.Server.Output);
        pair.Server.Abort();
        pair.Server.Abort();
        await Assert.ThrowsAsync<IOException>(() => reading.WaitAsync(Conversation.Patience, TimeProvider.System));
        await Assert.ThrowsAsync<IOException>(() => writing.WaitAsync(Conversation.Patience, TimeProvider.System));
        pair.Server.Input.CancelPendingRead();
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task Writing_to_a_peer_that_closed_fails(Network network)
    {
        await using TransportPair pair = await TransportPair.CreateAsync(network);
        await pair.Client.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => WriteUntilItFailsAsync(pair.Server.Output));
    }

    [Fact]
    public async Task Closing_on_unread_input_resets_in_memory_as_the_standard_of_TCP_has_it()
    {
        await using TransportPair pair = await TransportPair.CreateAsync(Network.Memory);
        await pair.Server.Output.WriteAsync("an answer"u8.ToArray());
        await pair.Client.Output.WriteAsync("unread"u8.ToArray());
        Assert.Equal("un"u8.ToArray(), await TransportPair.ReadAsync(pair.Server.Input, 2));
        await pair.Server.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => TransportPair.ReadAsync(pair.Client.Input, 1));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task A_writer_waits_for_a_peer_that_does_not_read(Network network)
    {
        await using TransportPair pair = await TransportPair.CreateAsync(network, windowBytes: 8 * 1024);
        byte[] sent = Bytes(8 * 1024 * 1024);
        Task writing = pair.Client.Output.WriteAsync(sent).AsTask();
        Assert.False(writing.IsCompleted);
        long before = pair.Client.BytesSent;
        Assert.InRange(before, 0, sent.Length - 1);

        // What the peer takes shows, before the write has ended.
        Assert.Equal(sent[..1_000_000], await TransportPair.ReadAsync(pair.Server.Input, 1_000_000));
        Assert.True(pair.Client.BytesSent > before);
        Assert.Equal(sent[1_000_000..], await TransportPair.ReadAsync(pair.Server.Input, sent.Length - 1_000_000));
        await writing.WaitAsync(Conversation.Patience, TimeProvider.System);
        Assert.Equal(sent.Length, pair.Client.BytesSent);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task Partial_sends_lose_and_double_nothing(Network network)
    {
        // Collected writes of many sizes through buffers of a few kilobytes, so that most sends are partial.
        await using TransportPair pair = await TransportPair.CreateAsync(network, windowBytes: 4 * 1024);
        byte[] sent = Bytes(1_000_000);
        Task<byte[]> reading = TransportPair.ReadAsync(pair.Server.Input, int.MaxValue);
        var random = new Random(1);
        for (int at = 0; at < sent.Length;)
        {
            int count = Math.Min(sent.Length - at, random.Next(1, 40_000));
            sent.AsSpan(at, count).CopyTo(pair.Client.Output.GetSpan(count));
            pair.Client.Output.Advance(count);
            at += count;
            if (random.Next(3) == 0) pair.Client.TryFlush();
            if (random.Next(2) == 0) await pair.Client.Output.FlushAsync();
        }

        await pair.Client.Output.FlushAsync();
        pair.Client.Output.Complete();
        Assert.Equal(sent, await reading);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task A_cancelled_read_comes_back_and_takes_nothing(Network network)
    {
        await using TransportPair pair = await TransportPair.CreateAsync(network);
        Task<ReadResult> reading = pair.Server.Input.ReadAsync().AsTask();
        pair.Server.Input.CancelPendingRead();
        ReadResult read = await reading.WaitAsync(Conversation.Patience, TimeProvider.System);
        Assert.Equal((true, false, true), (read.IsCanceled, read.IsCompleted, read.Buffer.IsEmpty));
        pair.Server.Input.AdvanceTo(read.Buffer.End);

        await pair.Client.Output.WriteAsync("x"u8.ToArray());
        Assert.Equal("x"u8.ToArray(), await TransportPair.ReadAsync(pair.Server.Input, 1));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task A_cancellation_waits_for_a_read_if_there_is_none(Network network)
    {
        await using TransportPair pair = await TransportPair.CreateAsync(network);
        pair.Server.Input.CancelPendingRead();
        pair.Server.Input.CancelPendingRead();
        ReadResult read = await pair.Server.Input.ReadAsync();
        Assert.True(read.IsCanceled);
        pair.Server.Input.AdvanceTo(read.Buffer.End);
        Assert.False(pair.Server.Input.TryRead(out _));
        pair.Server.Input.CancelPendingRead();
        Assert.True(pair.Server.Input.TryRead(out read) && read.IsCanceled);
        pair.Server.Input.AdvanceTo(read.Buffer.End);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task A_token_ends_a_read(Network network)
    {
        await using TransportPair pair = await TransportPair.CreateAsync(network);
        using var source = new CancellationTokenSource();
        Task reading = pair.Server.Input.ReadAsync(source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Conversation.Patience, TimeProvider.System));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pair.Server.Input.ReadAsync(source.Token));
        await pair.Client.Output.WriteAsync("x"u8.ToArray());
        Assert.Equal("x"u8.ToArray(), await TransportPair.ReadAsync(pair.Server.Input, 1));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task Cancellations_from_other_threads_lose_no_byte_and_no_wake_up(Network network)
    {
        await using TransportPair pair = await TransportPair.CreateAsync(network);
        const int Count = 20_000;
        byte[] sent = Bytes(Count);
        bool isOver = false;
        var canceller = new Thread(() =>
        {
            while (!Volatile.Read(ref isOver)) pair.Server.Input.CancelPendingRead();
        });
        canceller.Start();
        Task writing = Task.Run(async () =>
        {
            for (int at = 0; at < Count; at += 10) await pair.Client.Output.WriteAsync(sent.AsMemory(at, 10));
        });
        try
        {
            Assert.Equal(sent, await TransportPair.ReadAsync(pair.Server.Input, Count));
        }
        finally
        {
            Volatile.Write(ref isOver, true);
            canceller.Join();
        }

        await writing;
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task No_cancellation_is_lost_while_data_arrives(Network network)
    {
        // One cancellation for each read, at any moment of it: every one must be seen, by that read or the next.
        await using TransportPair pair = await TransportPair.CreateAsync(network);
        PipeReader input = pair.Server.Input;
        var turn = new SemaphoreSlim(0);
        const int Rounds = 3000;
        Task cancelling = Task.Run(async () =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                await turn.WaitAsync();
                if (i % 3 != 0) await pair.Client.Output.WriteAsync("x"u8.ToArray());
                input.CancelPendingRead();
            }
        });
        for (int i = 0; i < Rounds; i++)
        {
            turn.Release();
            while (true)
            {
                ReadResult read = await input.ReadAsync().AsTask().WaitAsync(Conversation.Patience, TimeProvider.System);
                input.AdvanceTo(read.Buffer.End);
                if (read.IsCanceled) break;
            }
        }

        await cancelling;
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task What_was_looked_at_can_be_made_new_again(Network network)
    {
        await using TransportPair pair = await TransportPair.CreateAsync(network);
        await pair.Client.Output.WriteAsync("ab"u8.ToArray());
        ReadResult read = await pair.Server.Input.ReadAsync();
        pair.Server.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        Assert.False(pair.Server.Input.TryRead(out _));
        pair.Server.Input.CancelPendingRead();
        Assert.True(pair.Server.Input.TryRead(out read));
        pair.Server.Input.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
        Assert.True(pair.Server.Input.TryRead(out read));
        pair.Server.Input.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
        Assert.Equal("ab"u8.ToArray(), await TransportPair.ReadAsync(pair.Server.Input, 2));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task TrySend_and_TryFlush_do_not_wait(Network network)
    {
        await using TransportPair pair = await TransportPair.CreateAsync(network, windowBytes: 4 * 1024);
        byte[] large = Bytes(8 * 1024 * 1024);
        int sent = pair.Client.TrySend(large);
        Assert.InRange(sent, 0, large.Length - 1);
        Assert.Equal(large[..sent], await TransportPair.ReadAsync(pair.Server.Input, sent));

        pair.Client.Output.Write("tail"u8);
        pair.Client.TryFlush();
        Assert.Equal("tail"u8.ToArray(), await TransportPair.ReadAsync(pair.Server.Input, 4));
        Assert.Equal(0, pair.Client.Output.UnflushedBytes);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task The_stream_view_reads_writes_and_closes_without_a_reset(Network network)
    {
        await using TransportPair pair = await TransportPair.CreateAsync(network);
        Stream client = pair.Client.AsStream();
        await client.WriteAsync("ping"u8.ToArray());
        Assert.Equal("ping"u8.ToArray(), await TransportPair.ReadAsync(pair.Server.Input, 4));
        await pair.Server.Output.WriteAsync("pong"u8.ToArray());
        byte[] four = new byte[4];
        await client.ReadExactlyAsync(four);
        Assert.Equal("pong"u8.ToArray(), four);

        // A library disposes without waiting: the peer sees a FIN.
        client.Dispose();
        Assert.Empty(await TransportPair.ReadAsync(pair.Server.Input, 1));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task Addresses_stay_when_the_transport_has_ended(Network network)
    {
        await using TransportPair pair = await TransportPair.CreateAsync(network);
        var remote = pair.Server.RemoteEndPoint;
        pair.Server.Abort();
        Assert.Equal(remote, pair.Server.RemoteEndPoint);
        _ = pair.Server.LocalEndPoint;
        await pair.Server.DisposeAsync();
        await pair.Server.DisposeAsync();
        Assert.Equal(remote, pair.Server.RemoteEndPoint);
        Assert.Equal(network != Network.Memory, remote is not null);
    }

    private static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private static async Task WriteUntilItFailsAsync(PipeWriter output)
    {
        byte[] piece = new byte[20_000];
        while (true) await output.WriteAsync(piece).AsTask().WaitAsync(Conversation.Patience, TimeProvider.System);
    }
}
