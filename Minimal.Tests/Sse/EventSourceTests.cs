using System.Net;
using System.Text.Json;
using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Http.Routing;
using Minimal.Http.Transports;
using Minimal.Sse;
using Minimal.Tests.Browser;
using Xunit;

namespace Minimal.Tests.Sse;

/// <summary>A browser's own EventSource against <see cref="SseStream"/>.</summary>
[Collection(BrowserCollection.Name)]
public sealed class EventSourceTests(Browser.Browser browser) : IAsyncLifetime
{
    // What a page needs to note everything that an EventSource does, and to wait for it.
    private const string Page = """
        <!doctype html><meta charset=utf-8><title>EventSource</title><script>
        const log = [];
        function listen(url, options) {
            window.source = new EventSource(url, options);
            for (const type of ['open', 'message', 'score', 'error'])
                source.addEventListener(type, e => log.push([type, source.readyState, ...(e instanceof MessageEvent ? [e.data, e.lastEventId, e.origin] : [])].join('|')));
        }
        async function until(condition) {
            while (!condition()) await new Promise(go => setTimeout(go, 5));
            return log;
        }
        </script>
        """;

    private readonly List<HttpServer> _servers = [];
    private BrowserPage _page = null!;

    public async Task InitializeAsync()
    {
        if (Chromium.Program is not null) _page = await browser.OpenAsync();
    }

    public async Task DisposeAsync()
    {
        if (_page is not null) await _page.DisposeAsync();
        foreach (HttpServer server in _servers) await server.DisposeAsync();
    }

    [BrowserFact]
    [Requirement("SSE-9.2.5-01", "SSE-OP-02", "SSE-9.2.7-01")]
    public async Task It_opens_before_any_event_and_gets_messages_named_events_and_ids_and_no_comments()
    {
        var go = new TaskCompletionSource();
        string origin = await StartAsync(async exchange =>
        {
            await using SseStream stream = await SseStream.StartAsync(exchange, new SseStreamOptions { PaddingBytes = 2048 });
            await go.Task.WaitAsync(exchange.Aborted);
            await stream.SendAsync(new SseEvent("one\ntwo é"));
            await stream.SendAsync(":\n"u8.ToArray());
            await stream.SendAsync(new SseEvent(" {\"home\": 1}", "score", "é7"));
            await stream.SendAsync(new SseEvent("", "other"));
            await stream.SendAsync(new SseEvent(""));
            await stream.WhenEndedAsync();
        });
        Assert.Equal(["open|1"], await ListenAsync("/events", 1));
        go.SetResult();
        Assert.Equal(
            ["open|1", $"message|1|one\ntwo é||{origin}", $"score|1| {{\"home\": 1}}|é7|{origin}", $"message|1||é7|{origin}"],
            await UntilAsync("log.length >= 4"));
        Assert.Empty(_page.Errors);
    }

    [BrowserFact]
    [Requirement("SSE-9.2.4-01", "SSE-9.2.1-01")]
    public async Task It_comes_back_after_a_cut_with_its_last_id_and_stops_at_204()
    {
        var cut = new TaskCompletionSource();
        var ids = new List<string?>();
        string origin = await StartAsync(async exchange =>
        {
            ids.Add(SseRequest.LastEventId(exchange.Request));
            if (ids.Count > 3)
            {
                await SseStream.StopAsync(exchange);
                return;
            }

            await using SseStream stream = await SseStream.StartAsync(exchange, new SseStreamOptions { Retry = TimeSpan.FromMilliseconds(10) });
            await stream.SendAsync(new SseEvent($"{ids.Count}", Id: $"é…{ids.Count}"));
            if (ids.Count > 1) return;
            await cut.Task.WaitAsync(exchange.Aborted);
            exchange.Abort();
        });
        await ListenAsync("/events", 2);
        cut.SetResult();
        Assert.Equal(
            [
                "open|1", $"message|1|1|é…1|{origin}", "error|0",
                "open|1", $"message|1|2|é…2|{origin}", "error|0",
                "open|1", $"message|1|3|é…3|{origin}", "error|0", "error|2",
            ],
            await UntilAsync("source.readyState == 2"));
        Assert.Equal([null, "é…1", "é…2", "é…3"], ids);
    }

    [BrowserFact]
    [Requirement("SSE-9.2.2-08")]
    public async Task Under_overload_it_comes_back_if_it_was_turned_away_properly_and_never_after_an_error_status()
    {
        int requests = 0;
        string origin = await StartAsync(async exchange =>
        {
            switch (++requests)
            {
                case 1:
                    await SseStream.TurnAwayAsync(exchange, new SseStreamOptions { ReturnAfter = TimeSpan.FromMilliseconds(10), ReturnSpread = TimeSpan.FromMilliseconds(10) });
                    break;
                case 2:
                    await using (SseStream stream = await SseStream.StartAsync(exchange, new SseStreamOptions { Retry = TimeSpan.FromMilliseconds(10) })) await stream.SendAsync(new SseEvent("a"));
                    break;
                default:
                    await exchange.RespondAsync(503);
                    break;
            }
        });
        await ListenAsync("/events", 0);
        Assert.Equal(["open|1", "error|0", "open|1", $"message|1|a||{origin}", "error|0", "error|2"], await UntilAsync("source.readyState == 2"));
        Assert.Equal(3, requests);
    }

