using System.Net;
using System.Text.Json;
using Minimal.Gallery.Demos.Gap;
using Xunit;

namespace Minimal.Tests.Gallery;

public sealed class GapDemoTests
{
    [Fact]
    public async Task The_naive_poll_gets_the_first_of_a_clump_and_the_one_with_a_cursor_gets_all()
    {
        var demo = new GapDemo();
        await using DemoServer server = await DemoServer.StartAsync(demo.Routes);
        string before = (await server.GetJsonAsync("/messages?via=poll")).GetProperty("after").GetString()!;
        Task<string> naive = server.Ask("GET /next");
        Assert.Equal(1, demo.Waiting);

        Task<string> burst = server.Ask("POST /burst?count=50&clump=5");
        server.Turn(TimeSpan.FromSeconds(1));
        Assert.Equal("""{"burst":1,"count":50}""", await burst);

        Assert.Equal("""{"burst":1,"n":1,"of":50}""", await naive);
        JsonElement answer = await server.GetJsonAsync($"/messages?via=long&wait=20&after={before}");
        Assert.Equal(Enumerable.Range(1, 50), answer.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("data").GetProperty("n").GetInt32()));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("gap").ValueKind);
    }

    [Fact]
    public async Task What_is_no_longer_kept_is_told_as_a_gap()
    {
        await using DemoServer server = await DemoServer.StartAsync(new GapDemo().Routes);
        string before = (await server.GetJsonAsync("/messages?via=poll")).GetProperty("after").GetString()!;
        await server.PostJsonAsync("/burst?count=300&clump=300", "");

        JsonElement answer = await server.GetJsonAsync($"/messages?via=long&wait=20&after={before}");
        Assert.Equal(before, answer.GetProperty("gap").GetProperty("from").GetString());
        Assert.EndsWith("-200", answer.GetProperty("gap").GetProperty("to").GetString(), StringComparison.Ordinal);
        Assert.Equal(100, answer.GetProperty("messages").GetArrayLength());
    }

    [Theory]
    [InlineData("/burst?count=0", null, HttpStatusCode.BadRequest)]
    [InlineData("/burst?count=1001", null, HttpStatusCode.BadRequest)]
    [InlineData("/burst?clump=x", null, HttpStatusCode.BadRequest)]
    [InlineData("/burst", "http://elsewhere", HttpStatusCode.Forbidden)]
    public async Task Bursts_are_bounded_and_our_own(string url, string? origin, HttpStatusCode status)
    {
        await using DemoServer server = await DemoServer.StartAsync(new GapDemo().Routes);
        using HttpResponseMessage response = await server.PostAsync(url, "", "text/plain", origin);
        Assert.Equal(status, response.StatusCode);
    }
}
