using System.Net;
using Minimal.Gallery.Demos.Variants;
using Xunit;

namespace Minimal.Tests.Gallery;

public sealed class VariantsDemoTests
{
    [Fact]
    public async Task It_works_300_ms_and_sleeps_1300_ms_when_there_is_no_news()
    {
        var demo = new VariantsDemo(new Scripted(20, 56, 35));
        await using DemoServer server = await DemoServer.StartAsync(demo.Routes);
        long asked = server.Now.ToUnixTimeMilliseconds();

        Task<string> answer = server.Ask($"GET /ajax?timed={asked}");
        server.Turn(TimeSpan.FromMilliseconds((3 * 300) + (2 * 1300) - 1));
        Assert.Equal(1, demo.Running);

        server.Turn(TimeSpan.FromMilliseconds(1));
        Assert.Equal($"result: 35, response time: {asked + 3500}, request time: {asked}, use time: 3500", await answer);
    }

    [Fact]
    public async Task There_is_news_in_35_of_100_cases()
    {
        int withNews = 0;
        for (int result = 0; result < 100; result++)
        {
            await using DemoServer server = await DemoServer.StartAsync(new VariantsDemo(new Scripted(result, 30)).Routes);
            Task<string> answer = server.Ask("GET /ajax?timed=0");
            server.Turn(TimeSpan.FromMilliseconds(300 + 1300 + 300));
            if ((await answer).StartsWith($"result: {result},", StringComparison.Ordinal)) withNews++;
        }

        Assert.Equal(35, withNews);
    }

    [Fact]
    public async Task A_request_that_is_given_up_is_worked_on_no_longer()
    {
        var demo = new VariantsDemo(new Scripted(0));
        await using DemoServer server = await DemoServer.StartAsync(demo.Routes);
        using var leave = new CancellationTokenSource();
        Task<string> poll = server.Client.GetStringAsync("/ajax?timed=0", leave.Token);
        await DemoServer.UntilAsync(() => demo.Running == 1);

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => poll);
        await DemoServer.UntilAsync(() => demo.Running == 0);
    }

    [Theory]
    [InlineData("/ajax")]
    [InlineData("/ajax?timed=x")]
    public async Task It_wants_to_know_when_it_was_asked(string url)
    {
        await using DemoServer server = await DemoServer.StartAsync(new VariantsDemo().Routes);
        using HttpResponseMessage response = await server.Client.GetAsync(url);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    /// <summary>Throws what it is told to; the last number for ever.</summary>
    private sealed class Scripted(params int[] results) : Random
    {
        private int _next;

        public override int Next(int maxValue) => results[Math.Min(_next++, results.Length - 1)];
    }
}
