using System.IO.Pipelines;
using Minimal.Http;
using Minimal.Http.Transports;
using Minimal.Testing;

namespace Minimal.Tests.Sse;

/// <summary>
/// A server in memory, on a clock that is turned by hand. Both ends go on within each other's writes, so that what a test causes has
/// happened when its call returns.
/// </summary>
internal sealed class SseServer : IAsyncDisposable
{
    private readonly MemoryListener _listener;
    private readonly List<MemoryTransport> _connections = [];

    private SseServer(HttpHandler handler, HttpServerOptions? options, int windowBytes, PipeScheduler scheduler)
    {
        _listener = new MemoryListener(scheduler, windowBytes);
        Http = new HttpServer(handler, [_listener], (options ?? new HttpServerOptions()) with { Time = Time });
    }

    public ManualTime Time { get; } = new();

    public HttpServer Http { get; }

    /// <summary>The clients' ends, in the order in which they connected.</summary>
    public IReadOnlyList<MemoryTransport> Connections
    {
        get
        {
            lock (_connections) return [.. _connections];
        }
    }

    /// <summary>A server that has started. Call it from the test itself: its synchronization context, which would run things later, is taken away.</summary>
    public static ValueTask<SseServer> StartAsync(
        HttpHandler handler, HttpServerOptions? options = null, int windowBytes = 64 * 1024, PipeScheduler? scheduler = null)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        var server = new SseServer(handler, options, windowBytes, scheduler ?? PipeScheduler.Inline);
        Task started = server.Http.StartAsync();
        return started.IsCompletedSuccessfully ? new ValueTask<SseServer>(server) : throw new InvalidOperationException("The server starts at once.");
    }

    /// <summary>The client's end of a new connection.</summary>
    public MemoryTransport Connect()
    {
        MemoryTransport client = _listener.Connect();
        lock (_connections) _connections.Add(client);
        return client;
    }

    /// <summary>A new connection on which a request was sent.</summary>
    /// <param name="target">What is asked for.</param>
    /// <param name="fields">Further lines of the head, each with its line end, a character a byte.</param>
    /// <param name="method">How.</param>
    public async Task<SseWire> RequestAsync(string target = "/events", string fields = "", string method = "GET")
    {
        var wire = new SseWire(Connect());
        await wire.SendAsync($"{method} {target} HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n{fields}\r\n");
        return wire;
    }

    /// <summary>A client whose connections come here, whatever the host.</summary>
    public HttpClient CreateClient(SocketsHttpHandler? handler = null)
    {
        handler ??= Minimal.Sse.SseClient.CreateHandler();
        handler.ConnectCallback = (_, _) => new ValueTask<Stream>(Connect().AsStream());
        return new HttpClient(handler);
    }

    /// <summary>The clock stands still, so nobody is waited for.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (MemoryTransport client in Connections) client.Abort();
        await Http.DisposeAsync();
    }
}
