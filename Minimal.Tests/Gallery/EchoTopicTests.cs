using System.Text.Json;
using Minimal.Echo;
using Xunit;

namespace Minimal.Tests.Gallery;

/// <summary>The topic of the tools' target.</summary>
public sealed class EchoTopicTests
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
        server.Turn(TimeSpan.FromSeconds(19.4));
        Assert.False(held.IsCompleted);
        server.Turn(TimeSpan.FromSeconds(0.2));
        Assert.Equal(JsonValueKind.Null, DemoServer.Json(await held).GetProperty("gap").ValueKind);
    }
}
