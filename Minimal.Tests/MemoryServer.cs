using System.Text;
using Minimal.Http;
using Minimal.Http.Transports;

namespace Minimal.Tests;

/// <summary>A server without a network, and the framework's client to talk to it: what an application's own tests would use.</summary>
internal sealed class MemoryServer : IAsyncDisposable
{
    private readonly MemoryListener _listener;
    private readonly HttpServer _server;

    private MemoryServer(HttpHandler handler, HttpServerOptions? options, int windowBytes)
    {
        _listener = new MemoryListener(null, windowBytes);
        _server = new HttpServer(handler, [_listener], options);
        var sockets = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectCallback = (_, _) => new ValueTask<Stream>(_listener.Connect().AsStream()) };
        Client = new HttpClient(sockets) { BaseAddress = new Uri("http://a/") };
    }

    public HttpClient Client { get; }

    public HttpServer Server => _server;

    public static async Task<MemoryServer> StartAsync(HttpHandler handler, HttpServerOptions? options = null, int windowBytes = 64 * 1024)
    {
        var server = new MemoryServer(handler, options, windowBytes);
        await server._server.StartAsync();
        return server;
    }

    /// <summary>The client's end of a new connection.</summary>
    public Transport Connect() => _listener.Connect();

    /// <summary>Sends bytes as they are, ends this side, and reads until the server ends its own.</summary>
    public async Task<string> SendRawAsync(string request)
    {
        await using MemoryTransport transport = _listener.Connect();
        await transport.Output.WriteAsync(Encoding.Latin1.GetBytes(request));
        await transport.Output.CompleteAsync();
        using var reader = new StreamReader(transport.Input.AsStream(), Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }
}
