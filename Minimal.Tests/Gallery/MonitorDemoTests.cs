using System.Net;
using System.Text.Json;
using Minimal.Gallery.Demos.Monitor;
using Xunit;

namespace Minimal.Tests.Gallery;

public sealed class MonitorDemoTests
{
    [Fact]
    public async Task Each_second_brings_a_sample()
    {
        await using DemoServer server = await DemoServer.StartAsync(new MonitorDemo().Routes);
        await using EventReader events = await EventReader.OpenAsync(server, "/samples?after=earliest");
        JsonElement first = DemoServer.Json((await events.NextAsync()).Data);
        server.Turn(TimeSpan.FromSeconds(1));
        JsonElement second = DemoServer.Json((await events.NextAsync()).Data);

        Assert.Equal(first.GetProperty("time").GetInt64() + 1000, second.GetProperty("time").GetInt64());
        Assert.True(second.GetProperty("cpu").GetDouble() >= 0);
        Assert.True(second.GetProperty("heap").GetInt64() > 0);
        Assert.True(second.GetProperty("memory").GetInt64() > 0);
        Assert.Equal(1, second.GetProperty("streams").GetInt32());
        Assert.Equal(JsonValueKind.Null, second.GetProperty("connections").ValueKind);
    }

    [Fact]
    public async Task Who_comes_later_gets_two_minutes()
    {
        await using DemoServer server = await DemoServer.StartAsync(new MonitorDemo().Routes);
        await server.GetAsync("/samples?after=earliest");
        for (int second = 0; second < 200; second++) server.Turn(TimeSpan.FromSeconds(1));
        JsonElement[] messages = [.. (await server.GetJsonAsync("/samples?via=poll&after=earliest")).GetProperty("messages").EnumerateArray()];
        Assert.Equal(120, messages.Length);
        Assert.Equal(server.Now.ToUnixTimeMilliseconds(), messages[^1].GetProperty("data").GetProperty("time").GetInt64());
    }

    [Fact]
    public async Task With_a_meter_it_tells_connections_and_requests()
    {
        // Other servers of this process may come and go meanwhile, so the numbers are at least these.
        using var meter = new ServerMeter();
        await using DemoServer server = await DemoServer.StartAsync(new MonitorDemo(meter).Routes);
        await using EventReader events = await EventReader.OpenAsync(server, "/samples?after=earliest");
        await events.NextAsync();
        long before = meter.Requests;
        for (int n = 0; n < 5; n++) await server.GetAsync("/ping");
        await DemoServer.UntilAsync(() => meter.Requests >= before + 5);
        server.Turn(TimeSpan.FromSeconds(1));
        JsonElement sample = DemoServer.Json((await events.NextAsync()).Data);
        Assert.Equal(JsonValueKind.Number, sample.GetProperty("connections").ValueKind);
        Assert.True(sample.GetProperty("requests").GetInt64() >= 5);
    }

    [Fact]
    public async Task A_ping_has_nothing_to_say()
    {
        await using DemoServer server = await DemoServer.StartAsync(new MonitorDemo().Routes);
        using HttpResponseMessage response = await server.Client.GetAsync("/ping");
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }
}
