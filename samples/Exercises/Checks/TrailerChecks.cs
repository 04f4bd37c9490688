using Minimal.Http;

namespace Exercises.Checks;

/// <summary>Exercise 3: trailers of a request are the trailers of its answer.</summary>
internal static class TrailerChecks
{
    public static async Task RunAsync(Checklist list, HttpHandler handler)
    {
        await list.CheckAsync("the body comes back", async () => Expect.Contains(
            Content(await AskAsync(handler, "")), "Two teas", "The answer should have the body of the request."));
        await list.CheckAsync("a trailer is announced in the head", async () => Expect.Contains(
            await AskAsync(handler, "X-Total: 2\r\n"), "\r\nTrailer: X-Total\r\n", "A sender should say which trailers come (RFC 9110 §6.6.2)."));
        await list.CheckAsync("and stands behind the last chunk", async () => Expect.Contains(
            await AskAsync(handler, "X-Total: 2\r\n"), "\r\n0\r\nX-Total: 2\r\n\r\n", "Trailers come behind the last chunk (RFC 9112 §7.1.2)."));
        await list.CheckAsync("two lines of one name stay two, and are announced once", async () =>
        {
            string answer = await AskAsync(handler, "X-Part: a\r\nX-Part: b\r\n");
            Expect.Contains(answer, "\r\nTrailer: X-Part\r\n", "The name is announced.");
            Expect.Contains(answer, "\r\n0\r\nX-Part: a\r\nX-Part: b\r\n\r\n", "Both lines are kept, in their order.");
            Expect.Lacks(answer, "Trailer: X-Part\r\nTrailer: X-Part", "Once is enough.");
        });
        await list.CheckAsync("what may not be a trailer is left out, and breaks nothing", async () =>
        {
            string answer = await AskAsync(handler, "Content-Length: 5\r\nX-Total: 2\r\nAuthorization: Basic YTph\r\nConnection: close\r\n");
            Expect.Contains(answer, "HTTP/1.1 200 ", "A client may send anything; the answer is no failure.");
            Expect.Contains(answer, "\r\n0\r\nX-Total: 2\r\n\r\n", "Only X-Total comes back.");
        });
        await list.CheckAsync("a client that does not take trailers gets none", async () => Expect.Lacks(
            await AskAsync(handler, "X-Total: 2\r\n", te: ""), "X-Total: 2", "Only TE: trailers says that they are wanted (RFC 9110 §6.5.1)."));
        await list.CheckAsync("without trailers nothing is announced", async () => Expect.Lacks(
            await AskAsync(handler, ""), "Trailer:", "There is nothing to come."));
    }

    private static async Task<string> AskAsync(HttpHandler handler, string trailers, string te = "TE: trailers\r\nConnection: TE\r\n")
    {
        await using Host host = await Host.StartAsync(handler);
        return await host.AskAsync($"POST / HTTP/1.1\r\nHost: a\r\n{te}Transfer-Encoding: chunked\r\n\r\n8\r\nTwo teas\r\n0\r\n{trailers}\r\n");
    }

    private static string Content(string answer) => answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
}
