using System.Text;
using System.Text.Unicode;
using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Http.Routing;
using Minimal.Http.Topics;

namespace Minimal.Gallery.Demos.Config;

/// <summary>
/// A configuration centre, after Nacos: a client says what it has, and is held until that is not the latest any more, for 29.5 seconds at most.
/// A value is the latest message of its key in a compacted topic.
/// <code>
/// GET  configs?key=NAME   the value and its ETag; with If-None-Match held while that matches, then the new value, or 304
/// POST listener           form, NAME=MD5 of each value that the client has: {"changed":["NAME"]}, or nothing when the time is over
/// POST configs?key=NAME   the body is the new value
/// </code>
/// Programs that speak to Nacos itself find its routes below <c>nacos/v1/cs/</c>.
/// </summary>
internal sealed class ConfigDemo
{
    private const int MaxKeys = 100, MaxKeyLength = 64, MaxValueBytes = 1000;

    // Half a second less than the 30 s after which a client of Nacos gives up, so that an answer is never on its way in vain.
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(29.5);

    private readonly Topic _values = new("config", TopicOptions.Default with { IsCompacted = true, MaxMessages = MaxKeys });
    private readonly ConfigWatch _watch;

    public ConfigDemo()
    {
        _watch = new ConfigWatch(_values, TopicEndpointOptions.Default with { DefaultHold = Hold, MaxHold = Hold, HoldJitter = 0, MaxPublishBytes = 8192 });
        Routes = new Router()
            .Get("/configs", _watch)
            .Post("/configs", CrossSite.Guard(PublishAsync))
            .Post("/listener", CrossSite.Guard(_watch))
            .Mount("/nacos/v1/cs", new NacosRoutes(_values, async (key, value) => await TryPublishAsync(key, value) is not null).Routes);

        // A topic in memory has published when it returns.
        foreach ((string key, string value) in new[] { ("banner", "Welcome"), ("timeout", "800 ms"), ("dark-mode", "off") }) _ = _values.PublishAsync(Encoding.UTF8.GetBytes(value), key: key).AsTask();
    }

    public Router Routes { get; }

    /// <summary>Clients that are held now.</summary>
    public int Waiting => _watch.Waiting;

    private async ValueTask PublishAsync(HttpExchange exchange)
    {
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        if (await exchange.ReadQueryAsync() is not { } query) return;
        byte[] value = await exchange.RequestBody.ReadAllAsync(MaxValueBytes);
        if (await TryPublishAsync(query.First("key"), value) is not { } id)
        {
            await exchange.RespondAsync(400, $"400 Bad Request: key is a name of up to {MaxKeyLength} characters, and a value is text in UTF-8\n");
            return;
        }

        await exchange.RespondAsync(201, "application/json", Encoding.ASCII.GetBytes($$"""{"id":"{{id}}"}"""));
    }

    private async ValueTask<Cursor?> TryPublishAsync(string? key, byte[] value)
    {
        bool isName = key is { Length: > 0 and <= MaxKeyLength } && !key.Any(char.IsControl);
        return isName && value.Length <= MaxValueBytes && Utf8.IsValid(value) ? await _values.PublishAsync(value, key: key) : null;
    }
}
