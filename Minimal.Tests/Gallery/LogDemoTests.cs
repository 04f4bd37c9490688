using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Minimal.Gallery.Demos.Log;
using Minimal.Sse;
using Xunit;

namespace Minimal.Tests.Gallery;

public sealed class LogDemoTests : IDisposable
{
    private readonly ILoggerFactory _logging = LoggerFactory.Create(log => log.SetMinimumLevel(LogLevel.Trace));

    public void Dispose() => _logging.Dispose();

    [Fact]
    public async Task A_line_is_an_event_of_its_level()
    {
        var demo = new LogDemo(_logging);
        await using DemoServer server = await DemoServer.StartAsync(demo.Routes, _logging);
        await using EventReader events = await EventReader.OpenAsync(server, "/lines?after=earliest");
        SseEvent listening = await events.NextAsync();
        Assert.Equal("info", listening.Type);
        Assert.StartsWith("Listening on ", Text(listening), StringComparison.Ordinal);

        _logging.CreateLogger("Some.Category").LogWarning("The {Thing} is <b>low</b>", "tea");
        SseEvent line = await events.NextAsync();
        Assert.Equal("warn", line.Type);
        Assert.Equal("The tea is <b>low</b>", Text(line));
        Assert.Equal("Some.Category", DemoServer.Json(line.Data).GetProperty("category").GetString());
    }

    [Fact]
    public async Task The_stream_goes_on_behind_the_last_line_and_can_be_had_by_level()
    {
        await using DemoServer server = await DemoServer.StartAsync(new LogDemo(_logging).Routes, _logging);
        ILogger log = _logging.CreateLogger("a");
        log.LogInformation("one");
        string? id;
        await using (EventReader events = await EventReader.OpenAsync(server, "/lines?after=earliest"))
        {
            await events.NextAsync();
            id = (await events.NextAsync()).Id;
        }

        log.LogInformation("two");
        log.LogError("three");
        await using EventReader again = await EventReader.OpenAsync(server, "/lines?after=earliest&type=info", id);
        Assert.Equal("two", Text(await again.NextAsync()));
        await using EventReader errors = await EventReader.OpenAsync(server, "/lines?after=earliest&type=fail");
        Assert.Equal("three", Text(await errors.NextAsync()));
    }

    [Fact]
    public async Task What_serving_the_stream_logs_is_not_in_the_stream()
    {
        var demo = new LogDemo(_logging);
        await using DemoServer server = await DemoServer.StartAsync(demo.Routes, _logging);
        await using EventReader events = await EventReader.OpenAsync(server, "/lines?after=latest");

        // A line that says another while it is said.
        ILogger log = _logging.CreateLogger("a");
        log.Log(LogLevel.Information, default, 0, null, (_, _) =>
        {
            log.LogInformation("inner");
            return "outer";
        });
        Assert.Equal("outer", Text(await events.NextAsync()));

        // At level Trace, with streams that come, go and read: as many lines as were said, and one for each connection that has ended.
        long before = demo.Lines;
        for (int n = 1; n <= 3; n++)
        {
            await using EventReader other = await EventReader.OpenAsync(server, "/lines?after=earliest");
            await other.NextAsync();
        }

        await DemoServer.UntilAsync(() => demo.Lines == before + 3);
        for (int n = 1; n <= 3; n++) Assert.Contains("ended", Text(await events.NextAsync()), StringComparison.Ordinal);
        log.LogInformation("last");
        Assert.Equal("last", Text(await events.NextAsync()));
        Assert.Equal(before + 4, demo.Lines);
    }

    [Fact]
    public async Task A_handler_that_fails_is_a_line()
    {
        await using DemoServer server = await DemoServer.StartAsync(new LogDemo(_logging).Routes, _logging);
        await using EventReader events = await EventReader.OpenAsync(server, "/lines?after=latest&type=fail");
        using HttpResponseMessage response = await server.PostAsync("/failure", "");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("The handler failed at POST /failure: InvalidOperationException: This handler was asked to fail.", Text(await events.NextAsync()));
    }

    [Theory]
    [InlineData("hello", HttpStatusCode.Created)]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("one\r\ninfo: two", HttpStatusCode.BadRequest)]
    [InlineData("\u001b[2J", HttpStatusCode.BadRequest)]
    public async Task A_line_is_text_and_one_line(string text, HttpStatusCode status)
    {
        await using DemoServer server = await DemoServer.StartAsync(new LogDemo(_logging).Routes, _logging);
        await using EventReader events = await EventReader.OpenAsync(server, "/lines?after=latest&type=info");
        using HttpResponseMessage response = await server.PostAsync("/lines", text, "text/plain");
        Assert.Equal(status, response.StatusCode);
        if (status == HttpStatusCode.Created) Assert.Equal($"Somebody says: {text}", Text(await events.NextAsync()));
    }

    private static string? Text(SseEvent line) => JsonSerializer.Deserialize<JsonElement>(line.Data).GetProperty("text").GetString();
}
