using System.Globalization;
using System.Text;
using Minimal.Http;
using Minimal.Http.Wire;
using Minimal.Testing;

namespace Minimal.Tests.Http;

/// <summary>The application of the ledger's examples. It notes each request that a handler sees, and what became of its body.</summary>
internal sealed class LedgerApplication
{
    private readonly Lock _lock = new();
    private readonly List<string> _seen = [];

    /// <summary>Requests in the order in which handlers saw them: <c>GET /probe</c>.</summary>
    public IReadOnlyList<string> Seen
    {
        get
        {
            lock (_lock) return [.. _seen];
        }
    }

    /// <summary>How often <c>/inc</c> was asked.</summary>
    public int Counter { get; private set; }

    /// <summary>Ends what <c>/held</c> waits for.</summary>
    public TaskCompletionSource Held { get; set; } = new();

    /// <summary>Bodies that were read to their end.</summary>
    public List<byte[]> Bodies { get; } = [];

    /// <summary>The fields of the last request, in order.</summary>
    public IReadOnlyList<HttpField> Fields { get; private set; } = [];

    public IReadOnlyList<HttpField>? Trailers { get; private set; }

    public async ValueTask HandleAsync(HttpExchange exchange)
    {
        RequestHead request = exchange.Request;
        Fields = [.. request.Fields];
        lock (_lock) _seen.Add($"{request.Method} {request.Target}");
        await AnswerAsync(exchange, request.Path, request);
    }

    private async ValueTask AnswerAsync(HttpExchange exchange, string path, RequestHead request)
    {
        switch (path)
        {
            case "/e":
                byte[] body = await exchange.RequestBody.ReadAllAsync(64 * 1024 * 1024);
                Bodies.Add(body);
                Trailers = exchange.RequestBody.Trailers?.ToArray();
                await exchange.RespondAsync(200, "application/octet-stream", body);
                break;
            case "/inc":
                Counter++;
                await exchange.RespondAsync(200, Counter.ToString(CultureInfo.InvariantCulture));
                break;
            case "/stream":
                await exchange.ResponseBody.WriteAsync("one"u8.ToArray());
                await exchange.ResponseBody.FlushAsync();
                await exchange.ResponseBody.WriteAsync("two"u8.ToArray());
                break;
            case "/held":
                await Held.Task;
                await exchange.RespondAsync(200, "held");
                break;
            case "/reject":
                await exchange.RespondAsync(403, "no");
                break;
            case "/redir":
                exchange.Response.Fields.Set("Location", Encoding.UTF8.GetString(PercentDecode(request.Query["to=".Length..])));
                await exchange.RespondAsync(302);
                break;
            case "/fields":
                await exchange.RespondAsync(200, string.Join('\n', request.Fields.Select(field => $"{field.Name}={field.Value}")));
                break;
            default:
                await exchange.RespondAsync(200, path);
                break;
        }
    }

    private static byte[] PercentDecode(string text) => Encoding.Latin1.GetBytes(Uri.UnescapeDataString(text));
}
