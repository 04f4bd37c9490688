using Minimal.Http;
using Minimal.Http.Routing;
using Xunit;

namespace Minimal.Tests.Routing;

/// <summary>The server's side of CORS (Fetch standard).</summary>
public sealed class CorsTests
{
    private static readonly CorsOptions Listed = new() { Origins = ["http://good"], Credentials = true };

    [Fact]
    [Requirement("SSE-CORS-01", "HS-12.5.5-01")]
    public async Task A_listed_origin_is_named_with_credentials_and_others_are_not()
    {
        string good = await AskAsync(Listed, "GET / HTTP/1.1\r\nHost: a\r\nOrigin: http://good\r\n\r\n");
        Assert.Contains("Access-Control-Allow-Origin: http://good\r\n", good, StringComparison.Ordinal);
        Assert.Contains("Access-Control-Allow-Credentials: true\r\n", good, StringComparison.Ordinal);
        Assert.Contains("Vary: Origin\r\n", good, StringComparison.Ordinal);

        foreach (string origin in (string[])["http://evil", "http://good.evil", "null", "http://good:81"])
        {
            string evil = await AskAsync(Listed, $"GET / HTTP/1.1\r\nHost: a\r\nOrigin: {origin}\r\n\r\n");
            Assert.DoesNotContain("Access-Control", evil, StringComparison.Ordinal);
            Assert.Contains("Vary: Origin\r\n", evil, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Requirement("SSE-CORS-02")]
    public async Task A_preflight_is_answered_without_asking_the_handler()
    {
        string answer = await AskAsync(Listed, "OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: http://good\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: last-event-id\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 204 ", answer, StringComparison.Ordinal);
        Assert.Contains("Access-Control-Allow-Methods: GET, HEAD, POST\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Last-Event-ID", answer, StringComparison.Ordinal);
        Assert.Contains("Access-Control-Max-Age: 7200\r\n", answer, StringComparison.Ordinal);

        string plain = await AskAsync(Listed, "OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", plain, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_origin_is_a_star_and_never_with_credentials()
    {
        string answer = await AskAsync(new CorsOptions { Origins = null }, "GET / HTTP/1.1\r\nHost: a\r\nOrigin: http://any\r\n\r\n");
        Assert.Contains("Access-Control-Allow-Origin: *\r\n", answer, StringComparison.Ordinal);
        HttpHandler handler = exchange => exchange.RespondAsync(200);
        Assert.Throws<ArgumentException>(() => handler.WithCors(new CorsOptions { Origins = null, Credentials = true }));
    }

    [Fact]
    [Requirement("HS-5.6.1.1-01")]
    public async Task No_list_has_an_empty_member()
    {
        HttpHandler handler = exchange => exchange.RespondAsync(200);
        foreach (string[] list in (string[][])[[""], ["GET", ""], ["", "GET"], ["GET", " ", "PUT"], ["GET,"], ["GET, , PUT"]])
        {
            Assert.Throws<ArgumentException>(() => handler.WithCors(Listed with { Methods = list }));
            Assert.Throws<ArgumentException>(() => handler.WithCors(Listed with { RequestFields = list }));
            Assert.Throws<ArgumentException>(() => handler.WithCors(Listed with { ExposedFields = list }));
        }

        string answer = await AskAsync(
            Listed with { Methods = [], RequestFields = [], ExposedFields = [] },
            "OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: http://good\r\nAccess-Control-Request-Method: GET\r\n\r\n");
        Assert.DoesNotContain("-Methods", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("-Headers", answer, StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(CorsOptions options, string request)
    {
        HttpHandler handler = exchange => exchange.RespondAsync(200, "asked");
        await using MemoryServer server = await MemoryServer.StartAsync(handler.WithCors(options));
        return await server.SendRawAsync(request);
    }
}
