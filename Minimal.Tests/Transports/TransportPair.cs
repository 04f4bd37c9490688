using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Minimal.Http.Transports;
using Minimal.Testing;
using Minimal.Tests.Http;

namespace Minimal.Tests.Transports;

/// <summary>Both ends of a connection, in memory or over TCP, for tests that hold for both.</summary>
internal sealed class TransportPair : IAsyncDisposable
{
    private TransportPair(Transport client, Transport server)
    {
        Client = client;
        Server = server;
    }

    public Transport Client { get; }

    public Transport Server { get; }

    /// <param name="network">What it goes over.</param>
    /// <param name="windowBytes">How much is on its way before a writer waits; roughly, over TCP. 0 takes what is usual.</param>
    public static async Task<TransportPair> CreateAsync(Network network, int windowBytes = 0)
    {
        if (network == Network.Memory)
        {
            (MemoryTransport client, MemoryTransport server) = MemoryTransport.CreatePair(windowBytes: windowBytes == 0 ? 64 * 1024 : windowBytes);
            return new TransportPair(client, server);
        }

        if (network == Network.Epoll && OperatingSystem.IsLinux()) return await OverEpollAsync(windowBytes);
        (Socket one, Socket other) = await ConnectAsync(windowBytes);
        return new TransportPair(new SocketTransport(one), new SocketTransport(other));
    }

    public static async Task<(Socket Client, Socket Server)> ConnectAsync(int windowBytes = 0)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (windowBytes > 0) listener.ReceiveBufferSize = listener.SendBufferSize = windowBytes;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (windowBytes > 0) client.ReceiveBufferSize = client.SendBufferSize = windowBytes;
        await client.ConnectAsync(listener.LocalEndPoint!);
        return (client, await listener.AcceptAsync());
    }

    private static async Task<TransportPair> OverEpollAsync(int windowBytes)
    {
        await using Listener listener = TestServer.ListenOn(Network.Epoll, new IPEndPoint(IPAddress.Loopback, 0));
        EndPoint endPoint = listener.Bind();
        using var stop = new CancellationTokenSource();
        var accepted = new TaskCompletionSource<Transport>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task accepting = listener.RunAsync(transport =>
        {
            accepted.SetResult(transport);
            return Task.CompletedTask;
        }, stop.Token);
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (windowBytes > 0) client.ReceiveBufferSize = client.SendBufferSize = windowBytes;
        await client.ConnectAsync(endPoint);
        Transport server = await accepted.Task;
        await stop.CancelAsync();
        await accepting;
        return new TransportPair(new SocketTransport(client), server);
    }

    /// <summary>Reads so many bytes, or fewer when the end comes before.</summary>
    public static async Task<byte[]> ReadAsync(PipeReader input, int count)
    {
        var bytes = new List<byte>();
        while (bytes.Count < count)
        {
            ReadResult read = await input.ReadAsync().AsTask().WaitAsync(Conversation.Patience, TimeProvider.System);
            ReadOnlySequence<byte> taken = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, count - bytes.Count));
            bytes.AddRange(taken.ToArray());
            input.AdvanceTo(taken.End);
            if (read.IsCompleted && taken.Length == 0) break;
        }

        return [.. bytes];
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }
}
