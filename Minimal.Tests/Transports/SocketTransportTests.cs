using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Minimal.Http.Transports;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Transports;

/// <summary>What is only so over sockets: buffers, and the ways in which the system tells of an end.</summary>
public sealed class SocketTransportTests
{
    [Fact]
    public async Task A_read_that_waits_holds_no_buffer()
    {
        (Socket client, Socket server) = await TransportPair.ConnectAsync();
        using var reader = new SocketPipeReader(new PortableSocket(server));
        server.Blocking = false;
        for (int round = 0; round < 3; round++)
        {
            Task<ReadResult> reading = reader.ReadAsync().AsTask();
            Assert.False(reading.IsCompleted);
            Assert.Equal(0, reader.HeldBytes);
            await client.SendAsync("hello"u8.ToArray());
            ReadResult read = await reading.WaitAsync(Conversation.Patience, TimeProvider.System);
            Assert.Equal("hello"u8.ToArray(), read.Buffer.ToArray());
            Assert.InRange(reader.HeldBytes, 1, 8 * 1024);
            reader.AdvanceTo(read.Buffer.End);
        }

        // What is kept is kept while it waits for more.
        await client.SendAsync("half"u8.ToArray());
        ReadResult half = await reader.ReadAsync();
        reader.AdvanceTo(half.Buffer.Start, half.Buffer.End);
        Task<ReadResult> rest = reader.ReadAsync().AsTask();
        await client.SendAsync(" and half"u8.ToArray());
        ReadResult whole = await rest.WaitAsync(Conversation.Patience, TimeProvider.System);
        Assert.Equal("half and half"u8.ToArray(), whole.Buffer.ToArray());
        client.Dispose();
        server.Dispose();
    }

    [Fact]
    public async Task Much_data_is_met_with_a_larger_buffer_and_little_with_a_smaller_one()
    {
        (Socket client, Socket server) = await TransportPair.ConnectAsync();
        server.Blocking = false;
        using var reader = new SocketPipeReader(new PortableSocket(server));
        Task sending = client.SendAsync(new byte[4_000_000]);
        int largest = 0;
        for (long left = 4_000_000; left > 0;)
        {
            ReadResult read = await reader.ReadAsync();
            left -= read.Buffer.Length;
            largest = Math.Max(largest, reader.HeldBytes);
            reader.AdvanceTo(read.Buffer.End);
        }

        await sending;
        Assert.InRange(largest, 16 * 1024, 128 * 1024);
        for (int i = 0; i < 10; i++)
        {
            await client.SendAsync("x"u8.ToArray());
            ReadResult read = await reader.ReadAsync();
            reader.AdvanceTo(read.Buffer.End);
        }

        await client.SendAsync("x"u8.ToArray());
        await reader.ReadAsync();
        Assert.InRange(reader.HeldBytes, 1, 8 * 1024);
        client.Dispose();
        server.Dispose();
    }

    [Fact]
    public async Task An_unread_rest_grows_and_moves_without_loss()
    {
        (Socket client, Socket server) = await TransportPair.ConnectAsync();
        await using var transport = new SocketTransport(server);
        byte[] sent = new byte[500_000];
        new Random(7).NextBytes(sent);
        Task sending = client.SendAsync(sent);
        var received = new List<byte>();
        var random = new Random(8);
        while (received.Count < sent.Length)
        {
            ReadResult read = await transport.Input.ReadAsync();
            long consumed = random.NextInt64(Math.Min(read.Buffer.Length, 3000) + 1);
            received.AddRange(read.Buffer.Slice(0, consumed).ToArray());
            bool looksAtAll = random.Next(20) == 0 && read.Buffer.Length - consumed < 30_000 && received.Count + read.Buffer.Length - consumed < sent.Length;
            transport.Input.AdvanceTo(read.Buffer.GetPosition(consumed), looksAtAll ? read.Buffer.End : read.Buffer.GetPosition(consumed));
        }

        Assert.Equal(sent, received);
        await sending;
        client.Dispose();
    }

    [Fact]
    public async Task A_reset_behind_data_comes_behind_the_data()
    {
        (Socket client, Socket server) = await TransportPair.ConnectAsync();
        await using var transport = new SocketTransport(server);
        await client.SendAsync("last"u8.ToArray());
        Assert.Equal("last"u8.ToArray(), await TransportPair.ReadAsync(transport.Input, 4));
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        await Assert.ThrowsAsync<IOException>(() => TransportPair.ReadAsync(transport.Input, 1));
        await Assert.ThrowsAsync<IOException>(() => TransportPair.ReadAsync(transport.Input, 1));
    }

    [Fact]
    public async Task Disposing_sends_all_and_a_FIN_even_with_a_wait_left_over_from_a_cancelled_read()
    {
        (Socket client, Socket server) = await TransportPair.ConnectAsync();
        var transport = new SocketTransport(server);
        Task<ReadResult> reading = transport.Input.ReadAsync().AsTask();
        transport.Input.CancelPendingRead();
        transport.Input.AdvanceTo((await reading).Buffer.End);
        await transport.Output.WriteAsync(new byte[50_000]);
        await transport.DisposeAsync();
        byte[] buffer = new byte[100_000];
        int total = 0;
        while (await client.ReceiveAsync(buffer) is int count and > 0) total += count;
        Assert.Equal(50_000, total);
        client.Dispose();
    }

    [Fact]
    public async Task Options_of_the_listener_hold_for_its_connections()
    {
        await using var listener = new SocketListener(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        System.Net.EndPoint endPoint = listener.Bind();
        using var stop = new CancellationTokenSource();
        var accepted = new TaskCompletionSource<Transport>();
        Task running = listener.RunAsync(
            transport =>
            {
                accepted.SetResult(transport);
                return Task.CompletedTask;
            },
            stop.Token);
        await using SocketTransport client = await SocketTransport.ConnectAsync(endPoint);
        await using Transport server = await accepted.Task;
        Assert.True(client.HasNoDelay);
        Assert.True(((SocketTransport)server).HasNoDelay);
        Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
        Assert.Equal(endPoint, server.LocalEndPoint);
        await stop.CancelAsync();
        await running;
    }
}
