using System.Collections.Concurrent;
using System.Text;
using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Http.Routing;
using Minimal.Http.Topics;
using Minimal.Sse;

namespace Minimal.Gallery.Demos.Events;

/// <summary>
/// Server-Sent Events by hand: a greeting, then what is broadcast, with ids by which an EventSource goes on after its connection was cut.
/// <code>
/// GET  events?client=ID          data: Connected, then data: {"data": …} for each update; an event gap where some cannot be had
/// GET  events?ids=no&amp;client=ID   the same without ids, as it is often written
/// POST update                    JSON: the new data, bare or as {"data": …}
/// POST cut?client=ID             cuts the connections of one client
/// POST restart                   cuts all, and begins anew, as a server does that has kept nothing
/// </code>
/// </summary>
internal sealed class EventsDemo
{
    private const int MaxBytes = 4096, Kept = 100;
    private static readonly SseStreamOptions Terms = SseStreamOptions.Default with { Retry = TimeSpan.FromSeconds(2) };

    private readonly ConcurrentDictionary<HttpExchange, string?> _clients = [];
    private volatile Topic _updates = Begin();

    public EventsDemo() => Routes = new Router()
        .Get("/events", StreamAsync)
        .Post("/update", CrossSite.Guard(UpdateAsync))
        .Post("/cut", CrossSite.Guard(CutAsync))
        .Post("/restart", CrossSite.Guard(RestartAsync));

    public Router Routes { get; }

    /// <summary>Streams that are open now.</summary>
    public int Open => _clients.Count;

    private static Topic Begin() => new("events", TopicOptions.Default with { MaxMessages = Kept });

    private async ValueTask StreamAsync(HttpExchange exchange)
    {
        if (await exchange.ReadQueryAsync() is not { } query) return;
        await exchange.RequestBody.ReadAllAsync(0);
        _clients[exchange] = query.First("client");
        try
        {
            await using SseStream stream = await SseStream.StartAsync(exchange, Terms);
            await RunAsync(stream, _updates, hasIds: query.First("ids") != "no");
        }
        catch (OperationCanceledException)
        {
            // The stream has ended while it waited.
        }
        finally
        {
            _clients.TryRemove(exchange, out _);
        }
    }

    private static async Task RunAsync(SseStream stream, Topic updates, bool hasIds)
    {
        Cursor at = Place(stream.LastEventId, updates);
        await stream.SendAsync(new SseEvent("Connected", Id: Id(at)));
        while (!stream.HasEnded)
        {
            await updates.WaitAsync(at, stream.Ended);
            TopicBatch batch = updates.Read(at);
            if (batch.Gap is { } gap) await stream.SendAsync(new SseEvent($$"""{"from":"{{gap.From}}","to":"{{gap.To}}"}""", "gap", Id(gap.To)));
            foreach (TopicMessage update in batch.Messages.ToArray()) await stream.SendAsync(new SseEvent(Encoding.UTF8.GetString(update.Data.Span), Id: Id(update.Id)));
            at = batch.Next;
        }

        string? Id(Cursor cursor) => hasIds ? cursor.ToString() : null;
    }

    // Who has seen nothing begins with what comes. An id that is none of ours is of another life, and so are those of before a restart.
    private static Cursor Place(string? lastEventId, Topic updates)
    {
        if (lastEventId is null) return updates.End;
        return Cursor.TryParse(lastEventId, out Cursor cursor) ? cursor : default;
    }

    private async ValueTask UpdateAsync(HttpExchange exchange)
    {
        if (await UpdateBody.ReadAsync(exchange, MaxBytes) is not { } data) return;
        byte[] update = [.. "{\"data\":"u8, .. data, (byte)'}'];
        Cursor id = await _updates.PublishAsync(update);
        await RespondAsync(exchange, $$"""{"success":true,"id":"{{id}}"}""");
    }

    private async ValueTask CutAsync(HttpExchange exchange)
    {
        if (await exchange.ReadQueryAsync() is not { } query) return;
        string? client = query.First("client");
        await RespondAsync(exchange, $$"""{"cut":{{Cut(client is null ? [] : _clients.Where(open => open.Value == client))}}}""");
    }

    private ValueTask RestartAsync(HttpExchange exchange)
    {
        // First the new, then the cut: who comes in between has looked itself up and is cut too.
        _updates = Begin();
        return RespondAsync(exchange, $$"""{"cut":{{Cut(_clients)}}}""");
    }

    private static int Cut(IEnumerable<KeyValuePair<HttpExchange, string?>> streams)
    {
        HttpExchange[] open = [.. streams.Select(stream => stream.Key)];
        foreach (HttpExchange stream in open) stream.Abort();
        return open.Length;
    }

    private static ValueTask RespondAsync(HttpExchange exchange, string json)
    {
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        return exchange.RespondAsync(200, "application/json", Encoding.ASCII.GetBytes(json));
    }
}
