using System.Net;
using Minimal.Gallery.Demos.Events;
using Minimal.Sse;
using Xunit;

namespace Minimal.Tests.Gallery;

public sealed class EventsDemoTests
{
    [Fact]
    public async Task A_stream_greets_and_brings_every_update()
    {
        await using DemoServer server = await DemoServer.StartAsync(new EventsDemo().Routes);
        await using EventReader events = await EventReader.OpenAsync(server, "/events");
        Assert.Equal("text/event-stream", events.ContentType);
        Assert.Equal("Connected", (await events.NextAsync()).Data);

        Assert.True((await server.PostJsonAsync("/update", """{"temperature": 21}""")).GetProperty("success").GetBoolean());
        await server.PostJsonAsync("/update", """{"data": "two"}""");
        Assert.Equal("""{"data":{"temperature":21}}""", (await events.NextAsync()).Data);
        Assert.Equal("""{"data":"two"}""", (await events.NextAsync()).Data);
    }

    [Fact]
    public async Task The_greeting_is_on_the_wire_as_everybody_knows_it()
    {
        await using DemoServer server = await DemoServer.StartAsync(new EventsDemo().Routes);
        using HttpResponseMessage response = await server.Client.GetAsync("/events?ids=no", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        foreach (string line in (string[])["retry: 2000", "", "data: Connected", ""]) Assert.Equal(line, await lines.ReadLineAsync());
        await server.PostJsonAsync("/update", "1");
        Assert.Equal("""data: {"data":1}""", await lines.ReadLineAsync());
    }

    [Fact]
    public async Task Who_was_cut_off_goes_on_from_the_last_id_and_the_others_never_notice()
    {
        var demo = new EventsDemo();
        await using DemoServer server = await DemoServer.StartAsync(demo.Routes);
        await using EventReader events = await EventReader.OpenAsync(server, "/events?client=a"), other = await EventReader.OpenAsync(server, "/events?client=b");
        Assert.Equal("Connected", (await other.NextAsync()).Data);
        string? id = (await events.NextAsync()).Id;
        Assert.Equal(1, (await server.PostJsonAsync("/cut?client=a", "")).GetProperty("cut").GetInt32());
        await Assert.ThrowsAnyAsync<IOException>(() => events.NextAsync());
        await server.PostJsonAsync("/update", "1");
        await server.PostJsonAsync("/update", "2");

        await using EventReader again = await EventReader.OpenAsync(server, "/events?client=a", id);
        Assert.Equal(["Connected", """{"data":1}""", """{"data":2}"""], [(await again.NextAsync()).Data, (await again.NextAsync()).Data, (await again.NextAsync()).Data]);
        Assert.Equal("""{"data":1}""", (await other.NextAsync()).Data);
        Assert.Equal(2, demo.Open);
    }

    [Fact]
    public async Task A_restart_is_told_as_a_gap_and_the_stream_goes_on_behind_it()
    {
        await using DemoServer server = await DemoServer.StartAsync(new EventsDemo().Routes);
        await using EventReader events = await EventReader.OpenAsync(server, "/events");
        await server.PostJsonAsync("/update", "1");
        await events.NextAsync();
        string? id = (await events.NextAsync()).Id;
        await server.PostJsonAsync("/restart", "");
        await Assert.ThrowsAnyAsync<IOException>(() => events.NextAsync());
        await server.PostJsonAsync("/update", "2");

        await using EventReader again = await EventReader.OpenAsync(server, "/events", id);
        Assert.Equal("Connected", (await again.NextAsync()).Data);
        SseEvent gap = await again.NextAsync();
        Assert.Equal("gap", gap.Type);
        Assert.Equal(id, DemoServer.Json(gap.Data).GetProperty("from").GetString());
        Assert.Equal(gap.Id, DemoServer.Json(gap.Data).GetProperty("to").GetString());
        Assert.Equal("""{"data":2}""", (await again.NextAsync()).Data);
    }

    [Fact]
    public async Task An_id_that_nobody_gave_out_is_a_gap_too()
    {
        await using DemoServer server = await DemoServer.StartAsync(new EventsDemo().Routes);
        await using EventReader events = await EventReader.OpenAsync(server, "/events", "of old");
        await events.NextAsync();
        Assert.Equal("gap", (await events.NextAsync()).Type);
    }

    [Fact]
    public async Task Who_leaves_is_forgotten_and_who_names_no_client_cuts_nobody()
    {
        var demo = new EventsDemo();
        await using DemoServer server = await DemoServer.StartAsync(demo.Routes);
        await using (EventReader events = await EventReader.OpenAsync(server, "/events"))
        {
            await events.NextAsync();
            Assert.Equal(0, (await server.PostJsonAsync("/cut", "")).GetProperty("cut").GetInt32());
            Assert.Equal(1, demo.Open);
        }

        await DemoServer.UntilAsync(() => demo.Open == 0);
    }

    [Theory]
    [InlineData("{")]
    [InlineData(""" "\ud800" """)]
    [InlineData("""{"data":"\udfff"}""")]
    [InlineData("""{"\ud800":1}""")]
    public async Task An_update_is_json(string json)
    {
        await using DemoServer server = await DemoServer.StartAsync(new EventsDemo().Routes);
        using HttpResponseMessage broken = await server.PostAsync("/update", json);
        Assert.Equal(HttpStatusCode.BadRequest, broken.StatusCode);
    }
}
