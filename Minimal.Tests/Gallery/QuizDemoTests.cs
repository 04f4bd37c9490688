using System.Net;
using System.Text.Json;
using Minimal.Gallery.Demos.Quiz;
using Minimal.Http;
using Minimal.Testing;
using Minimal.WebSocket;
using Xunit;

namespace Minimal.Tests.Gallery;

public sealed class QuizDemoTests
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task Everybody_gets_the_question_and_then_the_result()
    {
        var time = new ManualTime();
        await using MemoryServer server = await MemoryServer.StartAsync(new QuizDemo().Routes, new HttpServerOptions { Time = time });
        await using WebSocketConnection one = await PlayAsync(server), two = await PlayAsync(server);
        Assert.Equal("""{"n":1,"players":2}""", await AskAsync(server));
        foreach (WebSocketConnection player in (WebSocketConnection[])[one, two])
        {
            JsonElement question = await NextAsync(player);
            Assert.Equal("question", question.GetProperty("type").GetString());
            Assert.Equal(Question.All[0].Text, question.GetProperty("text").GetString());
            Assert.Equal(10, question.GetProperty("seconds").GetDouble());
        }

        await AnswerAsync(one, """{"n":1,"answer":0}""");
        await AnswerAsync(two, """{"n":1,"answer":2}""");
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("""{"type":"result","n":1,"right":0,"counts":[1,0,1,0]}""", (await NextAsync(one)).GetRawText());
        Assert.Equal("""{"type":"result","n":1,"right":0,"counts":[1,0,1,0]}""", (await NextAsync(two)).GetRawText());
    }

    [Fact]
    public async Task Who_comes_while_a_question_is_open_gets_it()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(new QuizDemo().Routes);
        await AskAsync(server);
        await using WebSocketConnection late = await PlayAsync(server);
        Assert.Equal(1, (await NextAsync(late)).GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task Only_the_first_answer_counts_and_only_one_to_this_question()
    {
        var time = new ManualTime();
        await using MemoryServer server = await MemoryServer.StartAsync(new QuizDemo().Routes, new HttpServerOptions { Time = time });
        await using WebSocketConnection player = await PlayAsync(server);
        await AskAsync(server);
        await NextAsync(player);
        foreach (string wrong in (string[])["", "null", "[]", """{"n":2,"answer":1}""", """{"n":1,"answer":4}""", """{"n":1,"answer":-1}""", """{"n":1,"answer":3}""", """{"n":1,"answer":1}"""])
        {
            await AnswerAsync(player, wrong);
        }

        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([0, 0, 0, 1], (await NextAsync(player)).GetProperty("counts").EnumerateArray().Select(count => count.GetInt32()));
    }

    [Fact]
    public async Task However_many_answer_within_a_tenth_of_a_second_the_counts_are_published_once()
    {
        var time = new ManualTime();
        await using MemoryServer server = await MemoryServer.StartAsync(new QuizDemo().Routes, new HttpServerOptions { Time = time });
        await using WebSocketConnection counts = await ConnectAsync(server, "counts");
        string open = (await NextAsync(counts)).GetProperty("id").GetString()!;
        WebSocketConnection[] players = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PlayAsync(server)));
        await AskAsync(server);
        foreach (WebSocketConnection player in players)
        {
            await NextAsync(player);
            await AnswerAsync(player, """{"n":1,"answer":1}""");
        }

        time.Advance(TimeSpan.FromMilliseconds(100));
        JsonElement standing = await NextAsync(counts);
        Assert.Equal("""{"players":20,"n":1,"isOpen":true,"counts":[0,20,0,0]}""", standing.GetProperty("data").GetRawText());
        Assert.EndsWith("-0", open, StringComparison.Ordinal);
        Assert.EndsWith("-1", standing.GetProperty("id").GetString(), StringComparison.Ordinal);
        foreach (WebSocketConnection player in players) await player.DisposeAsync();
    }

    [Fact]
    public async Task One_question_is_open_at_a_time_and_the_next_is_another()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(new QuizDemo(AtOnce).Routes);
        await using WebSocketConnection player = await PlayAsync(server);
        await AskAsync(server);
        while ((await NextAsync(player)).GetProperty("type").GetString() != "result") ;
        Assert.Equal("""{"n":2,"players":1}""", await AskAsync(server));

        await using MemoryServer slow = await MemoryServer.StartAsync(new QuizDemo().Routes);
        await AskAsync(slow);
        using HttpResponseMessage second = await slow.Client.PostAsync("/ask", null);
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
    }

    [Fact]
    public async Task Forms_of_other_sites_do_not_ask()
    {
        await using DemoServer server = await DemoServer.StartAsync(new QuizDemo().Routes);
        using HttpResponseMessage response = await server.PostAsync("/ask", "", "text/plain", "http://elsewhere");
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("Max open files            1024                 524288               files     ", 1024L)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    [InlineData("Max file locks            unlimited            unlimited            locks     ", null)]
    public void The_number_of_open_files_is_read_from_the_system(string row, long? limit) =>
        Assert.Equal(limit, OpenFiles.Read(["Limit                     Soft Limit           Hard Limit           Units     ", row]));

    [Theory]
    [InlineData("--players")]
    [InlineData("--players", "0")]
    [InlineData("--players", "many")]
    [InlineData("--players", "5", "--url", "nowhere")]
    [InlineData("--players", "5", "--else", "x")]
    public async Task Players_are_told_what_is_wrong_with_their_arguments(params string[] arguments) =>
        Assert.Equal(2, await QuizPlayers.RunAsync(arguments));

    private static Task<WebSocketConnection> PlayAsync(MemoryServer server) => ConnectAsync(server, "play");

    private static async Task<WebSocketConnection> ConnectAsync(MemoryServer server, string path) =>
        await WebSocketConnection.ConnectAsync(server.Connect(), new Uri($"ws://a/{path}"));

    private static async Task<string> AskAsync(MemoryServer server)
    {
        using HttpResponseMessage response = await server.Client.PostAsync("/ask", null);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    private static async Task<JsonElement> NextAsync(WebSocketConnection connection) => DemoServer.Json((await connection.ReceiveAsync())!.Value.GetText());

    /// <summary>Sends an answer, and knows by the pong behind it that it was counted.</summary>
    private static async Task AnswerAsync(WebSocketConnection player, string json)
    {
        await player.SendAsync(json);
        Task<TimeSpan> pong = player.PingAsync();
        using var read = new CancellationTokenSource();
        Task<WebSocketMessage?> receiving = player.ReceiveAsync(read.Token).AsTask();
        await pong;
        await read.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
    }
}
