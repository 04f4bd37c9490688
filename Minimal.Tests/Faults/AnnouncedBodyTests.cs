using Minimal.Http;
using Minimal.Testing;
using Minimal.Tests.Http;
using Xunit;

namespace Minimal.Tests.Faults;

/// <summary>A head costs a client nothing: what it announces must not cost the server more than that.</summary>
public sealed class AnnouncedBodyTests
{
    // A connection with the blocks that it needs while a body comes.
    private const long MostBytes = 40_000;

    [Fact]
    public async Task An_announced_body_takes_no_memory_before_it_comes()
    {
        await using TestServer server = await TestServer.StartAsync(async exchange => await exchange.RequestBody.ReadAllAsync(10_000_000));
        List<Conversation> slow = [];
        const int Connections = 20;
        await BeginAsync(server, slow);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Connections; i++) await BeginAsync(server, slow);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Connections, 0, MostBytes);
        foreach (Conversation each in slow) each.Reset();
    }

    private static async Task BeginAsync(TestServer server, List<Conversation> slow)
    {
        slow.Add(await server.ConnectAsync());
        await slow[^1].SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\ny");
    }
}
