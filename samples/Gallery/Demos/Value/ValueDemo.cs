using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Microsoft.Extensions.Logging;
using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Http.Routing;
using Minimal.Http.Topics;

namespace Minimal.Gallery.Demos.Value;

/// <summary>
/// One value that everybody watches, by asking again and again (short polling) or by asking once and being kept waiting (long polling).
/// <code>
/// GET  value                                 the value as it stands
/// GET  value?after=CURSOR                    what is new, now
/// GET  value?after=CURSOR&amp;via=long&amp;wait=20   what is new, as soon as anything is, and within 20 seconds in any case
/// POST update                                the body is the new value
/// GET  status                                how many polls are held
/// </code>
/// </summary>
internal sealed class ValueDemo
{
    private const int MaxValueBytes = 4096;

    private readonly Topic _values = new("value", TopicOptions.Default with { MaxMessages = 256 });
    private readonly TopicEndpoint _endpoint;
    private readonly ILogger _log;

    public ValueDemo(ILoggerFactory logging)
    {
        _log = logging.CreateLogger("Gallery.Value");
        _endpoint = new TopicEndpoint(_values);
        Routes = new Router()
            .Get("/value", ReadAsync)
            .Post("/update", PublishAsync)
            .Get("/status", StatusAsync);
    }

    public Router Routes { get; }

    private async ValueTask ReadAsync(HttpExchange exchange)
    {
        if (await exchange.ReadQueryAsync() is not { } query) return;
        bool saysWhere = query.First("after") is not null || exchange.Request.Fields.Contains("Last-Event-ID");
        bool isPoll = query.First("via") is null or "poll" or "long";
        if (isPoll && !saysWhere && _values.End.Sequence > 0) await AnswerValueAsync(exchange);
        else await _endpoint.HandleAsync(exchange);
    }

    // The same answer as the endpoint's, with the newest message alone.
    private ValueTask AnswerValueAsync(HttpExchange exchange)
    {
        Cursor end = _values.End;
        TopicBatch batch = _values.Read(new Cursor(end.Epoch, end.Sequence - 1));
        var json = new ArrayBufferWriter<byte>();
        json.Write(Encoding.ASCII.GetBytes($$"""{"after":"{{batch.Next}}","messages":["""));
        MessageJson.Write(batch.Messages.Span[^1], json);
        json.Write("],\"gap\":null,\"end\":false}"u8);
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        exchange.Response.Fields.Set("Last-Event-ID", batch.Next.ToString());
        return exchange.RespondAsync(200, "application/json", json.WrittenMemory);
    }

    private async ValueTask PublishAsync(HttpExchange exchange)
    {
        if (CrossSite.IsForgeable(exchange.Request))
        {
            await exchange.RespondAsync(403, "403 Forbidden: pages of other sites do not publish here\n");
            return;
        }

        byte[] data = await exchange.RequestBody.ReadAllAsync(MaxValueBytes);
        if (data.Length == 0 || !Utf8.IsValid(data))
        {
            await exchange.RespondAsync(400, "400 Bad Request: a value is some text in UTF-8\n");
            return;
        }

        int held = _endpoint.Waiting;
        Cursor id = await _values.PublishAsync(data);
        if (_log.IsEnabled(LogLevel.Information)) _log.LogInformation("Update {Id}, {Bytes} bytes, releases {Held} polls", id, data.Length, held);
        await RespondJsonAsync(exchange, 201, $$"""{"id":"{{id}}"}""");
    }

    private ValueTask StatusAsync(HttpExchange exchange) =>
        RespondJsonAsync(exchange, 200, $$"""{"held":{{_endpoint.Waiting}},"updates":{{_values.End.Sequence}}}""");

    private static ValueTask RespondJsonAsync(HttpExchange exchange, int status, string json)
    {
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        return exchange.RespondAsync(status, "application/json", Encoding.ASCII.GetBytes(json));
    }
}
