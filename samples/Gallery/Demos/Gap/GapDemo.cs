using System.Globalization;
using System.Text;
using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Http.Routing;
using Minimal.Http.Topics;

namespace Minimal.Gallery.Demos.Gap;

/// <summary>
/// One burst of messages, for two kinds of pollers.
/// <code>
/// GET  next                                  the message that comes next, held until then: who is not waiting misses it
/// GET  messages?via=long&amp;wait=20&amp;after=CURSOR what comes behind the cursor, held until there is something
/// POST burst?count=50&amp;clump=5                50 messages, 5 at a time, ten times a second
/// </code>
/// A message is <c>{"burst":1,"n":17,"of":50}</c>. The last 100 are kept; who comes for older ones is told what is missing.
/// </summary>
internal sealed class GapDemo
{
    private const int Kept = 100, MaxCount = 1000;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    private readonly Topic _messages = new("gap", TopicOptions.Default with { MaxMessages = Kept });
    private readonly TopicEndpoint _endpoint;
    private readonly HeldPolls _polls;
    private int _bursts;

    public GapDemo()
    {
        _endpoint = new TopicEndpoint(_messages);
        _polls = new HeldPolls(_messages, hold: TimeSpan.FromSeconds(20));
        Routes = new Router()
            .Get("/next", NextAsync)
            .Get("/messages", _endpoint)
            .Post("/burst", BurstAsync);
    }

    public Router Routes { get; }

    /// <summary>Polls that are held now.</summary>
    public int Waiting => _messages.Waiters;

    /// <summary>The naive way: the server keeps no place for anybody, and the client names none.</summary>
    private async ValueTask NextAsync(HttpExchange exchange)
    {
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        if (await _polls.ReadAsync(exchange, _messages.End) is not { } batch) return;
        await exchange.RespondAsync(200, "application/json", batch.Messages.IsEmpty ? "null"u8.ToArray() : batch.Messages.Span[0].Data);
    }

    private async ValueTask BurstAsync(HttpExchange exchange)
    {
        if (CrossSite.IsForgeable(exchange.Request))
        {
            await exchange.RespondAsync(403, "403 Forbidden: pages of other sites do not publish here\n");
            return;
        }

        if (await exchange.ReadQueryAsync() is not { } query) return;
        if (!TryRead(query, "count", 50, out int count) || !TryRead(query, "clump", 5, out int clump))
        {
            await exchange.RespondAsync(400, $"400 Bad Request: count and clump are numbers from 1 to {MaxCount}\n");
            return;
        }

        int burst = Interlocked.Increment(ref _bursts);
        for (int n = 1; n <= count; n++)
        {
            await _messages.PublishAsync(Encoding.ASCII.GetBytes($$"""{"burst":{{burst}},"n":{{n}},"of":{{count}}}"""));
            if (n % clump == 0 && n < count) await Task.Delay(Between, exchange.Time, exchange.Draining);
        }

        await exchange.RespondAsync(200, "application/json", Encoding.ASCII.GetBytes($$"""{"burst":{{burst}},"count":{{count}}}"""));
    }

    private static bool TryRead(UrlValues query, string name, int absent, out int number)
    {
        number = absent;
        return query.First(name) is not { } text || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and <= MaxCount);
    }
}
