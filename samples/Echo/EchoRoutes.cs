using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Http.Routing;
using Minimal.Http.Wire;

namespace Minimal.Echo;

/// <summary>What the target answers. Bytes are prepared and answers leave in one piece where they can, so that the server is measured and not its handlers.</summary>
internal static class EchoRoutes
{
    private const int MaxBytes = 1024 * 1024 * 1024, MaxMilliseconds = 60_000, BlockBytes = 64 * 1024;

    private static readonly byte[] Hello = "Hello, World!"u8.ToArray();
    private static readonly byte[] Block = [.. Enumerable.Range(0, BlockBytes).Select(i => (byte)('a' + (i % 26)))];

    /// <param name="deflate">Whether WebSocket may compress.</param>
    public static Router Create(bool deflate = false) => new Router()
        .Get("/", Plaintext)
        .Get("/plaintext", Plaintext)
        .Post("/", EchoAsync)
        .Put("/", EchoAsync)
        .Post("/echo", EchoAsync)
        .Put("/echo", EchoAsync)
        .Get("/headers", Headers)
        .Post("/headers", Headers)
        .Get("/cookie", Cookies)
        .Post("/cookie", Cookies)
        .Get("/204", exchange => exchange.RespondAsync(204))
        .Get("/304", exchange => exchange.RespondAsync(304))
        .Get("/bytes/{n}", Numbered(MaxBytes, BytesAsync))
        .Get("/chunked/{n}", Numbered(MaxBytes, ChunkedAsync))
        .Get("/slow/{n}", Numbered(MaxMilliseconds, SlowAsync))
        .Get("/sse", exchange => EchoStreams.CountAsync(exchange, 1000))
        .Get("/sse/{n}", Numbered(MaxMilliseconds, EchoStreams.CountAsync))
        .Get("/ws", EchoStreams.WebSocket(deflate))
        .Mount("/topic", EchoStreams.NewTopic(deflate));

    private static ValueTask Plaintext(HttpExchange exchange) => exchange.RespondAsync(200, "text/plain", Hello);

    /// <summary>The body goes back as it comes: a piece that has come is not kept waiting for the next.</summary>
    // Pooled, so that a small body costs no allocation either.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask EchoAsync(HttpExchange exchange)
    {
        RequestBody request = exchange.RequestBody;
        PipeWriter response = exchange.ResponseBody.Writer;
        exchange.Response.Fields.Set("Content-Type", "application/octet-stream");
        exchange.Response.ContentLength = request.AnnouncedLength;
        while (true)
        {
            response.Advance(await request.ReadAsync(response.GetMemory(BlockBytes / 4)));
            if (request.IsComplete) return;
            await response.FlushAsync();
        }
    }

    private static ValueTask Headers(HttpExchange exchange)
    {
        HttpFields fields = exchange.Request.Fields;
        PipeWriter response = BeginText(exchange);
        for (int i = 0; i < fields.Count; i++)
        {
            response.Write(fields.NameBytes(i));
            response.Write(": "u8);
            response.Write(fields.ValueBytes(i));
            response.Write("\n"u8);
        }

        return default;
    }

    private static ValueTask Cookies(HttpExchange exchange)
    {
        PipeWriter response = BeginText(exchange);
        foreach ((string name, string value) in exchange.ReadCookies()) response.Write(Encoding.UTF8.GetBytes($"{name}={value}\n"));
        return default;
    }

    private static async ValueTask BytesAsync(HttpExchange exchange, int count)
    {
        exchange.Response.Fields.Set("Content-Type", "application/octet-stream");
        exchange.Response.ContentLength = count;
        await WriteAsync(exchange.ResponseBody, count);
    }

    /// <summary>Without a length, and with a head that leaves first, there is nothing for the server but chunks.</summary>
    private static async ValueTask ChunkedAsync(HttpExchange exchange, int count)
    {
        exchange.Response.Fields.Set("Content-Type", "application/octet-stream");
        await exchange.ResponseBody.FlushAsync();
        await WriteAsync(exchange.ResponseBody, count);
    }

    private static async ValueTask WriteAsync(ResponseBody body, int count)
    {
        for (int left = count; left > 0; left -= BlockBytes) await body.WriteAsync(Block.AsMemory(0, Math.Min(left, BlockBytes)));
    }

    /// <summary>When the server stops, the answer comes at once.</summary>
    private static async ValueTask SlowAsync(HttpExchange exchange, int milliseconds)
    {
        Task time = Task.Delay(TimeSpan.FromMilliseconds(milliseconds), exchange.Time, exchange.Draining);
        await time.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Plaintext(exchange);
    }

    private static PipeWriter BeginText(HttpExchange exchange)
    {
        exchange.Response.Fields.Set("Content-Type", "text/plain");
        return exchange.ResponseBody.Writer;
    }

    /// <summary>A number that is none, or too large, names nothing that is here.</summary>
    private static HttpHandler Numbered(int max, Func<HttpExchange, int, ValueTask> answer) => exchange =>
        int.TryParse(exchange.Route["n"], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= max
            ? answer(exchange, number)
            : exchange.RespondAsync(404, $"404 Not Found: the number is from 0 to {max}\n");
}