    [BrowserFact]
    [Requirement("SSE-OP-05")]
    public async Task It_comes_back_when_its_stream_is_too_old()
    {
        int requests = 0;
        await StartAsync(async exchange =>
        {
            var options = new SseStreamOptions { MaxAge = TimeSpan.FromMilliseconds(100), ReturnAfter = TimeSpan.FromMilliseconds(10), ReturnSpread = TimeSpan.FromMilliseconds(10) };
            if (++requests > 2) await SseStream.StopAsync(exchange);
            else await (await SseStream.StartAsync(exchange, options)).WhenEndedAsync();
        });
        await ListenAsync("/events", 0);
        Assert.Equal(["open|1", "error|0", "open|1", "error|0", "error|2"], await UntilAsync("source.readyState == 2"));
    }

    [BrowserFact]
    [Requirement("SSE-9.2.7-02")]
    public async Task It_reads_a_stream_without_chunks()
    {
        string origin = await StartAsync(async exchange =>
        {
            await using SseStream stream = await SseStream.StartAsync(exchange, new SseStreamOptions { CloseDelimited = true });
            await stream.SendAsync(new SseEvent("a"));
            await stream.WhenEndedAsync();
        });
        Assert.Equal(["open|1", $"message|1|a||{origin}"], await ListenAsync("/events", 2));
    }

    [BrowserFact]
    [Requirement("SSE-CORS-01")]
    public async Task It_reads_from_another_origin_what_that_allows()
    {
        var cookies = new List<string?>();
        HttpHandler stream = async exchange =>
        {
            cookies.Add(exchange.Request.Fields.First("Cookie"));
            await using SseStream stream = await SseStream.StartAsync(exchange);
            await stream.SendAsync(new SseEvent("a"));
            await stream.WhenEndedAsync();
        };
        string page = await StartAsync(_ => default);
        string open = await StartAsync(stream.WithCors(new CorsOptions { Origins = null }), navigate: false);
        string credentials = await StartAsync(stream.WithCors(new CorsOptions { Origins = [page], Credentials = true }), navigate: false);
        string closed = await StartAsync(stream.WithCors(new CorsOptions { Origins = ["http://other.example"] }), navigate: false);
        await _page.EvaluateAsync("document.cookie = 'a=1'");

        // Without credentials anyone may, and no cookie goes along.
        Assert.Equal(["open|1", $"message|1|a||{open}"], await ListenAsync($"{open}/events", 2));

        // With credentials the origin must be named, and the cookie does go along.
        Assert.Equal(["open|1", $"message|1|a||{credentials}"], await ListenAsync($"{credentials}/events", 2, withCredentials: true));

        // Where the origin is not named it is no use, whatever the stream has.
        Assert.Equal(["error|2"], await ListenAsync($"{open}/events", 1, withCredentials: true));
        Assert.Equal(["error|2"], await ListenAsync($"{closed}/events", 1));
        Assert.Equal([null, "a=1", "a=1", null], cookies);
    }

    /// <summary>A server with the page, and streams at /events; the page is opened.</summary>
    /// <returns>Its origin.</returns>
    private async Task<string> StartAsync(HttpHandler events, bool navigate = true)
    {
        var server = new HttpServer(
            exchange => exchange.Request.Path == "/events" ? events(exchange) : exchange.RespondAsync(200, "text/html; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(Page)),
            [new SocketListener(new IPEndPoint(IPAddress.Loopback, 0))],
            new HttpServerOptions { Timeouts = new HttpTimeouts { Drain = TimeSpan.Zero } });
        _servers.Add(server);
        await server.StartAsync();
        string origin = $"http://{server.EndPoints[0]}";
        if (navigate) await _page.NavigateAsync($"{origin}/");
        return origin;
    }

    /// <summary>Makes an EventSource, and waits until it has noted so much.</summary>
    private async Task<string[]> ListenAsync(string url, int entries, bool withCredentials = false)
    {
        await _page.EvaluateAsync($"window.source?.close(), log.length = 0, listen({JsonSerializer.Serialize(url)}, {{ withCredentials: {(withCredentials ? "true" : "false")} }})");
        return await UntilAsync($"log.length >= {entries}");
    }

    private async Task<string[]> UntilAsync(string condition) =>
        JsonSerializer.Deserialize<string[]>(await _page.EvaluateAsync($"until(() => {condition})"))!;
}
