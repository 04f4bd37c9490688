using System.Text.Json;
using System.Text.Json.Serialization;
using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Http.Routing;
using Minimal.Http.Topics;

namespace Minimal.Gallery.Demos.Reminders;

/// <summary>
/// Reminders that everybody gets who waits, by long polling: held for 30 seconds.
/// <code>
/// GET  api/reminders/wait?clientId=ID                 {"type":"reminder","reminders":[…]} or {"type":"timeout","reminders":[]}
/// GET  api/reminders/wait?clientId=ID&amp;after=CURSOR    the same, and what came since the last answer is in it
/// POST api/reminders                                  {"text":"…"} makes a reminder: {"id":1,"text":"…","time":"…"}
/// </code>
/// An answer carries the cursor behind what it brings in <c>Last-Event-ID</c>.
/// </summary>
internal sealed class RemindersDemo
{
    private const int MaxBytes = 4096, MaxText = 200;

    private readonly Topic _reminders = new("reminders", TopicOptions.Default with { MaxMessages = 200 });
    private readonly HeldPolls _polls;
    private long _made;

    public RemindersDemo()
    {
        _polls = new HeldPolls(_reminders, hold: TimeSpan.FromSeconds(30));
        Routes = new Router()
            .Get("/api/reminders/wait", WaitAsync)
            .Post("/api/reminders", MakeAsync);
    }

    public Router Routes { get; }

    /// <summary>Clients that wait now.</summary>
    public int Waiting => _reminders.Waiters;

    private async ValueTask WaitAsync(HttpExchange exchange)
    {
        if (await exchange.ReadQueryAsync() is not { } query) return;
        if (await _polls.BeginAsync(exchange, query.First("after")) is not { } after) return;
        if (await _polls.ReadAsync(exchange, after, query.First("clientId")) is not { } batch) return;

        Reminder[] reminders = [.. batch.Messages.ToArray().Select(message => JsonSerializer.Deserialize(message.Data.Span, ReminderJson.Default.Reminder)!)];
        exchange.Response.Fields.Set("Last-Event-ID", batch.Next.ToString());
        await exchange.RespondJsonAsync(new Answer(reminders.Length > 0 ? "reminder" : "timeout", reminders), ReminderJson.Default.Answer);
    }

    private async ValueTask MakeAsync(HttpExchange exchange)
    {
        if (await exchange.ReadJsonAsync(ReminderJson.Default.Wish, MaxBytes) is not { } wish) return;
        if (wish.Text is not { Length: > 0 and <= MaxText } text)
        {
            await exchange.RespondAsync(400, $"400 Bad Request: text is what to be reminded of, in up to {MaxText} characters\n");
            return;
        }

        var reminder = new Reminder(Interlocked.Increment(ref _made), text, exchange.Time.GetUtcNow());
        await _reminders.PublishAsync(JsonSerializer.SerializeToUtf8Bytes(reminder, ReminderJson.Default.Reminder));
        await exchange.RespondJsonAsync(reminder, ReminderJson.Default.Reminder, status: 201);
    }
}

internal sealed record Wish(string? Text);

internal sealed record Reminder(long Id, string Text, DateTimeOffset Time);

internal sealed record Answer(string Type, Reminder[] Reminders);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Wish))]
[JsonSerializable(typeof(Answer))]
internal sealed partial class ReminderJson : JsonSerializerContext;
