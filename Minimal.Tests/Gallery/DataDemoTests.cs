using System.Net;
using Minimal.Gallery.Demos.Data;
using Xunit;

namespace Minimal.Tests.Gallery;

public sealed class DataDemoTests
{
    [Fact]
    public async Task Without_an_update_the_data_is_null_after_10_seconds()
    {
        var demo = new DataDemo();
        await using DemoServer server = await DemoServer.StartAsync(demo.Routes);
        Task<string> poll = server.Ask("GET /data");

        server.Turn(TimeSpan.FromSeconds(10) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, demo.Waiting);

        server.Turn(TimeSpan.FromMilliseconds(1));
        Assert.Equal("""{"data":null}""", await poll);
    }

    [Theory]
    [InlineData("""{"temperature": 21}""", """{"temperature":21}""")]
    [InlineData("""{"data": "x", "more": 1}""", """{"data":"x","more":1}""")]
    [InlineData("""{"data": [1, 2]}""", "[1,2]")]
    [InlineData("5", "5")]
    public async Task An_update_answers_everybody_who_waits(string update, string data)
    {
        var demo = new DataDemo();
        await using DemoServer server = await DemoServer.StartAsync(demo.Routes);
        Task<string>[] polls = [server.Ask("GET /data"), server.Ask("GET /data")];
        Assert.Equal(2, demo.Waiting);

        Assert.True((await server.PostJsonAsync("/update", update)).GetProperty("success").GetBoolean());
        foreach (Task<string> poll in polls) Assert.Equal($$"""{"data":{{data}}}""", await poll);
    }

    [Fact]
    public async Task Of_the_updates_since_the_last_answer_the_newest_is_the_data()
    {
        await using DemoServer server = await DemoServer.StartAsync(new DataDemo().Routes);
        string cursor = (await server.PostJsonAsync("/update", "1")).GetProperty("id").GetString()!;
        await server.PostJsonAsync("/update", "2");
        await server.PostJsonAsync("/update", "3");
        Assert.Equal("""{"data":3}""", await server.GetAsync($"/data?after={cursor}"));
    }

    [Fact]
    public async Task An_update_is_json()
    {
        await using DemoServer server = await DemoServer.StartAsync(new DataDemo().Routes);
        using HttpResponseMessage broken = await server.PostAsync("/update", "{");
        using HttpResponseMessage half = await server.PostAsync("/update", """{"data":"\ud800"}""");
        using HttpResponseMessage form = await server.PostAsync("/update", "a=b", "application/x-www-form-urlencoded");
        Assert.Equal(HttpStatusCode.BadRequest, broken.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, half.StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, form.StatusCode);
    }
}
