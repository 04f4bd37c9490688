using System.Net;
using System.Net.Sockets;
using System.Text;
using Minimal.Http.Transports;
using Minimal.Testing;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>What an echo costs the collector in steady state: nothing.</summary>
[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTests
{
    [Theory]
    [InlineData(16, 1)]
    [InlineData(128, 16)]
    [InlineData(16_000, 1)]
    public async Task An_echo_allocates_nothing(int size, int depth)
    {
        const int rounds = 1000;
        await using var host = new SocketHost(SocketHost.Echo, inline: true, windowBytes: 1 << 20);
        await using RawPeer peer = await host.OpenAsync();
        byte[] frames = [.. Enumerable.Range(0, depth).SelectMany(_ => WebSocketFrameModel.Bytes(0x82, new byte[size], 0x01020304))];
        int expected = depth * (size + (size < 126 ? 2 : 4));
        for (int i = 0; i < 200; i++) Round(peer.Transport, frames, expected);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < rounds; i++) Round(peer.Transport, frames, expected);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // The pipe of the test may take a segment now and then.
        Assert.InRange(allocated, 0, rounds * depth);
    }

    [Theory]
    [InlineData(false, 5000)]
    [InlineData(true, 5500)]
    [Requirement("DEF-7.2-03")]
    public async Task An_idle_connection_holds_little(bool isDeflate, int most)
    {
        // The client's socket is counted too, at about 1 KB; without contexts that are kept, compression costs an idle connection next to nothing.
        const int warm = 100, counted = 400;
        var policy = new DeflatePolicy { ServerNoContextTakeover = true, ClientNoContextTakeover = true };
        await using SocketHost host = SocketHost.OverTcp(SocketHost.Echo, new WebSocketOptions { Deflate = isDeflate ? policy : null, MinCompressBytes = 0 });
        var clients = new List<Socket>();
        for (int i = 0; i < warm; i++) clients.Add(Connect(host, isDeflate));
        long held = Measure();

        // The heap is the whole process's: what earlier tests left may go just then, and more of it than came. Then nothing was measured.
        for (int tries = 0; held < 0 && tries < 5; tries++) held = Measure();
        clients.ForEach(client => client.Dispose());
        Assert.InRange(held / counted, 0, most);

        long Measure()
        {
            long before = GC.GetTotalMemory(forceFullCollection: true);
            for (int i = 0; i < counted; i++) clients.Add(Connect(host, isDeflate));
            return GC.GetTotalMemory(forceFullCollection: true) - before;
        }
    }

    // A client that has sent a message and got it back.
    private static Socket Connect(SocketHost host, bool isDeflate)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(IPAddress.Loopback, host.Uri.Port);
        byte[] answer = new byte[1024];
        client.Send(Encoding.ASCII.GetBytes($"{RawPeer.Handshake}{(isDeflate ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "")}\r\n"));
        client.Receive(answer);
        client.Send(isDeflate ? Hex.Bytes("C1 87 00000000 F248CDC9C90700") : Hex.Bytes("81 85 00000000 48656C6C6F"));
        client.Receive(answer);
        return client;
    }

    // All in one thread: the server answers inside of the write.
    private static void Round(Transport transport, byte[] frames, int expected)
    {
        frames.CopyTo(transport.Output.GetSpan(frames.Length));
        transport.Output.Advance(frames.Length);
        ValueTask<System.IO.Pipelines.FlushResult> flush = transport.Output.FlushAsync();
        if (!flush.IsCompletedSuccessfully) Assert.Fail("The server did not take it at once.");
        Assert.True(transport.Input.TryRead(out System.IO.Pipelines.ReadResult read));
        if (read.Buffer.Length != expected) Assert.Fail($"{read.Buffer.Length} bytes came back.");
        transport.Input.AdvanceTo(read.Buffer.End);
    }
}
