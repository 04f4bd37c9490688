using System.IO.Pipelines;
using Minimal.Http;
using Minimal.Http.Transports;

namespace Minimal.Testing;

/// <summary>One life of the server: from a start to a stop.</summary>
internal sealed class NoLossLife : IAsyncDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);

    private readonly NoLossStart _start;
    private readonly MemoryListener? _listener;
    private readonly HttpServer? _http;

    public NoLossLife(NoLossStart start, NoLossServer server)
    {
        _start = start;
        Server = server;
        if (server.Handler is not { } handler) return;
        _listener = new MemoryListener(PipeScheduler.Inline, start.Terms.WindowBytes);
        _http = new HttpServer(handler, [_listener], new HttpServerOptions { Time = start.Time });
    }

    public NoLossServer Server { get; }

    public Task StartAsync() => _http?.StartAsync() ?? Task.CompletedTask;

    public async ValueTask<Transport> ConnectAsync()
    {
        if (_listener is not null) return _listener.Connect();
        return Server.Connect is { } connect ? await connect() : throw new InvalidOperationException("A NoLossServer has a Handler, or says how to Connect.");
    }

    /// <summary>Stops in good order: whoever is held is answered, whoever does not read has the time that the server gives it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_http is null) return;
        ValueTask stopping = _http.DisposeAsync();
        while (!stopping.IsCompleted)
        {
            _start.Work.RunAll();
            _start.Time.Advance(Turn);
            await Task.Yield();
        }

        await stopping;
        _start.Work.RunAll();
    }
}
