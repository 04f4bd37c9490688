using System.Net;
using System.Text.Json;
using Minimal.Gallery.Demos.Reminders;
using Xunit;

namespace Minimal.Tests.Gallery;

public sealed class RemindersDemoTests
{
    [Fact]
    public async Task Who_waits_for_30_seconds_in_vain_is_told_so()
    {
        var demo = new RemindersDemo();
        await using DemoServer server = await DemoServer.StartAsync(demo.Routes);
        Task<string> poll = server.Ask("GET /api/reminders/wait?clientId=a");

        server.Turn(TimeSpan.FromSeconds(30) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, demo.Waiting);

        server.Turn(TimeSpan.FromMilliseconds(1));
        Assert.Equal("""{"type":"timeout","reminders":[]}""", await poll);
    }

    [Fact]
    public async Task A_reminder_is_pushed_to_all_who_wait()
    {
        var demo = new RemindersDemo();
        await using DemoServer server = await DemoServer.StartAsync(demo.Routes);
        Task<string>[] polls = [.. Enumerable.Range(1, 3).Select(n => server.Ask($"GET /api/reminders/wait?clientId={n}"))];
        Assert.Equal(3, demo.Waiting);

        JsonElement made = await server.PostJsonAsync("/api/reminders", """{"text":"tea"}""");

        Assert.Equal("""{"id":1,"text":"tea","time":"2026-01-01T00:00:00+00:00"}""", made.GetRawText());
        foreach (Task<string> poll in polls) Assert.Equal($$"""{"type":"reminder","reminders":[{{made.GetRawText()}}]}""", await poll);
    }

    [Fact]
    public async Task What_comes_between_two_polls_is_there_for_who_says_where_it_stands()
    {
        var demo = new RemindersDemo();
        await using DemoServer server = await DemoServer.StartAsync(demo.Routes);
        Task<HttpResponseMessage> poll = server.Client.GetAsync("/api/reminders/wait?clientId=a");
        await DemoServer.UntilAsync(() => demo.Waiting == 1);
        await server.PostJsonAsync("/api/reminders", """{"text":"one"}""");
        using HttpResponseMessage first = await poll;
        string cursor = Assert.Single(first.Headers.GetValues("Last-Event-ID"));
        await server.PostJsonAsync("/api/reminders", """{"text":"two"}""");
        await server.PostJsonAsync("/api/reminders", """{"text":"three"}""");

        JsonElement answer = await server.GetJsonAsync($"/api/reminders/wait?clientId=a&after={cursor}");
        Assert.Equal(["two", "three"], answer.GetProperty("reminders").EnumerateArray().Select(reminder => reminder.GetProperty("text").GetString()));
    }

    [Fact]
    public async Task A_client_has_one_poll_the_newest()
    {
        var demo = new RemindersDemo();
        await using DemoServer server = await DemoServer.StartAsync(demo.Routes);
        Task<string> older = server.Ask("GET /api/reminders/wait?clientId=a");
        Task<string> newer = server.Ask("GET /api/reminders/wait?clientId=a");
        Assert.Equal("""{"type":"timeout","reminders":[]}""", await older);
        Assert.Equal(1, demo.Waiting);
        await server.PostJsonAsync("/api/reminders", """{"text":"tea"}""");
        Assert.StartsWith("""{"type":"reminder",""", await newer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"text":""}""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("""{}""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("""{"text":""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("text=tea", "application/x-www-form-urlencoded", HttpStatusCode.UnsupportedMediaType)]
    public async Task What_is_no_reminder_is_refused(string body, string type, HttpStatusCode status)
    {
        await using DemoServer server = await DemoServer.StartAsync(new RemindersDemo().Routes);
        using HttpResponseMessage response = await server.PostAsync("/api/reminders", body, type);
        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task What_is_no_cursor_is_refused()
    {
        await using DemoServer server = await DemoServer.StartAsync(new RemindersDemo().Routes);
        using HttpResponseMessage response = await server.Client.GetAsync("/api/reminders/wait?clientId=a&after=x");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Who_leaves_waits_no_longer()
    {
        var demo = new RemindersDemo();
        await using DemoServer server = await DemoServer.StartAsync(demo.Routes);
        using var leave = new CancellationTokenSource();
        Task<string> poll = server.Client.GetStringAsync("/api/reminders/wait?clientId=a", leave.Token);
        await DemoServer.UntilAsync(() => demo.Waiting == 1);

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => poll);
        await DemoServer.UntilAsync(() => demo.Waiting == 0);
    }
}
