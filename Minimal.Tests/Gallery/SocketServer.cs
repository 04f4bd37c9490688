using System.Net;
using Minimal.Http;
using Minimal.Http.Transports;
using Minimal.WebSocket;

namespace Minimal.Tests.Gallery;

/// <summary>A server on a port of this machine, for what needs a real address: browsers, and a server that connects to itself.</summary>
internal sealed class SocketServer : IAsyncDisposable
{
    private readonly HttpServer _server;

    private SocketServer(HttpHandler handler) =>
        _server = new HttpServer(handler, [new SocketListener(new IPEndPoint(IPAddress.Loopback, 0))], new HttpServerOptions { Timeouts = new HttpTimeouts { Drain = TimeSpan.Zero } });

    public HttpClient Client { get; } = new();

    public string Authority => $"{_server.EndPoints[0]}";

    public static async Task<SocketServer> StartAsync(HttpHandler handler)
    {
        var server = new SocketServer(handler);
        await server._server.StartAsync();
        server.Client.BaseAddress = new Uri($"http://{server.Authority}/");
        return server;
    }

    public async Task<WebSocketConnection> ConnectAsync(string target, WebSocketOptions? options = null) =>
        await WebSocketConnection.ConnectAsync(new Uri($"ws://{Authority}/{target}"), options);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }
}
