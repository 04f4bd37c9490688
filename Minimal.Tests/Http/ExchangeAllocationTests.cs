using System.IO.Pipelines;
using System.Text;
using Minimal.Http;
using Minimal.Http.Diagnostics;
using Minimal.Http.Routing;
using Minimal.Http.Transports;
using Minimal.Testing;
using Minimal.Tests.WebSocket;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>What a request on a kept connection costs the collector in steady state, all of it: transport, connection, router, answer.</summary>
[Collection(nameof(AllocationTests))]
public sealed class ExchangeAllocationTests
{
    private const int Rounds = 1000, WarmUp = 300, Attempts = 20;

    private static readonly byte[] Hello = "Hello, World!"u8.ToArray();

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: x\r\nAccept: */*\r\n\r\n", 1, 0)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 16, 0)]
    [InlineData("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", 1, 0)]
    [InlineData("GET /chunks HTTP/1.1\r\nHost: a\r\n\r\n", 1, 0)]
    [InlineData("GET /named/5 HTTP/1.1\r\nHost: a\r\n\r\n", 1, 256)]
    [InlineData("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", 1, 256)]
    [InlineData("POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 1, 256)]
    public async Task A_request_allocates_next_to_nothing(string request, int depth, int most)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(request, depth)));
        (HttpServer server, MemoryTransport client) = await StartAsync(Routes());
        await using (server)
        await using (client)
        {
            int answer = Round(client, bytes);
            for (int i = 0; i < WarmUp; i++) Assert.Equal(answer, Round(client, bytes));

            long allocated = long.MaxValue;
            for (int attempt = 0; attempt < Attempts && allocated > most * Rounds * depth; attempt++) allocated = Math.Min(allocated, AllocatedBy(() => Round(client, bytes)));

            // The pipe of the test may take a segment now and then.
            Assert.InRange(allocated / (double)(Rounds * depth), 0, most + 1);
        }
    }

    [Fact]
    public async Task Meters_and_traces_that_nobody_listens_to_allocate_nothing()
    {
        long allocated = long.MaxValue;
        HttpHandler handler = exchange =>
        {
            for (int attempt = 0; attempt < Attempts && allocated > 0; attempt++)
            {
                allocated = AllocatedBy(() =>
                {
                    HttpTelemetry.ConnectionBegan();
                    HttpTelemetry.Measurement? measurement = HttpTelemetry.Begin(exchange);
                    HttpTelemetry.End(measurement, exchange, null);
                    HttpTelemetry.ConnectionEnded(ConnectionEnd.Refused, Minimal.Http.Wire.HttpRules.BareLineFeed);
                    NullLog.ConnectionEnded(exchange.RemoteEndPoint, ConnectionEnd.Refused, 5);
                    return 0;
                });
            }

            return exchange.RespondAsync(200);
        };
        (HttpServer server, MemoryTransport client) = await StartAsync(handler);
        await using (server)
        await using (client)
        {
            Round(client, "GET / HTTP/1.1\r\nHost: a\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n"u8.ToArray());
            Assert.Equal(0, allocated);
        }
    }

    private static ServerLog NullLog { get; } = new(Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

    private static Router Routes() => new Router()
        .Get("/", exchange => exchange.RespondAsync(200, "text/plain", Hello))
        .Get("/named/{id}", exchange => exchange.RespondAsync(200, "text/plain", Hello))
        .Get("/chunks", exchange =>
        {
            PipeWriter body = exchange.ResponseBody.Writer;
            for (int i = 0; i < 3; i++)
            {
                Hello.CopyTo(body.GetSpan(Hello.Length));
                body.Advance(Hello.Length);
                ValueTask<FlushResult> flush = body.FlushAsync();
                if (!flush.IsCompletedSuccessfully) throw new InvalidOperationException("It was not taken at once.");
            }

            return default;
        })
        .Post("/body", async exchange =>
        {
            byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(64);
            while (await exchange.RequestBody.ReadAsync(buffer) > 0)
            {
                // The answer is about the whole of it.
            }

            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
            await exchange.RespondAsync(200, "text/plain", Hello);
        });

    private static async Task<(HttpServer Server, MemoryTransport Client)> StartAsync(HttpHandler handler)
    {
        // The runner's context would take what is to go on inside of a write elsewhere.
        SynchronizationContext.SetSynchronizationContext(null);
        var listener = new MemoryListener(PipeScheduler.Inline, 1 << 20);
        var server = new HttpServer(handler, [listener], new HttpServerOptions { Time = new ManualTime() });
        await server.StartAsync();
        return (server, listener.Connect());
    }

    private static long AllocatedBy(Func<int> act)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Rounds; i++) act();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>Sends requests and takes all that comes back, on one thread: the server answers inside of the write.</summary>
    private static int Round(MemoryTransport client, byte[] request)
    {
        request.CopyTo(client.Output.GetSpan(request.Length));
        client.Output.Advance(request.Length);
        ValueTask<FlushResult> flush = client.Output.FlushAsync();
        if (!flush.IsCompletedSuccessfully) Assert.Fail("The server did not take it at once.");
        Assert.True(client.Input.TryRead(out ReadResult read));
        int length = (int)read.Buffer.Length;
        client.Input.AdvanceTo(read.Buffer.End);
        return length;
    }
}
