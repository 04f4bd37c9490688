using System.Text.Json;
using Minimal.Echo;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.Gallery;

/// <summary>The tools' target: what stays open there.</summary>
public sealed class EchoStreamTests
{
    [Fact]
    public async Task What_is_posted_is_published_as_it_is_and_read_in_every_way()
    {
        await using DemoServer server = await DemoServer.StartAsync(EchoRoutes.Create());
        Task<string> held = server.Ask("GET /topic?via=long&wait=20&after=latest");
        using HttpResponseMessage posted = await server.PostAsync("/topic?type=t&key=k", "some text", "text/plain");
        Assert.Equal(System.Net.HttpStatusCode.Created, posted.StatusCode);
        string id = DemoServer.Json(await posted.Content.ReadAsStringAsync()).GetProperty("id").GetString()!;

        string message = $$"""{"id":"{{id}}","type":"t","key":"k","data":"some text"}""";
        string answer = $$"""{"after":"{{id}}","messages":[{{message}}],"gap":null,"end":false}""";
        Assert.Equal(answer, await held);
        Assert.Equal(answer, await server.GetAsync("/topic?after=earliest"));

        using HttpResponseMessage stream = await server.Client.GetAsync("/topic?via=ndjson&after=earliest", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync());
        Assert.Equal("open", DemoServer.Json((await lines.ReadLineAsync())!).GetProperty("type").GetString());
        Assert.Equal(message, await lines.ReadLineAsync());

        for (int n = 0; n < 100; n++)
        {
            await server.PostAsync("/topic", $"{n}", "text/plain");
            Assert.Equal(n, DemoServer.Json((await lines.ReadLineAsync())!).GetProperty("data").GetInt32());
        }
    }

    [Fact]
    public async Task A_hold_is_as_long_as_asked_for_but_for_the_margin()
    {
        await using DemoServer server = await DemoServer.StartAsync(EchoRoutes.Create());
        Task<string> held = server.Ask("GET /topic?via=long&wait=20");
        server.Turn(TimeSpan.FromSeconds(19.3));
        Assert.False(held.IsCompleted);
        server.Turn(TimeSpan.FromSeconds(0.3));
        Assert.Equal(JsonValueKind.Null, DemoServer.Json(await held).GetProperty("gap").ValueKind);
    }

    [Fact]
    public async Task Events_are_numbered_from_behind_the_last_one_that_the_client_has()
    {
        await using DemoServer server = await DemoServer.StartAsync(EchoRoutes.Create());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sse/50") { Headers = { { "Last-Event-ID", "41" } } };
        using HttpResponseMessage answer = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        await ExpectAsync("42");
        server.Turn(TimeSpan.FromMilliseconds(50));
        await ExpectAsync("43");

        async Task ExpectAsync(string number)
        {
            string? line;
            while ((line = await lines.ReadLineAsync())?.StartsWith("id", StringComparison.Ordinal) == false) continue;
            Assert.Equal($"id: {number}|data: {number}", $"{line}|{await lines.ReadLineAsync()}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WebSocket_sends_every_message_back_and_carries_the_topic(bool deflate)
    {
        await using DemoServer server = await DemoServer.StartAsync(EchoRoutes.Create(deflate));
        WebSocketOptions options = WebSocketOptions.Default with { Deflate = DeflatePolicy.Default };
        await using WebSocketConnection echo = await WebSocketConnection.ConnectAsync(server.Connect(), new Uri("ws://a/ws"), options);
        Assert.Equal(deflate, echo.Deflate is not null);
        byte[] data = [.. Enumerable.Range(0, 100_000).Select(n => (byte)(n * n % 251))];
        await echo.SendAsync(data, Opcode.Binary);
        Assert.Equal(data, (await echo.ReceiveAsync())!.Value.Data.ToArray());

        await using WebSocketConnection reader = await WebSocketConnection.ConnectAsync(server.Connect(), new Uri("ws://a/topic?after=earliest"));
        Assert.Contains("\"open\"", (await reader.ReceiveAsync())!.Value.GetText(), StringComparison.Ordinal);
        await server.PostAsync("/topic", "news", "text/plain");
        Assert.Contains("\"data\":\"news\"", (await reader.ReceiveAsync())!.Value.GetText(), StringComparison.Ordinal);
    }
}
