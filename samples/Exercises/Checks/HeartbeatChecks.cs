using Minimal.Http;

namespace Exercises.Checks;

/// <summary>Exercise 7: a stream that is not silent for long. The clock is turned by hand.</summary>
internal static class HeartbeatChecks
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(Checklist list, Func<HttpExchange, NewsFeed, ValueTask> serve)
    {
        await list.CheckAsync("events come", () => RunAsync(serve, async (_, feed, talk) =>
        {
            feed.Publish("one");
            Expect.Contains(await talk.HearAsync("\n\n"), "data: one\n\n", "An event was published.");
        }));
        await list.CheckAsync("the client is told first of all to come back after 2 s", () => RunAsync(serve, async (_, feed, talk) =>
        {
            feed.Publish("one");
            string heard = await talk.HearAsync("data: one");
            Expect.Contains(heard, "retry: 2000\n", "retry is in milliseconds (HTML §9.2.6).");
        }));
        await list.CheckAsync("after 15 s of silence comes a comment", () => RunAsync(serve, async (host, _, talk) =>
            await ExpectBeatAsync(host, talk, least: 14, most: 17)));
        await list.CheckAsync("and another, and another", () => RunAsync(serve, async (host, _, talk) =>
        {
            await ExpectBeatAsync(host, talk, least: 14, most: 17);
            await ExpectBeatAsync(host, talk, least: 14, most: 17);
            await ExpectBeatAsync(host, talk, least: 14, most: 17);
        }));
        await list.CheckAsync("an event puts it off", () => RunAsync(serve, async (host, feed, talk) =>
        {
            foreach (string text in new[] { "one", "two", "three", "four" })
            {
                feed.Publish(text);
                Expect.Lacks(await talk.HearAsync($"data: {text}\n\n"), "\n:", "Each event came 10 s behind the one before, and none needed a comment between.");
                host.Time.Advance(10 * Second);
            }
        }));
        await list.CheckAsync("nothing is left behind when the client leaves", () => RunAsync(serve, async (host, feed, talk) =>
        {
            await talk.DisposeAsync();
            for (int i = 0; i < 1000 && feed.Listeners > 0; i++) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            Expect.True(feed.Listeners == 0, "The handler still listens to the news.");
            host.Time.Advance(60 * Second);
        }));
    }

    private static async Task RunAsync(Func<HttpExchange, NewsFeed, ValueTask> serve, Func<Host, NewsFeed, Talk, Task> check)
    {
        var feed = new NewsFeed();
        Host host = await Host.StartAsync(exchange => serve(exchange, feed));
        await using Talk talk = host.Connect();
        await talk.SayAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Expect.Contains(await talk.HearAsync("\r\n\r\n"), "Content-Type: text/event-stream", "An event stream says so.");
        for (int i = 0; i < 1000 && feed.Listeners == 0; i++) await Task.Delay(Second / 200, TimeProvider.System);
        await check(host, feed, talk);
    }

    // The clock is turned second by second, and the other side gets real time to do what it does then.
    private static async Task ExpectBeatAsync(Host host, Talk talk, int least, int most)
    {
        for (int second = 1; second <= most; second++)
        {
            host.Time.Advance(Second);
            for (int look = 0; look < (second < least ? 2 : 40); look++)
            {
                if (!IsBeat(await talk.PeekAsync())) continue;
                Expect.True(second >= least, $"A comment came after {second} s already.");
                await talk.HearAsync("\n:");
                await talk.HearAsync("\n");
                return;
            }
        }

        Expect.Fail($"No comment came within {most} s of silence.");
    }

    private static bool IsBeat(string heard) => heard.Contains("\n:", StringComparison.Ordinal);
}
