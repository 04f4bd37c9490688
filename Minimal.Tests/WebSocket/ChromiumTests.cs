using System.Net;
using Minimal.Http;
using Minimal.Http.Topics;
using Minimal.Http.Transports;
using Minimal.Tests.Browser;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>The WebSocket of a browser against ours: what pages see of messages, subprotocols, compression, closes and refusals.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ChromiumTests(Browser.Browser browser)
{
    // Opens a socket, and gives what a test needs to wait for.
    private const string Open = """
        const open = (url, protocols) => new Promise(ok => {
            const socket = new WebSocket(url, protocols ?? []);
            socket.binaryType = 'arraybuffer';
            socket.closed = new Promise(closed => socket.onclose = e => closed([e.code, e.reason, e.wasClean]));
            socket.next = () => Promise.race([socket.closed, new Promise(next => socket.onmessage = e => next(e.data))]);
            socket.onopen = () => ok(socket);
            socket.closed.then(() => ok(socket));
        });
        """;

    [BrowserFact]
    [Requirement("WS-4.2.2-01", "WS-4.2.2-06", "WS-5.6-02", "WS-8.1-04", "WS-7.1.5-01", "DEF-5-01", "DEF-7.2.1-01", "DEF-7.2.2-01")]
    public async Task Messages_come_back_whole_compressed_or_not()
    {
        WebSocketConnection? seen = null;
        var options = new WebSocketOptions { Subprotocols = ["echo"], Deflate = DeflatePolicy.Default, MinCompressBytes = 10 };
        await using HttpServer server = await StartAsync(WebSocketConnection.Handler(
            socket =>
            {
                seen = socket;
                return SocketHost.Echo(socket);
            },
            options));
        await using BrowserPage page = await OpenPageAsync(server);
        string result = await page.EvaluateAsync($$"""
            (async () => {
                {{Open}}
                const socket = await open('{{Url(server)}}', ['other', 'echo']);
                const texts = ['', 'hello', 'é€😀\u0000', Array.from({ length: 20000 }, (_, i) => i * 7919).join()];
                const same = [];
                for (const text of texts) {
                    const next = socket.next();
                    socket.send(text);
                    same.push(await next === text);
                }
                const bytes = new Uint8Array(70000).map(() => Math.random() * 256);
                const next = socket.next();
                socket.send(bytes);
                const back = new Uint8Array(await next);
                same.push(back.length === bytes.length && back.every((b, i) => b === bytes[i]));
                socket.close(4000, 'tschüß');
                return JSON.stringify([socket.protocol, socket.extensions, same, await socket.closed]);
            })()
            """);
        Assert.Equal("""["echo","permessage-deflate",[true,true,true,true,true],[4000,"",true]]""", result);
        Assert.NotNull(seen!.Deflate);
        Assert.Equal(((CloseCode)4000, "tschüß", true), (seen.CloseCode, seen.CloseReason, seen.WasClean));
        Assert.Empty(page.Errors);
    }

    [BrowserFact]
    [Requirement("WS-7.1.2-01", "WS-7.1.6-01", "WS-7.4.1-01", "WS-5.5.2-01", "WS-5.5.2-02")]
    public async Task The_server_pings_fragments_and_closes_with_its_code_and_reason()
    {
        await using HttpServer server = await StartAsync(WebSocketConnection.Handler(async socket =>
        {
            Task receiving = socket.ReceiveAsync().AsTask();
            Assert.True(await socket.PingAsync() > TimeSpan.Zero);
            await using (WebSocketMessageWriter writer = socket.BeginMessage(Opcode.Text))
            {
                await writer.WriteAsync(new byte[] { 0xE2, 0x82 });
                await socket.PingAsync();
                await writer.CompleteAsync(new byte[] { 0xAC });
            }

            await socket.CloseOutputAsync((CloseCode)4001, "später");
            await receiving;
        }));
        await using BrowserPage page = await OpenPageAsync(server);
        string result = await page.EvaluateAsync($$"""
            (async () => {
                {{Open}}
                const socket = await open('{{Url(server)}}');
                const text = await socket.next();
                return JSON.stringify([socket.extensions, text, await socket.closed]);
            })()
            """);
        Assert.Equal("""["","€",[4001,"später",true]]""", result);
    }

    [BrowserFact]
    [Requirement("WS-4.2.2-05", "WS-10.2-01")]
    public async Task A_page_of_another_origin_is_refused_unless_it_is_listed()
    {
        await using HttpServer pages = await StartAsync(exchange => exchange.RespondAsync(404));
        await using HttpServer server = await StartAsync(WebSocketConnection.Handler(SocketHost.Echo));
        await using HttpServer lenient = await StartAsync(
            WebSocketConnection.Handler(SocketHost.Echo, new WebSocketOptions { Origins = new OriginPolicy([$"http://{pages.EndPoints[0]}"]) }));
        await using BrowserPage page = await OpenPageAsync(pages);
        string result = await page.EvaluateAsync($$"""
            (async () => {
                {{Open}}
                const refused = await open('{{Url(server)}}'), welcome = await open('{{Url(lenient)}}');
                const opened = welcome.readyState === WebSocket.OPEN;
                welcome.close(1000);
                return JSON.stringify([await refused.closed, opened, await welcome.closed]);
            })()
            """);
        Assert.Equal("""[[1006,"",false],true,[1000,"",true]]""", result);
        Assert.Contains(page.Errors, error => error.Contains("403", StringComparison.Ordinal));
    }

    [BrowserFact]
    [Requirement("DEF-7.1.1.1-02")]
    public async Task A_page_reads_a_topic_compressed_and_goes_on_from_its_cursor()
    {
        var topic = new Topic("t");
        var transport = new TopicWebSocket(new TopicWebSocketOptions { Connection = new WebSocketOptions { Deflate = DeflatePolicy.Default, MinCompressBytes = 10 } });
        await using HttpServer server = await StartAsync(new TopicEndpoint(topic, new TopicEndpointOptions { CanPublish = true }, transport));
        await using BrowserPage page = await OpenPageAsync(server);
        for (int i = 0; i < 100; i++) await topic.PublishAsync(System.Text.Encoding.ASCII.GetBytes($"[{i}]"));
        string result = await page.EvaluateAsync($$"""
            (async () => {
                {{Open}}
                const read = async (after, count) => {
                    const socket = new WebSocket('{{Url(server)}}?after=' + after);
                    const records = [];
                    await new Promise(done => socket.onmessage = e => { if (records.push(JSON.parse(e.data)) === count) done(); });
                    return [socket, records];
                };
                const [first, before] = await read('earliest', 51);
                first.close();
                const [second, behind] = await read(before.at(-1).id, 51);
                second.send('"hello"');
                const rest = [];
                await new Promise(done => second.onmessage = e => { rest.push(JSON.parse(e.data)); done(); });
                return JSON.stringify([second.extensions, before[50].data, behind[1].data, behind[50].data, rest[0].data]);
            })()
            """);
        Assert.Equal("""["permessage-deflate; server_no_context_takeover",[49],[50],[99],"hello"]""", result);
        await topic.CompleteAsync();
        Assert.Empty(page.Errors);
    }

    private static string Url(HttpServer server) => $"ws://{server.EndPoints[0]}/ws";

    private static async Task<HttpServer> StartAsync(HttpHandler socket)
    {
        var server = new HttpServer(
            exchange => exchange.Request.Path == "/ws" ? socket(exchange) : exchange.RespondAsync(200, "text/html; charset=utf-8", "<!doctype html><title>page</title>"u8.ToArray()),
            [new SocketListener(new IPEndPoint(IPAddress.Loopback, 0))],
            new HttpServerOptions { Timeouts = new HttpTimeouts { Drain = TimeSpan.Zero } });
        await server.StartAsync();
        return server;
    }

    private async Task<BrowserPage> OpenPageAsync(HttpServer server)
    {
        BrowserPage page = await browser.OpenAsync();
        await page.NavigateAsync($"http://{server.EndPoints[0]}/");
        return page;
    }
}
