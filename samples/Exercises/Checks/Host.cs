using Minimal.Http;
using Minimal.Http.Transports;
using Minimal.Testing;

namespace Exercises.Checks;

/// <summary>A server in memory, whose clock is turned by hand.</summary>
internal sealed class Host : IAsyncDisposable
{
    private readonly MemoryListener _listener = new();
    private readonly HttpServer _server;

    private Host(HttpHandler handler, HttpTimeouts? timeouts) =>
        _server = new HttpServer(handler, [_listener], new HttpServerOptions { Time = Time, Timeouts = timeouts ?? HttpTimeouts.Default });

    /// <summary>The server's clock.</summary>
    public ManualTime Time { get; } = new();

    /// <summary>A server that has started.</summary>
    public static async Task<Host> StartAsync(HttpHandler handler, HttpTimeouts? timeouts = null)
    {
        var host = new Host(handler, timeouts);
        await host._server.StartAsync();
        return host;
    }

    /// <summary>A new connection.</summary>
    public Talk Connect() => new(_listener.Connect());

    /// <summary>What the server says to these bytes, up to the end of the connection.</summary>
    /// <param name="request">The bytes.</param>
    /// <param name="hangsUp">Whether this side ends behind them; to a stream that means that the client has left.</param>
    public async Task<string> AskAsync(string request, bool hangsUp = true)
    {
        await using Talk talk = Connect();
        await talk.SayAsync(request);
        if (hangsUp) talk.HangUp();
        return await talk.HearToEndAsync();
    }

    /// <summary>Begins to stop the server, while its clock stands still.</summary>
    public Task StopAsync() => _server.StopAsync();

    public async ValueTask DisposeAsync()
    {
        ValueTask stopping = _server.DisposeAsync();
        while (!stopping.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await stopping;
    }
}
