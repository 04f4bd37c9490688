using System.IO.Pipelines;
using Minimal.Http;
using Minimal.Sse;

namespace Minimal.Tests.Sse;

/// <summary>One stream that is open, whose beginning was read, on a narrow connection.</summary>
internal sealed class SseStreaming(SseServer server, SseStream stream, SseWire wire) : IAsyncDisposable
{
    public const int NarrowBytes = 1024;

    public SseServer Server => server;

    public SseStream Stream => stream;

    public SseWire Wire => wire;

    /// <inheritdoc cref="SseServer.StartAsync" />
    public static Task<SseStreaming> StartAsync(
        SseStreamOptions? options = null, int windowBytes = NarrowBytes, PipeScheduler? scheduler = null, HttpServerOptions? http = null)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        return StartAndReadAsync(options, http, windowBytes, scheduler);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static async Task<SseStreaming> StartAndReadAsync(SseStreamOptions? options, HttpServerOptions? http, int windowBytes, PipeScheduler? scheduler)
    {
        var started = new TaskCompletionSource<SseStream>();
        SseServer server = await SseServer.StartAsync(
            async exchange =>
            {
                await using SseStream stream = await SseStream.StartAsync(exchange, options);
                started.SetResult(stream);
                await stream.WhenEndedAsync();
            },
            http,
            windowBytes,
            scheduler);
        SseWire wire = await server.RequestAsync();
        await wire.ReadHeadAsync();
        await wire.ReadChunkAsync();
        return new SseStreaming(server, await started.Task, wire);
    }
}
