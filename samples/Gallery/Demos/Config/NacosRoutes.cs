using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Http.Routing;
using Minimal.Http.Topics;

namespace Minimal.Gallery.Demos.Config;

/// <summary>
/// The same values by the routes and in the shapes of Nacos 1, for programs that speak to that.
/// <code>
/// GET  configs?dataId=NAME&amp;group=GROUP   the value; Content-MD5
/// POST configs                           form: dataId, group, content; the answer is true
/// POST configs/listener                  form: Listening-Configs, of each NAME ^2 GROUP ^2 MD5 ^1 (or … ^2 MD5 ^2 TENANT ^1);
///                                        NAME%02GROUP%01 of each that differs, or nothing when the time is over
/// </code>
/// In the group DEFAULT_GROUP of no tenant a name is the key that the demo's other routes know.
/// </summary>
internal sealed class NacosRoutes
{
    private const string DefaultGroup = "DEFAULT_GROUP";
    private const char Word = '\u0002', Line = '\u0001';
    private const int MaxFormBytes = 16 * 1024;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(29.5), Least = TimeSpan.FromSeconds(10), Margin = TimeSpan.FromSeconds(0.5);

    private readonly Topic _values;
    private readonly Func<string, byte[], ValueTask<bool>> _publish;

    /// <param name="values">A compacted topic.</param>
    /// <param name="publish">Publishes a value; false where name or value cannot be taken.</param>
    public NacosRoutes(Topic values, Func<string, byte[], ValueTask<bool>> publish)
    {
        _values = values;
        _publish = publish;
        Routes = new Router()
            .Get("/configs", ReadAsync)
            .Post("/configs", CrossSite.Guard(PublishAsync))
            .Post("/configs/listener", CrossSite.Guard(ListenAsync));
    }

    public Router Routes { get; }

    private async ValueTask ReadAsync(HttpExchange exchange)
    {
        if (await exchange.ReadQueryAsync() is not { } query) return;
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        if (!Read().TryGetValue(Key(query.First("dataId"), query.First("group"), query.First("tenant")), out TopicMessage value))
        {
            await exchange.RespondAsync(404, "config data not exist");
            return;
        }

        exchange.Response.Fields.Set("Content-MD5", Md5(value));
        exchange.Response.Fields.Set("X-Content-Type-Options", "nosniff");
        await exchange.RespondAsync(200, "text/plain; charset=utf-8", value.Data);
    }

    private async ValueTask PublishAsync(HttpExchange exchange)
    {
        if (await exchange.ReadFormAsync(MaxFormBytes) is not { } form) return;
        bool isPublished = form.First("dataId") is { Length: > 0 } name && form.First("content") is { } content
            && await _publish(Key(name, form.First("group"), form.First("tenant")), Encoding.UTF8.GetBytes(content));
        await exchange.RespondAsync(isPublished ? 200 : 400, isPublished ? "true" : "400 Bad Request: dataId and content, please");
    }

    private async ValueTask ListenAsync(HttpExchange exchange)
    {
        if (await exchange.ReadFormAsync(MaxFormBytes) is not { } form) return;
        string[][] known = [.. (form.First("Listening-Configs") ?? "").Split(Line, StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(Word))];
        if (known.Length == 0 || known.Any(words => words.Length is < 3 or > 4))
        {
            await exchange.RespondAsync(400, "400 Bad Request: Listening-Configs cannot be read");
            return;
        }

        TimeSpan hold = HoldOf(exchange);
        exchange.AbortOnHalfClose();
        CancellationToken left = exchange.Aborted;
        using var timedOut = new CancellationTokenSource(hold, exchange.Time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(timedOut.Token, left, exchange.Draining);
        string[] changed = await WaitAsync(known, over.Token);
        if (left.IsCancellationRequested) return;
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        await exchange.RespondAsync(200, changed.Length == 0 ? "" : $"{string.Concat(changed)}\n");
    }

    /// <summary>Waits until a value is not what the client knows; what its clients name it by, encoded for the way back.</summary>
    private async Task<string[]> WaitAsync(string[][] known, CancellationToken over)
    {
        while (true)
        {
            // The place first: what comes between the look and the wait is behind it.
            Cursor at = _values.End;
            Dictionary<string, TopicMessage> values = Read();
            string[] changed = [.. known.Where(words => IsChanged(words, values)).Select(words => Uri.EscapeDataString($"{string.Join(Word, words.Where((_, index) => index != 2))}{Line}"))];
            if (changed.Length > 0 || over.IsCancellationRequested) return changed;
            try
            {
                await _values.WaitAsync(at, over);
            }
            catch (OperationCanceledException)
            {
                // Nothing is an answer too.
            }
        }
    }

    private static bool IsChanged(string[] words, Dictionary<string, TopicMessage> values)
    {
        string now = values.TryGetValue(Key(words[0], words[1], words.ElementAtOrDefault(3)), out TopicMessage value) ? Md5(value) : "";
        return !now.Equals(words[2], StringComparison.OrdinalIgnoreCase);
    }

    private Dictionary<string, TopicMessage> Read() => _values.Read(_values.Start).Messages.ToArray().ToDictionary(message => message.Key!, StringComparer.Ordinal);

    // Half a second less than the client waits, but not less than 10 s.
    private static TimeSpan HoldOf(HttpExchange exchange)
    {
        if (exchange.Request.Fields.First("Long-Pulling-Timeout-No-Hangup") == "true") return TimeSpan.Zero;
        bool isSaid = int.TryParse(exchange.Request.Fields.First("Long-Pulling-Timeout"), NumberStyles.None, CultureInfo.InvariantCulture, out int announced);
        TimeSpan hold = isSaid ? TimeSpan.FromMilliseconds(announced) - Margin : Longest;
        return hold < Least ? Least : hold > Longest ? Longest : hold;
    }

    private static string Key(string? name, string? group, string? tenant)
    {
        string inGroup = string.IsNullOrEmpty(group) || group == DefaultGroup ? name ?? "" : $"{group}/{name}";
        return string.IsNullOrEmpty(tenant) ? inGroup : $"{tenant}/{inGroup}";
    }

#pragma warning disable CA5351 // What its clients compare is MD5.
    private static string Md5(TopicMessage value) => Convert.ToHexStringLower(MD5.HashData(value.Data.Span));
#pragma warning restore CA5351
}
