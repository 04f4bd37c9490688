using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Minimal.Gallery.Demos.Value;
using Xunit;

namespace Minimal.Tests.Gallery;

public sealed class ValueDemoTests
{
    [Fact]
    public async Task Who_says_no_place_gets_the_value_as_it_stands()
    {
        await using DemoServer server = await StartAsync();
        JsonElement nothing = await server.GetJsonAsync("/value");
        Assert.Equal(0, nothing.GetProperty("messages").GetArrayLength());

        await UpdateAsync(server, "one");
        string id = await UpdateAsync(server, """{"n":2}""");
        Assert.Equal($$$"""{"after":"{{{id}}}","messages":[{"id":"{{{id}}}","type":null,"key":null,"data":{"n":2}}],"gap":null,"end":false}""", await server.GetAsync("/value"));
        Assert.Equal(await server.GetAsync("/value"), await server.GetAsync("/value?via=long"));
    }

    [Fact]
    public async Task A_held_poll_is_answered_by_an_update_and_misses_none()
    {
        await using DemoServer server = await StartAsync();
        string first = await UpdateAsync(server, "one");
        Task<string> poll = server.Ask($"GET /value?via=long&wait=20&after={first}");
        await UpdateAsync(server, "two");
        Assert.Equal("two", DemoServer.Json(await poll).GetProperty("messages")[0].GetProperty("data").GetString());

        string third = await UpdateAsync(server, "three");
        JsonElement both = await server.GetJsonAsync($"/value?after={first}");
        Assert.Equal(["two", "three"], both.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("data").GetString()));
        Assert.Equal(third, both.GetProperty("after").GetString());
        Assert.Equal("""{"held":0,"updates":3}""", await server.GetAsync("/status"));
    }

    [Fact]
    public async Task A_hold_ends_with_an_empty_answer_and_the_same_cursor()
    {
        await using DemoServer server = await StartAsync();
        string id = await UpdateAsync(server, "one");
        Task<string> poll = server.Ask($"GET /value?via=long&wait=20&after={id}");
        Assert.Equal("""{"held":1,"updates":1}""", await server.GetAsync("/status"));
        server.Turn(TimeSpan.FromSeconds(20));
        JsonElement answer = DemoServer.Json(await poll);
        Assert.Equal(0, answer.GetProperty("messages").GetArrayLength());
        Assert.Equal(id, answer.GetProperty("after").GetString());
    }

    [Theory]
    [InlineData("", "text/plain", null, HttpStatusCode.BadRequest)]
    [InlineData("x", "text/plain", "http://elsewhere", HttpStatusCode.Forbidden)]
    [InlineData("x", "text/plain", "http://a", HttpStatusCode.Created)]
    [InlineData("x", "application/json", "http://elsewhere", HttpStatusCode.Created)]
    public async Task Values_are_text_and_no_other_site_can_make_a_browser_publish_one(string body, string type, string? origin, HttpStatusCode status)
    {
        await using DemoServer server = await StartAsync();
        using HttpResponseMessage response = await server.PostAsync("/update", body, type, origin);
        Assert.Equal(status, response.StatusCode);
    }

    [Theory]
    [InlineData("/value?after=x")]
    [InlineData("/value?via=carrier-pigeon")]
    [InlineData("/value?via=long&wait=x&after=latest")]
    public async Task What_cannot_be_read_is_refused(string url)
    {
        await using DemoServer server = await StartAsync();
        using HttpResponseMessage response = await server.Client.GetAsync(url);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private static Task<DemoServer> StartAsync() => DemoServer.StartAsync(new ValueDemo(NullLoggerFactory.Instance).Routes);

    private static async Task<string> UpdateAsync(DemoServer server, string value)
    {
        using HttpResponseMessage response = await server.PostAsync("/update", value, "text/plain");
        return JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()).GetProperty("id").GetString()!;
    }
}
