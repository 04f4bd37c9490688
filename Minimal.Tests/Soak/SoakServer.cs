using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Minimal.Http;
using Minimal.Http.Routing;
using Minimal.Http.Topics;
using Minimal.Http.Transports;
using Minimal.Http.Transports.Epoll;
using Minimal.Sse;
using Minimal.Testing;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;

namespace Minimal.Soak;

/// <summary>
/// The server under test: bodies up and down, topics in every way there is, WebSocket echo. It has two addresses: one as it is, one behind a bad network of
/// its own. Its times are short, so that a run of seconds sees each of them pass.
/// </summary>
internal sealed class SoakServer : IAsyncDisposable
{
    private const int Topics = 4;

    private static readonly WebSocketOptions Sockets = WebSocketOptions.Default with
    {
        PingInterval = TimeSpan.FromSeconds(3),
        PongTimeout = TimeSpan.FromSeconds(4),
        CloseTimeout = TimeSpan.FromSeconds(2),
        Deflate = DeflatePolicy.Default,
        MinCompressBytes = 64,
    };

    private readonly HttpServer _server;
    private readonly TopicEndpoint[] _endpoints;
    private DeadlineWheel? _wheel;

    private SoakServer(SoakOptions options, SoakLog log, ChaosNetwork network)
    {
        All = [.. Enumerable.Range(0, Topics).Select(number => new SoakTopic($"t{number}"))];
        _endpoints = [.. All.Select(topic => new TopicEndpoint(topic.Topic, Terms, new TopicSse(), new TopicWebSocket(new TopicWebSocketOptions { Connection = Sockets })))];
        Router router = new Router().Post("/echo", EchoAsync).Get("/bytes/{n}", BytesAsync).Get("/ws", WebSocketConnection.Handler(EchoAsync, Sockets)).Post("/publish/{n}", PublishAsync);
        for (int i = 0; i < Topics; i++) router.Mount($"/topic/{i}", _endpoints[i]);
        HttpHandler handler = router;
        _server = new HttpServer(
            exchange =>
            {
                _wheel ??= exchange.Deadlines;
                return handler(exchange);
            },
            [Listen(options), network.Around(Listen(options))],
            new HttpServerOptions { Logging = log, Timeouts = Times });
    }

    public IReadOnlyList<SoakTopic> All { get; }

    /// <summary>Where the network is not.</summary>
    public EndPoint Plain => _server.EndPoints[0];

    /// <summary>Behind the network.</summary>
    public EndPoint Bad => _server.EndPoints[1];

    public int Connections => _server.ConnectionCount;

    /// <summary>Clients that wait, by the word of the topics and by that of their endpoints.</summary>
    public (int Topics, int Endpoints) Waiters => (All.Sum(topic => topic.Topic.Waiters), _endpoints.Sum(endpoint => endpoint.Waiting));

    /// <summary>Entries of the wheel.</summary>
    public int Deadlines => _wheel?.Count ?? 0;

    private static HttpTimeouts Times => HttpTimeouts.Default with
    {
        Idle = TimeSpan.FromSeconds(8),
        Head = TimeSpan.FromSeconds(10),
        Linger = TimeSpan.FromSeconds(2),
        RateGrace = TimeSpan.FromSeconds(5),
        MinResponseRate = 2048,
        Drain = TimeSpan.FromSeconds(5),
    };

    private static TopicEndpointOptions Terms => TopicEndpointOptions.Default with
    {
        MaxHold = TimeSpan.FromSeconds(5),
        DefaultHold = TimeSpan.FromSeconds(3),
        MinAnnouncedHold = TimeSpan.FromSeconds(1),
        Heartbeat = TimeSpan.FromSeconds(3),
        RecycleBytes = 200 * 1024,
        RecycleAge = TimeSpan.FromSeconds(30),
    };

    public static async Task<SoakServer> StartAsync(SoakOptions options, SoakLog log, ChaosNetwork network)
    {
        var server = new SoakServer(options, log, network);
        await server._server.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        foreach (SoakTopic topic in All) topic.Dispose();
    }

    /// <summary>The bytes that <c>/bytes/n</c> answers with.</summary>
    public static byte ByteAt(int n, int index) => (byte)('a' + ((n + index) % 26));

    private static Listener Listen(SoakOptions options)
    {
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        return options.IsEpoll && OperatingSystem.IsLinux() ? new EpollListener(any) : new SocketListener(any);
    }

    // What comes goes back at once, so that both directions are under way together.
    private static async ValueTask EchoAsync(HttpExchange exchange)
    {
        exchange.Response.ContentLength = exchange.RequestBody.AnnouncedLength;
        PipeWriter response = exchange.ResponseBody.Writer;
        while (true)
        {
            response.Advance(await exchange.RequestBody.ReadAsync(response.GetMemory(4096)));
            if (exchange.RequestBody.IsComplete) return;
            await response.FlushAsync();
        }
    }

    private static async ValueTask EchoAsync(WebSocketConnection connection)
    {
        while (await connection.ReceiveAsync() is { } message) await connection.SendAsync(message.Data, message.Opcode);
    }

    private static async ValueTask BytesAsync(HttpExchange exchange)
    {
        int n = int.Parse(exchange.Route["n"], CultureInfo.InvariantCulture);
        for (int sent = 0; sent < n;)
        {
            byte[] piece = [.. Enumerable.Range(sent, Math.Min(8192, n - sent)).Select(index => ByteAt(n, index))];
            await exchange.ResponseBody.WriteAsync(piece);
            sent += piece.Length;
        }
    }

    private async ValueTask PublishAsync(HttpExchange exchange)
    {
        SoakTopic topic = All[int.Parse(exchange.Route["n"], CultureInfo.InvariantCulture)];
        byte[] data = await exchange.RequestBody.ReadAllAsync(64 * 1024);
        if (await topic.PublishAsync(data) is { } id) await exchange.RespondAsync(200, "text/plain", Encoding.ASCII.GetBytes($"{id}"));
        else await exchange.RespondAsync(503);
    }
}
