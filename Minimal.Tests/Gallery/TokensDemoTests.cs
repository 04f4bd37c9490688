using System.Net;
using System.Text;
using System.Text.Json;
using Minimal.Gallery.Demos.Tokens;
using Minimal.Sse;
using Xunit;

namespace Minimal.Tests.Gallery;

public sealed class TokensDemoTests
{
    private const string Goodbye = "Goodbye. The connection that carried these words closes by itself now; nothing waits for you.";

    [Fact]
    public async Task The_answer_to_a_post_comes_word_by_word()
    {
        var demo = new TokensDemo();
        await using DemoServer server = await DemoServer.StartAsync(demo.Routes);
        await using EventReader events = await AskAsync(server, "Bye!");
        Assert.Equal("text/event-stream", events.ContentType);
        SseEvent name = await events.NextAsync();
        Assert.Equal("answer", name.Type);

        string answer = "";
        for (int words = 1; words <= 15; words++)
        {
            server.Turn(TimeSpan.FromMilliseconds(80));
            SseEvent word = await events.NextAsync();
            Assert.DoesNotContain(' ', word.Data.Trim());
            answer += word.Data;
        }

        Assert.Equal(Goodbye, answer);
        SseEvent done = await events.NextAsync();
        Assert.Equal("done", done.Type);
        Assert.Equal("""{"words":15,"stopped":false}""", done.Data);
        Assert.Null(await events.TryNextAsync());
        Assert.Equal(0, demo.Speaking);
    }

    [Fact]
    public async Task A_question_can_be_asked_first_and_its_answer_read_by_an_event_source_more_than_once()
    {
        await using DemoServer server = await DemoServer.StartAsync(new TokensDemo().Routes);
        string name = await QuestionAsync(server);
        await using EventReader events = await EventReader.OpenAsync(server, $"/answers/{name}");
        Turn(server, 15);
        Assert.Equal(Goodbye, await ReadAsync(events));
        await using EventReader again = await EventReader.OpenAsync(server, $"/answers/{name}");
        Assert.Equal(Goodbye, await ReadAsync(again));
    }

    [Fact]
    public async Task Cut_in_mid_answer_it_goes_on_behind_the_last_word_that_came()
    {
        await using DemoServer server = await DemoServer.StartAsync(new TokensDemo().Routes);
        string name, answer = "";
        string? last = null;
        await using (EventReader events = await AskAsync(server, "Bye!"))
        {
            name = (await events.NextAsync()).Data;
            for (int words = 0; words < 5; words++)
            {
                server.Turn(TimeSpan.FromMilliseconds(80));
                SseEvent word = await events.NextAsync();
                answer += word.Data;
                last = word.Id;
            }

            using HttpResponseMessage cut = await server.PostAsync($"/answers/{name}/cut", "");
            Assert.Equal("""{"cut":1}""", await cut.Content.ReadAsStringAsync());
            await Assert.ThrowsAnyAsync<IOException>(() => events.NextAsync());
        }

        Turn(server, 3);
        await using EventReader rest = await EventReader.OpenAsync(server, $"/answers/{name}", last);
        Turn(server, 7);
        Assert.Equal(Goodbye, answer + await ReadAsync(rest));
    }

    [Fact]
    public async Task Who_has_all_of_an_answer_is_told_not_to_come_back()
    {
        await using DemoServer server = await DemoServer.StartAsync(new TokensDemo().Routes);
        string name = await QuestionAsync(server);
        Turn(server, 15);
        await using EventReader events = await EventReader.OpenAsync(server, $"/answers/{name}");
        SseEvent last = await events.NextAsync();
        while (await events.TryNextAsync() is { } next) last = next;

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/answers/{name}");
        request.Headers.Add("Last-Event-ID", last.Id);
        using HttpResponseMessage response = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact]
    public async Task A_stopped_answer_says_so_and_says_no_more()
    {
        var demo = new TokensDemo();
        await using DemoServer server = await DemoServer.StartAsync(demo.Routes);
        await using EventReader events = await AskAsync(server, "Bye!");
        string name = (await events.NextAsync()).Data;
        Turn(server, 2);
        Assert.Equal("Goodbye.", (await events.NextAsync()).Data);
        Assert.Equal(" The", (await events.NextAsync()).Data);
        await server.PostAsync($"/answers/{name}/stop", "");
        Assert.Equal("""{"words":2,"stopped":true}""", (await events.NextAsync()).Data);
        Assert.Null(await events.TryNextAsync());
        Assert.Equal(0, demo.Speaking);
    }

    [Fact]
    public async Task An_answer_that_nobody_reads_is_said_to_its_end()
    {
        var demo = new TokensDemo();
        await using DemoServer server = await DemoServer.StartAsync(demo.Routes);
        await QuestionAsync(server);
        Assert.Equal(1, demo.Speaking);
        Turn(server, 15);
        await DemoServer.UntilAsync(() => demo.Speaking == 0);
    }

    [Fact]
    public async Task So_many_answers_at_once_and_no_more()
    {
        await using DemoServer server = await DemoServer.StartAsync(new TokensDemo().Routes);
        for (int n = 0; n < 50; n++) await QuestionAsync(server);
        using HttpResponseMessage response = await server.PostAsync("/questions", """{"text":"one more"}""");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Theory]
    [InlineData("/ask", "{}", HttpStatusCode.BadRequest)]
    [InlineData("/questions", """{"text":""}""", HttpStatusCode.BadRequest)]
    [InlineData("/ask", "{", HttpStatusCode.BadRequest)]
    [InlineData("/answers/0123/stop", "", HttpStatusCode.NotFound)]
    [InlineData("/answers/0123/cut", "", HttpStatusCode.NotFound)]
    public async Task What_is_no_question_and_what_is_no_answer_is_refused(string url, string body, HttpStatusCode status)
    {
        await using DemoServer server = await DemoServer.StartAsync(new TokensDemo().Routes);
        using HttpResponseMessage response = await server.PostAsync(url, body);
        Assert.Equal(status, response.StatusCode);
    }

    private static void Turn(DemoServer server, int words)
    {
        for (int word = 0; word < words; word++) server.Turn(TimeSpan.FromMilliseconds(80));
    }

    private static async Task<EventReader> AskAsync(DemoServer server, string text)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/ask") { Content = new StringContent(JsonSerializer.Serialize(new { text }), Encoding.UTF8, "application/json") };
        return await EventReader.OpenAsync(server, request);
    }

    private static async Task<string> QuestionAsync(DemoServer server) =>
        (await server.PostJsonAsync("/questions", """{"text":"Bye!"}""")).GetProperty("answer").GetString()!;

    private static async Task<string> ReadAsync(EventReader events)
    {
        string answer = "";
        while (await events.TryNextAsync() is { } next)
        {
            if (next.Type == "message") answer += next.Data;
        }

        return answer;
    }
}
