using System.Globalization;
using System.IO.Pipelines;
using Minimal.Http;
using Minimal.Http.Routing;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;

namespace Minimal.Soak;

/// <summary>What attacks are aimed at: an answer for honest clients, bodies up and down, a WebSocket that echoes, and one that closes.</summary>
internal static class AttackTarget
{
    public const string Greeting = "Hello, World!";

    private static readonly byte[] Piece = new byte[16 * 1024];

    /// <summary>The terms of WebSockets: as by default, but fewer fragments and shorter times, so that a run is short.</summary>
    public static WebSocketOptions Sockets => WebSocketOptions.Default with
    {
        PingInterval = TimeSpan.FromSeconds(5),
        PongTimeout = TimeSpan.FromSeconds(5),
        CloseTimeout = TimeSpan.FromSeconds(5),
        Limits = WebSocketLimits.Default with { MaxFragments = 5000 },
    };

    /// <summary>The times of the server: as by default, but for heads and idle connections.</summary>
    public static HttpTimeouts Times => HttpTimeouts.Default with { Head = TimeSpan.FromSeconds(10), Idle = TimeSpan.FromSeconds(15) };

    public static HttpHandler Handler(WebSocketOptions sockets) => new Router()
        .Get("/", exchange => exchange.RespondAsync(200, Greeting))
        .Get("/bytes/{n}", BytesAsync)
        .Post("/echo", EchoAsync)
        .Get("/ws", WebSocketConnection.Handler(EchoAsync, sockets))
        .Get("/bye", WebSocketConnection.Handler(CloseAsync, sockets));

    private static async ValueTask BytesAsync(HttpExchange exchange)
    {
        for (int left = int.Parse(exchange.Route["n"], CultureInfo.InvariantCulture); left > 0; left -= Piece.Length)
            await exchange.ResponseBody.WriteAsync(Piece.AsMemory(0, Math.Min(left, Piece.Length)));
    }

    private static async ValueTask EchoAsync(HttpExchange exchange)
    {
        PipeWriter response = exchange.ResponseBody.Writer;
        byte[] body = await exchange.RequestBody.ReadAllAsync(1024 * 1024);
        await response.WriteAsync(body);
    }

    private static async ValueTask EchoAsync(WebSocketConnection connection)
    {
        while (await connection.ReceiveAsync() is { } message) await connection.SendAsync(message.Data, message.Opcode);
    }

    private static async ValueTask CloseAsync(WebSocketConnection connection)
    {
        await connection.ReceiveAsync();
        await connection.CloseAsync();
    }
}
