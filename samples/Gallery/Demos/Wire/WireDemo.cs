using System.Net;
using System.Text.Json.Serialization;
using Minimal.Gallery.Wire;
using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Http.Diagnostics;
using Minimal.Http.Routing;
using Minimal.Http.Wire;

namespace Minimal.Gallery.Demos.Wire;

/// <summary>
/// Raw bytes to this server, even those that no browser would send. The server connects to itself as a client would, sends them, and tells what
/// came back, which rule refused them, and how servers that are lenient would have read them.
/// <code>
/// POST send      {"text":"GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"} or {"hex":"47 45 54"}
/// GET  attacks   bytes that are ready to send, each with the rule that it breaks
/// </code>
/// Who may look at the wire may send; the bytes come from this machine, and so could see the wire too.
/// </summary>
internal sealed class WireDemo
{
    private const int MaxRequestBytes = 512 * 1024, MaxAtOnce = 4, MaxInSecond = 10;

    private readonly Lock _gate = new();
    private readonly Queue<long> _lately = new();
    private int _now;

    public WireDemo(WireGuard guard) => Routes = new Router()
        .Post("/send", guard.Guard(SendAsync))
        .Get("/attacks", static exchange => exchange.RespondJsonAsync(Attack.All, WireDemoJson.Default.IReadOnlyListAttack));

    public Router Routes { get; }

    private async ValueTask SendAsync(HttpExchange exchange)
    {
        if (await exchange.ReadJsonAsync(WireDemoJson.Default.RawOrder, MaxRequestBytes) is not { } order) return;
        if (!TryRead(order, out byte[] bytes, out string wrong))
        {
            await exchange.RespondAsync(400, $"400 Bad Request: {wrong}\n");
            return;
        }

        // The address that this request came to is this server, and nothing that a client says has a part in it.
        if (exchange.LocalEndPoint is not IPEndPoint self)
        {
            await exchange.RespondAsync(501, "501 Not Implemented: this server has no address\n");
            return;
        }

        if (!TryBegin(exchange.Time))
        {
            exchange.RetryAfter(TimeSpan.FromSeconds(1));
            await exchange.RespondAsync(429, "429 Too Many Requests: a little slower, please\n");
            return;
        }

        try
        {
            IReadOnlyList<WireSpan> spans = await RawClient.TalkAsync(self, bytes, exchange.Time, WireRoom.Reading);

            // Behind a 101 there are frames, which the lens would read as requests.
            bool isUpgraded = spans.Any(span => span.Part == WireParts.Status && span.Bytes.Span.SequenceEqual("101"u8));
            exchange.Response.Fields.Set("Cache-Control", "no-store");
            await exchange.RespondAsync(200, "application/json", OutcomeJson.Write(spans, isUpgraded ? null : Lens.Explain(bytes)));
        }
        finally
        {
            lock (_gate) _now--;
        }
    }

    private static bool TryRead(RawOrder order, out byte[] bytes, out string wrong)
    {
        wrong = "";
        if (order.Text is { } text)
        {
            if (!HandwrittenBytes.TryReadText(text, out bytes, out int wrongAt)) wrong = $"at character {wrongAt} there is no escape; escapes are \\r \\n \\t \\0 \\\\ \\xHH";
        }
        else if (!HandwrittenBytes.TryReadHex(order.Hex ?? "", out bytes))
        {
            wrong = "pairs of hexadecimal digits are wanted";
        }

        if (wrong.Length == 0 && bytes.Length is 0 or > Lens.MaxBytes) wrong = $"1 to {Lens.MaxBytes} bytes are wanted";
        return wrong.Length == 0;
    }

    private bool TryBegin(TimeProvider time)
    {
        long now = time.GetTimestamp();
        lock (_gate)
        {
            while (_lately.TryPeek(out long former) && time.GetElapsedTime(former, now) >= TimeSpan.FromSeconds(1)) _lately.Dequeue();
            if (_now == MaxAtOnce || _lately.Count == MaxInSecond) return false;
            _now++;
            _lately.Enqueue(now);
            return true;
        }
    }
}

internal sealed record RawOrder(string? Text, string? Hex);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RawOrder))]
[JsonSerializable(typeof(IReadOnlyList<Attack>))]
internal sealed partial class WireDemoJson : JsonSerializerContext;
