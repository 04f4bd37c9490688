using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Minimal.Gallery;
using Minimal.Gallery.Wire;
using Minimal.Http;
using Minimal.Http.Diagnostics;
using Minimal.Http.Transports;
using Minimal.WebSocket;

namespace Minimal.Tests.Gallery;

/// <summary>The Gallery on a port of this machine, with its connections watched.</summary>
internal sealed class WireSite : IAsyncDisposable
{
    private readonly HttpServer _server;

    private WireSite(WireGuard guard)
    {
        var inspector = new WireInspector(new WireInspectorOptions { Reading = WireRoom.Reading });
        _server = new HttpServer(
            GalleryRoutes.Create(NullLoggerFactory.Instance, null, new WireRoom(inspector, guard)),
            [new SocketListener(new IPEndPoint(IPAddress.Loopback, 0))],
            new HttpServerOptions { Inspector = inspector, Timeouts = new HttpTimeouts { Drain = TimeSpan.Zero } });
    }

    public HttpClient Client { get; } = new();

    public string Authority => $"{_server.EndPoints[0]}";

    public static async Task<WireSite> StartAsync(WireGuard? guard = null)
    {
        var site = new WireSite(guard ?? new WireGuard());
        await site._server.StartAsync();
        site.Client.BaseAddress = new Uri($"http://{site.Authority}/");
        return site;
    }

    /// <summary>A viewer, who has asked for something.</summary>
    public async Task<Viewer> WatchAsync(string watch, string page = "/demo/data/")
    {
        var viewer = new Viewer(await WebSocketConnection.ConnectAsync(new Uri($"ws://{Authority}/wire/feed")));
        await viewer.AskAsync(watch, page);
        return viewer;
    }

    /// <summary>A GET as a page sends it.</summary>
    public async Task<string> GetAsync(string url, string? page = null, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (page is not null) request.Headers.Referrer = new Uri($"http://{Authority}{page}");
        foreach ((string name, string value) in fields) request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage response = await Client.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }

    internal sealed class Viewer(WebSocketConnection connection) : IAsyncDisposable
    {
        private readonly Dictionary<int, string> _parts = [];

        /// <summary>Spans that were shown: direction, name of the part, text.</summary>
        public List<(string Direction, string Part, string Text, long Connection)> Spans { get; } = [];

        /// <summary>The connections by their numbers, as they were told last.</summary>
        public Dictionary<long, JsonElement> Connections { get; } = [];

        /// <summary>Whether what was there already has been shown.</summary>
        public bool HasBegun { get; private set; }

        /// <summary>Spans that it was too slow for.</summary>
        public long Dropped { get; private set; }

        public Task AskAsync(string watch, string page) => connection.SendAsync($$"""{"page":"{{page}}","watch":"{{watch}}"}""").AsTask();

        /// <summary>Takes what comes until a condition holds.</summary>
        public async Task UntilAsync(Func<bool> condition)
        {
            using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
            while (!condition()) Take(DemoServer.Json((await connection.ReceiveAsync(late.Token))!.Value.GetText()));
        }

        public bool Has(string direction, string part, string text) => Spans.Exists(span => (span.Direction, span.Part, span.Text) == (direction, part, text));

        public ValueTask DisposeAsync() => connection.DisposeAsync();

        private void Take(JsonElement message)
        {
            Dropped = message.GetProperty("dropped").GetInt64();
            if (message.TryGetProperty("begin", out _))
            {
                HasBegun = true;
                Spans.Clear();
                Connections.Clear();
                _parts.Clear();
            }

            foreach (JsonElement each in message.GetProperty("connections").EnumerateArray()) Connections[each.GetProperty("id").GetInt64()] = each;
            foreach (JsonElement span in message.GetProperty("spans").EnumerateArray())
            {
                Spans.Add((span.GetProperty("direction").GetString()!, NameOf(span), span.GetProperty("text").GetString()!, span.GetProperty("connection").GetInt64()));
                if (!span.TryGetProperty("bits", out JsonElement bits)) continue;
                foreach (JsonElement field in bits.EnumerateArray()) NameOf(field);
            }
        }

        private string NameOf(JsonElement span)
        {
            int number = span.GetProperty("part").GetInt32();
            if (span.TryGetProperty("is", out JsonElement part)) _parts[number] = part.GetProperty("name").GetString()!;
            return _parts[number];
        }
    }
}
