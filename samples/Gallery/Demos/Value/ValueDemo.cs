using System.Globalization;
using System.Text.Json;
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
/// GET  value?after=CURSOR                    what is new, now
/// GET  value?after=CURSOR&amp;via=long&amp;wait=20   what is new, as soon as anything is, and within 20 seconds in any case
/// POST update                                the body is the new value
/// GET  status                                how many polls are held
/// </code>
/// </summary>
internal sealed class ValueDemo
{
    private const int MaxValueBytes = 4096;
    private const double DefaultHold = 20, MaxHold = 30;

    private readonly SharedValue _value = new();
    private readonly ILogger _log;
    private int _held;

    public ValueDemo(ILoggerFactory logging)
    {
        _log = logging.CreateLogger("Gallery.Value");
        Routes = new Router()
            .Get("/", Asset.Load("Demos/Value/index.html").RespondAsync)
            .Get("/value", ReadAsync)
            .Post("/update", PublishAsync)
            .Get("/status", StatusAsync);
    }

    public Router Routes { get; }

    private async ValueTask ReadAsync(HttpExchange exchange)
    {
        if (await exchange.ReadQueryAsync() is not { } query) return;
        if (!TryReadAfter(query, out Cursor? after) || !TryReadHold(query, out TimeSpan hold))
        {
            await exchange.RespondAsync(400, "400 Bad Request: after is a cursor, via is poll or long, wait is a number of seconds\n");
            return;
        }

        Reading? reading = _value.Read(after);
        if (reading.IsEmpty && hold > TimeSpan.Zero) reading = await HoldAsync(exchange, reading, hold);
        if (reading is not null) Answer(exchange, reading);
    }

    /// <summary>Keeps the client waiting for news, for a while; null when it has left.</summary>
    private async ValueTask<Reading?> HoldAsync(HttpExchange exchange, Reading reading, TimeSpan hold)
    {
        await exchange.RequestBody.ReadAllAsync(MaxValueBytes);
        exchange.AbortOnHalfClose();
        using var released = CancellationTokenSource.CreateLinkedTokenSource(exchange.Aborted, exchange.Draining);
        exchange.ReleaseRequest();
        Interlocked.Increment(ref _held);
        try
        {
            await reading.Changed.WaitAsync(hold, exchange.Time, released.Token);
        }
        catch (TimeoutException)
        {
            // Nothing new is an answer too.
        }
        catch (OperationCanceledException) when (exchange.Aborted.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            // The server stops: the client is told where to go on, and asks whoever serves next.
        }
        finally
        {
            Interlocked.Decrement(ref _held);
        }

        return _value.Read(reading.After);
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

        int held = Volatile.Read(ref _held);
        Cursor id = _value.Publish(data);
        if (_log.IsEnabled(LogLevel.Information)) _log.LogInformation("Update {Id}, {Bytes} bytes, releases {Held} polls", id, data.Length, held);
        using Utf8JsonWriter json = BeginJson(exchange, 201);
        json.WriteStartObject();
        json.WriteString("id"u8, id.ToString());
        json.WriteEndObject();
    }

    private ValueTask StatusAsync(HttpExchange exchange)
    {
        using Utf8JsonWriter json = BeginJson(exchange, 200);
        json.WriteStartObject();
        json.WriteNumber("held"u8, Volatile.Read(ref _held));
        json.WriteNumber("updates"u8, _value.Count);
        json.WriteEndObject();
        return default;
    }

    // {"after": cursor, "messages": [{"id", "type", "key", "data"}], "gap": null | {"from", "to"}, "end": false}
    private static void Answer(HttpExchange exchange, Reading reading)
    {
        using Utf8JsonWriter json = BeginJson(exchange, 200);
        json.WriteStartObject();
        json.WriteString("after"u8, reading.After.ToString());
        json.WriteStartArray("messages"u8);
        foreach (Message message in reading.Messages)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, message.Id.ToString());
            json.WriteNull("type"u8);
            json.WriteNull("key"u8);
            WriteData(json, message.Data.Span);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (reading.Missed is { } missed)
        {
            json.WriteStartObject("gap"u8);
            json.WriteString("from"u8, missed.ToString());
            json.WriteString("to"u8, reading.Resumed.ToString());
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("gap"u8);
        }

        json.WriteBoolean("end"u8, false);
        json.WriteEndObject();
    }

    /// <summary>What is JSON goes as JSON, all else as a string.</summary>
    private static void WriteData(Utf8JsonWriter json, ReadOnlySpan<byte> data)
    {
        json.WritePropertyName("data"u8);
        var reader = new Utf8JsonReader(data);
        try
        {
            while (reader.Read()) reader.Skip();
            json.WriteRawValue(data, skipInputValidation: true);
        }
        catch (JsonException)
        {
            json.WriteStringValue(data);
        }
    }

    private static Utf8JsonWriter BeginJson(HttpExchange exchange, int status)
    {
        exchange.Response.Status = status;
        exchange.Response.Fields.Set("Content-Type", "application/json");
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        return new Utf8JsonWriter(exchange.ResponseBody.Writer);
    }

    private static bool TryReadAfter(UrlValues query, out Cursor? after)
    {
        after = null;
        if (query.First("after") is not { } text) return true;
        if (!Cursor.TryParse(text, out Cursor cursor)) return false;
        after = cursor;
        return true;
    }

    private static bool TryReadHold(UrlValues query, out TimeSpan hold)
    {
        hold = TimeSpan.Zero;
        if (query.First("via") is not { } via || via == "poll") return true;
        double seconds = DefaultHold;
        bool isNumber = query.First("wait") is not { } text || double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out seconds);
        hold = TimeSpan.FromSeconds(Math.Min(seconds, MaxHold));
        return via == "long" && isNumber;
    }
}
