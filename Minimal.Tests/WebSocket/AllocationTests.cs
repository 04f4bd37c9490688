using Minimal.Http.Transports;
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
        byte[] frames = [.. Enumerable.Range(0, depth).SelectMany(_ => Generators.Frame(0x82, new byte[size], 0x01020304))];
        int expected = depth * (size + (size < 126 ? 2 : 4));
        for (int i = 0; i < 200; i++) Round(peer.Transport, frames, expected);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < rounds; i++) Round(peer.Transport, frames, expected);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // The pipe of the test may take a segment now and then.
        Assert.InRange(allocated, 0, rounds * depth);
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
