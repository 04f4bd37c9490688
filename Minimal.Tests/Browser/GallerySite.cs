using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using Minimal.Gallery;
using Minimal.Gallery.Demos.Monitor;
using Minimal.Gallery.Wire;
using Minimal.Http;
using Minimal.Http.Diagnostics;
using Minimal.Http.Transports;

namespace Minimal.Tests.Browser;

/// <summary>The whole Gallery on a port of its own, with a count of what is asked of it.</summary>
internal sealed class GallerySite : IAsyncDisposable
{
    private readonly ILoggerFactory _logging = LoggerFactory.Create(log => log.SetMinimumLevel(LogLevel.Debug));
    private readonly ServerMeter _meter = new();
    private readonly ConcurrentDictionary<string, Flight> _flights = [];
    private readonly HttpServer _server;

    private GallerySite()
    {
        var inspector = new WireInspector(new WireInspectorOptions { Reading = WireRoom.Reading });
        HttpHandler gallery = GalleryRoutes.Create(_logging, _meter, new WireRoom(inspector, new WireGuard()));
        _server = new HttpServer(
            exchange => CountAsync(exchange, gallery),
            [new SocketListener(new IPEndPoint(IPAddress.Loopback, 0))],
            new HttpServerOptions { Logging = _logging, Inspector = inspector, Timeouts = new HttpTimeouts { Drain = TimeSpan.Zero } });
    }

    public string Origin => $"http://{_server.EndPoints[0]}";

    public static async Task<GallerySite> StartAsync()
    {
        var site = new GallerySite();
        await site._server.StartAsync();
        return site;
    }

    /// <summary>The requests for a path: those whose query begins with <c>after</c> under the path with <c>?after</c>, the others under the path alone.</summary>
    public Flight Of(string path) => _flights.GetOrAdd(path, _ => new Flight());

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _meter.Dispose();
        _logging.Dispose();
    }

    // A response leaves when this has ended, so who has got it is not counted any more.
    private async ValueTask CountAsync(HttpExchange exchange, HttpHandler gallery)
    {
        bool namesPlace = exchange.Request.QueryBytes.StartsWith("after="u8);
        Flight flight = Of(exchange.Request.Path + (namesPlace ? "?after" : ""));
        flight.Begin();
        try
        {
            await gallery(exchange);
        }
        finally
        {
            flight.End();
        }
    }

    /// <summary>How many requests of one kind are at the server. Thread-safe.</summary>
    internal sealed class Flight
    {
        private readonly Lock _lock = new();
        private int _now, _most, _requests;

        /// <summary>Requests that are not answered yet.</summary>
        public int Now => Volatile.Read(ref _now);

        /// <summary>The most at one time.</summary>
        public int Most => Volatile.Read(ref _most);

        /// <summary>Requests in all.</summary>
        public int Requests => Volatile.Read(ref _requests);

        public void Begin()
        {
            lock (_lock)
            {
                _requests++;
                _most = Math.Max(_most, ++_now);
            }
        }

        public void End()
        {
            lock (_lock) _now--;
        }
    }
}
