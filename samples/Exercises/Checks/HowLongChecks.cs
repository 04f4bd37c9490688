using Minimal.Http;

namespace Exercises.Checks;

/// <summary>Exercise 4: Keep-Alive: timeout=N, for HTTP/1.0. The library is changed.</summary>
internal static class HowLongChecks
{
    private const string Old = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";

    public static async Task RunAsync(Checklist list)
    {
        await list.CheckAsync("HTTP/1.0 that goes on is told for how long", async () => Expect.Contains(
            await AskAsync(Old, TimeSpan.FromSeconds(130)), "\r\nKeep-Alive: timeout=130\r\n", "130 s is the idle timeout unless it is set."));
        await list.CheckAsync("it is the idle timeout that the server has", async () => Expect.Contains(
            await AskAsync(Old, TimeSpan.FromSeconds(7.9)), "\r\nKeep-Alive: timeout=7\r\n", "Whole seconds, and rather too few than too many."));
        await list.CheckAsync("each answer says it", async () => Expect.True(
            (await AskAsync(Old + Old, TimeSpan.FromSeconds(5))).Split("Keep-Alive: timeout=5").Length == 3, "Two answers, two fields."));
        await list.CheckAsync("for ever is not said", async () => Expect.Lacks(
            await AskAsync(Old, Timeout.InfiniteTimeSpan), "Keep-Alive:", "There is no number for it."));
        await list.CheckAsync("an answer that is the last does not say it", async () => Expect.Lacks(
            await AskAsync("GET / HTTP/1.0\r\n\r\n", TimeSpan.FromSeconds(5)), "Keep-Alive:", "The connection closes."));
        await list.CheckAsync("HTTP/1.1 is told nothing", async () => Expect.Lacks(
            await AskAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", TimeSpan.FromSeconds(5)), "Keep-Alive:", "It did not need to ask."));
    }

    private static async Task<string> AskAsync(string requests, TimeSpan idle)
    {
        await using Host host = await Host.StartAsync(exchange => exchange.RespondAsync(200, "seen\n"), new HttpTimeouts { Idle = idle });
        return await host.AskAsync(requests);
    }
}
