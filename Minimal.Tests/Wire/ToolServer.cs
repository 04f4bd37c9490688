using System.Net;
using Minimal.Http;
using Minimal.Http.Transports;

namespace Minimal.Tests.Wire;

/// <summary>A server on loopback: ours, or one that a test plays connection by connection.</summary>
internal sealed class ToolServer : IAsyncDisposable
{
    private readonly HttpServer? _server;
    private readonly SocketListener? _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running = Task.CompletedTask;

    private ToolServer(HttpServer server)
    {
        _server = server;
        EndPoint = (IPEndPoint)server.EndPoints[0];
    }

    private ToolServer(SocketListener listener, Func<Transport, Task> serve)
    {
        _listener = listener;
        EndPoint = (IPEndPoint)listener.Bind();
        _running = listener.RunAsync(serve, _stop.Token);
    }

    public IPEndPoint EndPoint { get; }

    public string Url => $"http://{EndPoint}";

    /// <summary>Ours.</summary>
    public static async Task<ToolServer> StartAsync(HttpHandler handler)
    {
        var server = new HttpServer(handler, [new SocketListener(new IPEndPoint(IPAddress.Loopback, 0))]);
        await server.StartAsync();
        return new ToolServer(server);
    }

    /// <summary>Another one.</summary>
    /// <param name="serve">The life of a connection; it is disposed behind it.</param>
    public static ToolServer Play(Func<Transport, Task> serve) => new(
        new SocketListener(new IPEndPoint(IPAddress.Loopback, 0)),
        async transport =>
        {
            try
            {
                await serve(transport);
            }
            catch (IOException)
            {
                // The client went first.
            }

            await transport.DisposeAsync();
        });

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        await _stop.CancelAsync();
        await _running;
        if (_listener is not null) await _listener.DisposeAsync();
        _stop.Dispose();
    }
}
