using System.IO.Pipelines;
using System.Net;
using Minimal.Http;
using Minimal.Http.Transports;
using Minimal.Testing;
using Minimal.WebSocket;

namespace Minimal.Tests.WebSocket;

/// <summary>A server with one WebSocket handler, in memory unless a listener is given.</summary>
internal sealed class SocketHost : IAsyncDisposable
{
    private readonly MemoryListener? _memory;
    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="run">The handler.</param>
    /// <param name="options">Null takes the defaults.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <param name="inline">Whether the server goes on inside of the client's writes, so that a test finds all consequences done.</param>
    /// <param name="windowBytes">How much may be under way each way.</param>
    /// <param name="listener">In place of memory.</param>
    /// <param name="server">Options of the server; its clock is <paramref name="time"/>.</param>
    public SocketHost(
        Func<WebSocketConnection, ValueTask> run,
        WebSocketOptions? options = null,
        ManualTime? time = null,
        bool inline = false,
        int windowBytes = 64 * 1024,
        Listener? listener = null,
        HttpServerOptions? server = null)
    {
        // The runner's context would take what is to go on inside of a write elsewhere.
        SynchronizationContext.SetSynchronizationContext(null);
        _memory = listener is null ? new MemoryListener(inline ? PipeScheduler.Inline : null, windowBytes) : null;
        server ??= new HttpServerOptions();
        HttpHandler handler = WebSocketConnection.Handler(socket => RunAsync(run, socket), options);
        Server = new HttpServer(handler, [listener ?? _memory!], time is null ? server : server with { Time = time });
        Server.StartAsync().GetAwaiter().GetResult();
    }

    public HttpServer Server { get; }

    /// <summary>What the first handler that ended has thrown; null when it returned.</summary>
    public Task<Exception?> HandlerEnd => _ended.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public Uri Uri => new($"ws://127.0.0.1:{((IPEndPoint)Server.EndPoints[0]).Port}/ws");

    /// <summary>Sends back each message as it was received.</summary>
    public static async ValueTask Echo(WebSocketConnection socket)
    {
        while (await socket.ReceiveAsync() is { } message) await socket.SendAsync(message.Data, message.Opcode);
    }

    public static SocketHost OverTcp(Func<WebSocketConnection, ValueTask> run, WebSocketOptions? options = null) =>
        new(run, options, listener: new SocketListener(new IPEndPoint(IPAddress.Loopback, 0)));

    public RawPeer Connect() => new(_memory!.Connect());

    public async Task<RawPeer> OpenAsync(string fields = "")
    {
        RawPeer peer = Connect();
        await peer.OpenAsync(fields);
        return peer;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await Server.StopAsync(now.Token);
        await Server.DisposeAsync();
    }

    private async ValueTask RunAsync(Func<WebSocketConnection, ValueTask> run, WebSocketConnection socket)
    {
        try
        {
            await run(socket);
            _ended.TrySetResult(null);
        }
        catch (Exception e)
        {
            _ended.TrySetResult(e);
            throw;
        }
    }
}
