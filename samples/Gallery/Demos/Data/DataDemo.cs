using System.Text.Json;
using System.Text.Json.Serialization;
using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Http.Routing;
using Minimal.Http.Topics;

namespace Minimal.Gallery.Demos.Data;

/// <summary>
/// The smallest long poll that there is: who asks for data waits for the next update, for 10 seconds.
/// <code>
/// GET  data                {"data": …} with the next update, or {"data":null} after 10 seconds
/// GET  data?after=CURSOR   the same, and an update since the last answer is not missed
/// POST update              JSON: the new data, bare or as {"data": …}
/// </code>
/// An answer carries its place in <c>Last-Event-ID</c>.
/// </summary>
internal sealed class DataDemo
{
    private const int MaxBytes = 4096;

    private readonly Topic _updates = new("data", TopicOptions.Default with { MaxMessages = 100 });
    private readonly HeldPolls _polls;

    public DataDemo()
    {
        _polls = new HeldPolls(_updates, hold: TimeSpan.FromSeconds(10));
        Routes = new Router()
            .Get("/data", ReadAsync)
            .Post("/update", UpdateAsync);
    }

    public Router Routes { get; }

    /// <summary>Polls that are held now.</summary>
    public int Waiting => _updates.Waiters;

    private async ValueTask ReadAsync(HttpExchange exchange)
    {
        if (await exchange.ReadQueryAsync() is not { } query) return;
        if (await _polls.BeginAsync(exchange, query.First("after")) is not { } after) return;
        if (await _polls.ReadAsync(exchange, after) is not { } batch) return;

        // Of several updates the newest is the data.
        ReadOnlySpan<byte> data = batch.Messages.IsEmpty ? "null"u8 : batch.Messages.Span[^1].Data.Span;
        exchange.Response.Fields.Set("Content-Type", "application/json");
        exchange.Response.Fields.Set("Last-Event-ID", batch.Next.ToString());
        using var json = new Utf8JsonWriter(exchange.ResponseBody.Writer);
        json.WriteStartObject();
        json.WritePropertyName("data"u8);
        json.WriteRawValue(data);
        json.WriteEndObject();
    }

    private async ValueTask UpdateAsync(HttpExchange exchange)
    {
        if (await UpdateBody.ReadAsync(exchange, MaxBytes) is not { } data) return;
        Cursor id = await _updates.PublishAsync(data);
        await exchange.RespondJsonAsync(new Updated(true, id.ToString()), DataJson.Default.Updated);
    }
}

internal sealed record Updated(bool Success, string Id);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Updated))]
internal sealed partial class DataJson : JsonSerializerContext;
