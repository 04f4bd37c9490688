using Minimal.WebSocket;

namespace Exercises.Checks;

/// <summary>Exercise 8: a ping to the peer, and how long it took.</summary>
internal static class LatencyChecks
{
    private const string NoAnswer = "The Pong is there, and no answer comes: who receives it?";

    public static async Task RunAsync(Checklist list, Func<WebSocketConnection, ValueTask> run)
    {
        await list.CheckAsync("a message is answered with the time that a ping took", () => RunAsync(run, async (host, talk) =>
        {
            await talk.SendAsync(FrameTalk.Text, "how far?");
            string ping = await talk.ExpectAsync(FrameTalk.Ping, "A message should cause a ping.");
            host.Time.Advance(TimeSpan.FromMilliseconds(40));
            await talk.SendAsync(FrameTalk.Pong, ping);
            Expect.Same("40 ms", await talk.ExpectAsync(FrameTalk.Text, NoAnswer), "The clock was turned by 40 ms between the two.");
        }));
        await list.CheckAsync("a Pong that nobody asked for measures nothing", () => RunAsync(run, async (host, talk) =>
        {
            await talk.SendAsync(FrameTalk.Text, "how far?");
            string ping = await talk.ExpectAsync(FrameTalk.Ping, "A message should cause a ping.");
            await talk.SendAsync(FrameTalk.Pong, "hello");
            host.Time.Advance(TimeSpan.FromMilliseconds(70));
            await talk.SendAsync(FrameTalk.Pong, ping);
            Expect.Same("70 ms", await talk.ExpectAsync(FrameTalk.Text, NoAnswer), "The first Pong had another payload (RFC 6455 §5.5.3).");
        }));
        await list.CheckAsync("a second message does not wait for the first one's Pong", () => RunAsync(run, async (_, talk) =>
        {
            await talk.SendAsync(FrameTalk.Text, "how far?");
            await talk.SendAsync(FrameTalk.Text, "and now?");
            await talk.ExpectAsync(FrameTalk.Ping, "The first message should cause a ping.");
            await talk.ExpectAsync(FrameTalk.Ping, "The second message should cause a ping, though no Pong has come.");
        }));
        await list.CheckAsync("a peer that closes before its Pong is no failure", () => RunAsync(run, async (_, talk) =>
        {
            await talk.SendAsync(FrameTalk.Text, "how far?");
            await talk.ExpectAsync(FrameTalk.Ping, "A message should cause a ping.");
            await talk.SendAsync(FrameTalk.Close, "\x03\xE8");
            Expect.Same("\x03\xE8", await talk.ExpectAsync(FrameTalk.Close, "The Close should be answered."), "With the same code: 1000, not 1011.");
        }));
    }

    private static async Task RunAsync(Func<WebSocketConnection, ValueTask> run, Func<Host, Talk, Task> check)
    {
        var options = new WebSocketOptions { PingInterval = Timeout.InfiniteTimeSpan };
        await using Host host = await Host.StartAsync(WebSocketConnection.Handler(run, options));
        await using Talk talk = await FrameTalk.OpenAsync(host);
        await check(host, talk);
    }
}
