using System.IO.Pipelines;
using Minimal.Http;
using Minimal.Http.Transports;

namespace Minimal.Testing;

/// <summary>One life of the server: from a start to a stop.</summary>
internal sealed class NoLossLife : IAsyncDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);

    private readonly NoLossStart _start;
    private readonly MemoryListener _listener;
    private readonly HttpServer _http;

    public NoLossLife(NoLossStart start, NoLossServer server)
    {
        _start = start;
        Server = server;
        _listener = new MemoryListener(PipeScheduler.Inline, start.Terms.WindowBytes);
        _http = new HttpServer(server.Handler, [_listener], new HttpServerOptions { Time = start.Time });
    }

    public NoLossServer Server { get; }

    public Task StartAsync() => _http.StartAsync();

    public MemoryTransport Connect() => _listener.Connect();

    /// <summary>Stops in good order: whoever is held is answered, whoever does not read has the time that the server gives it.</summary>
    public async ValueTask DisposeAsync()
    {
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
