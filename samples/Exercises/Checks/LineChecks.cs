using Minimal.Http;

namespace Exercises.Checks;

/// <summary>Exercise 5: a protocol of lines behind an upgrade.</summary>
internal static class LineChecks
{
    private const string Upgrade = "GET /sum HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: sum\r\n\r\n";

    public static async Task RunAsync(Checklist list, HttpHandler handler)
    {
        await list.CheckAsync("who does not ask for it is told what is spoken here", async () =>
        {
            await using Host host = await Host.StartAsync(handler);
            string answer = await host.AskAsync("GET /sum HTTP/1.1\r\nHost: a\r\n\r\n");
            Expect.Contains(answer, "HTTP/1.1 426 ", "426 is for this (RFC 9110 §15.5.22).");
            Expect.Contains(answer, "\r\nUpgrade: sum\r\n", "A 426 names the protocol.");
        });
        await list.CheckAsync("one line, one sum", () => SumsAsync(handler, "", ["4\n", "-1\n"], ["4", "3"]));
        await list.CheckAsync("two lines in one segment", () => SumsAsync(handler, "", ["1\n2\n"], ["1", "3"]));
        await list.CheckAsync("one line in three segments", () => SumsAsync(handler, "", ["1", "0", "0\n"], ["100"]));
        await list.CheckAsync("a line and half of the next", () => SumsAsync(handler, "", ["5\n1", "0\n"], ["5", "15"]));
        await list.CheckAsync("lines that came with the request", () => SumsAsync(handler, "7\n8\n", [], ["7", "15"]));
        await list.CheckAsync("BYE ends it, also behind other lines", () => EndsAsync(handler, "1\nBYE\n5\n", "1\n"));
        await list.CheckAsync("what is no number is told so, and ends it", () => EndsAsync(handler, "1\ntwo\n3\n", "1\nERR\n"));
        await list.CheckAsync("a line of more than 64 bytes ends it before its end has come", () => EndsAsync(handler, new string('1', 200), "ERR\n"));
        await list.CheckAsync("a client that hangs up in the middle of a line gets no sum of half a number", async () =>
        {
            await using Host host = await Host.StartAsync(handler);
            await using Talk talk = await OpenAsync(host, "1\n2");
            talk.HangUp();
            Expect.Same("1\n", await talk.HearToEndAsync(), "A line is a line when its end has come.");
        });
    }

    private static async Task SumsAsync(HttpHandler handler, string glued, string[] segments, string[] sums)
    {
        await using Host host = await Host.StartAsync(handler);
        await using Talk talk = await OpenAsync(host, glued);
        foreach (string segment in segments)
        {
            await talk.SayAsync(segment);
            await talk.PeekAsync();
        }

        foreach (string sum in sums) Expect.Same($"{sum}\n", await talk.HearAsync("\n"), "The next line should be the sum so far.");
    }

    private static async Task EndsAsync(HttpHandler handler, string said, string heard)
    {
        await using Host host = await Host.StartAsync(handler);
        await using Talk talk = await OpenAsync(host, "");
        await talk.SayAsync(said);
        Expect.Same(heard, await talk.HearToEndAsync(), "Then the server ends the connection.");
    }

    private static async Task<Talk> OpenAsync(Host host, string glued)
    {
        Talk talk = host.Connect();
        await talk.SayAsync(Upgrade + glued);
        Expect.Contains(await talk.HearAsync("\r\n\r\n"), "HTTP/1.1 101 ", "The protocol is switched.");
        return talk;
    }
}
