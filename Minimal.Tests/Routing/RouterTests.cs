using System.Net;
using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Http.Routing;
using Xunit;

namespace Minimal.Tests.Routing;

/// <summary>What a router answers by itself, and whom it asks.</summary>
public sealed class RouterTests
{
    [Theory]
    [InlineData("GET /plain", 200, "plain")]
    [InlineData("GET /plain/", 404, "404 Not Found: there is nothing here\n")]
    [InlineData("GET /users/7", 200, "user 7")]
    [InlineData("GET /users/me", 200, "myself")]
    [InlineData("GET /users/", 404, "404 Not Found: there is nothing here\n")]
    [InlineData("GET /users/7/files", 200, "files of 7: ")]
    [InlineData("GET /users/7/files/a/b", 200, "files of 7: a/b")]
    [InlineData("GET /users/me/files/a", 200, "files of me: a")]
    [InlineData("GET /users/a%2Fb", 200, "user a/b")]
    [InlineData("GET /users/%252F", 200, "user %2F")]
    [InlineData("GET /users/%E2%82%AC", 200, "user €")]
    [InlineData("GET /x/../plain", 200, "plain")]
    [InlineData("GET /%2e%2e/users/./7", 200, "user 7")]
    [InlineData("GET /pl%61in", 200, "plain")]
    [InlineData("GET /Plain", 404, "404 Not Found: there is nothing here\n")]
    [InlineData("GET http://b/plain?x=/users", 200, "plain")]
    public async Task Method_and_path_choose_the_handler(string line, int status, string body)
    {
        Router router = new Router()
            .Get("/plain", exchange => exchange.RespondAsync(200, "plain"))
            .Get("/users/{id}", exchange => exchange.RespondAsync(200, $"user {exchange.Route["id"]}"))
            .Get("/users/me", exchange => exchange.RespondAsync(200, "myself"))
            .Get("/users/{name}/files/{*path}", exchange => exchange.RespondAsync(200, $"files of {exchange.Route["name"]}: {exchange.Route["path"]}"));
        await using MemoryServer server = await MemoryServer.StartAsync(router);

        string answer = await server.SendRawAsync($"{line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.EndsWith($"\r\n\r\n{System.Text.Encoding.Latin1.GetString(System.Text.Encoding.UTF8.GetBytes(body))}", answer, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("HS-9.1-02", "HS-9.1-03", "HS-10.2.1-01")]
    public async Task Unknown_methods_are_not_implemented_and_known_ones_not_allowed()
    {
        Router router = new Router().Get("/r", exchange => exchange.RespondAsync(200)).Delete("/r", exchange => exchange.RespondAsync(204));
        await using MemoryServer server = await MemoryServer.StartAsync(router);

        using HttpResponseMessage unknown = await server.Client.SendAsync(new HttpRequestMessage(new HttpMethod("FOO"), "/r"));
        using HttpResponseMessage put = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Put, "/r"));

        Assert.Equal(HttpStatusCode.NotImplemented, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, put.StatusCode);
        Assert.Equal("DELETE, GET, HEAD, OPTIONS", string.Join(", ", put.Content.Headers.Allow));
        Assert.Null(put.Headers.ConnectionClose);
    }

    [Fact]
    [Requirement("HS-9.1-01", "HS-9.3.2-01")]
    public async Task Head_is_answered_by_the_handler_of_get_without_its_body()
    {
        Router router = new Router().Get("/r", exchange => exchange.RespondAsync(200, "hello"));
        await using MemoryServer server = await MemoryServer.StartAsync(router);

        string answer = await server.SendRawAsync("HEAD /r HTTP/1.1\r\nHost: a\r\n\r\nHEAD /none HTTP/1.1\r\nHost: a\r\n\r\nGET /r HTTP/1.1\r\nHost: a\r\n\r\n");

        string[] parts = answer.Split("\r\n\r\n");
        Assert.Contains("Content-Length: 5", parts[0], StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 404", parts[1], StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", parts[2], StringComparison.Ordinal);
        Assert.Equal("hello", parts[3]);
    }

    [Theory]
    [InlineData("http://a")]
    [InlineData("http://a/")]
    [InlineData("http://a?x=1")]
    [InlineData("/?x=1")]
    public async Task A_target_without_a_path_means_the_root(string target)
    {
        Router router = new Router().Get("/", exchange => exchange.RespondAsync(200, $"root {exchange.Request.Path}"));
        await using MemoryServer server = await MemoryServer.StartAsync(router);
        Assert.EndsWith("root /", await server.SendRawAsync($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("HS-9.3.7-01", "H1-3.2.4-01")]
    public async Task Options_tells_what_there_is()
    {
        Router router = new Router().Get("/r", exchange => exchange.RespondAsync(200)).Post("/s", exchange => exchange.RespondAsync(200));
        await using MemoryServer server = await MemoryServer.StartAsync(router);

        Assert.Contains("Allow: GET, HEAD, OPTIONS\r\n", await server.SendRawAsync("OPTIONS /r HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);
        Assert.Contains("Allow: GET, HEAD, OPTIONS, POST\r\n", await server.SendRawAsync("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 404", await server.SendRawAsync("OPTIONS /none HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    [Rule(
        "MethodNotServed")]
    [Requirement("HS-9.3.6-01", "HS-9.3.6-02", "HS-9.3.8-01")]
    public async Task Connect_and_trace_never_reach_a_handler()
    {
        bool called = false;
        await using MemoryServer server = await MemoryServer.StartAsync(exchange =>
        {
            called = true;
            return exchange.RespondAsync(200);
        });

        Assert.StartsWith("HTTP/1.1 501", await server.SendRawAsync("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 501", await server.SendRawAsync("TRACE / HTTP/1.1\r\nHost: a\r\nCookie: s=1\r\nAuthorization: x\r\n\r\n"), StringComparison.Ordinal);
        foreach (string authority in (string[])["a:", "a:x", "a:99999", "a"])
        {
            Assert.StartsWith("HTTP/1.1 400", await server.SendRawAsync($"CONNECT {authority} HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);
        }

        Assert.False(called);
    }

    [Fact]
    public async Task A_router_mounted_under_a_prefix_matches_what_stands_behind_it()
    {
        Router inner = new Router().Get("/", exchange => exchange.RespondAsync(200, "index")).Get("/page/{n}", exchange => exchange.RespondAsync(200, $"{exchange.Route["name"]} {exchange.Route["n"]}"));
        Router router = new Router().Mount("/demo/{name}", inner).Get("/demo/own", exchange => exchange.RespondAsync(200, "own"));
        await using MemoryServer server = await MemoryServer.StartAsync(router);

        Assert.Equal("index", await server.Client.GetStringAsync("/demo/clock/"));
        Assert.Equal("clock 3", await server.Client.GetStringAsync("/demo/clock/page/3"));
        Assert.Equal("own", await server.Client.GetStringAsync("/demo/own"));
        using HttpResponseMessage bare = await server.Client.GetAsync("/demo/clock?x=1");
        Assert.Equal(HttpStatusCode.PermanentRedirect, bare.StatusCode);
        Assert.Equal("/demo/clock/?x=1", bare.Headers.Location?.OriginalString);
        using HttpResponseMessage missing = await server.Client.GetAsync("/demo/clock/none");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Theory]
    [InlineData("/a/{x}", "/a/{y}")]
    [InlineData("/a", "/a")]
    [InlineData("/{*x}", "/{*y}")]
    public void Routes_that_cannot_be_told_apart_are_refused_at_start(string first, string second)
    {
        Router router = new Router().Get(first, exchange => exchange.RespondAsync(200));
        Assert.Throws<InvalidOperationException>(() => router.Get(second, exchange => exchange.RespondAsync(200)));
        router.Post(second, exchange => exchange.RespondAsync(200));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("/a{b}")]
    [InlineData("/{}")]
    [InlineData("/{a}/{a}")]
    [InlineData("/{*a}/b")]
    [InlineData("/a%20b")]
    public void Malformed_patterns_are_refused(string pattern) => Assert.Throws<ArgumentException>(() => RoutePattern.Parse(pattern));

    [Fact]
    [Requirement("HS-9.3.3-01", "HS-15.4.2-01", "HS-15.5.2-01", "HS-10.2.3-01")]
    public async Task Answers_carry_the_fields_that_their_status_demands()
    {
        Router router = new Router()
            .Post("/made", exchange => exchange.CreatedAsync("/made/1"))
            .Get("/moved", exchange => exchange.RedirectAsync(307, "/new?a=%20b"))
            .Get("/secret", exchange => exchange.ChallengeAsync("Basic realm=\"here\""))
            .Get("/busy", exchange =>
            {
                exchange.RetryAfter(TimeSpan.FromSeconds(1.5));
                return exchange.RespondAsync(503, "busy");
            });
        await using MemoryServer server = await MemoryServer.StartAsync(router);

        Assert.Contains("HTTP/1.1 201 Created\r\n", await server.SendRawAsync("POST /made HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);
        Assert.Contains("\r\nLocation: /made/1\r\n", await server.SendRawAsync("POST /made HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);
        Assert.Contains("\r\nLocation: /new?a=%20b\r\n", await server.SendRawAsync("GET /moved HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);
        Assert.Contains("\r\nWWW-Authenticate: Basic realm=\"here\"\r\n", await server.SendRawAsync("GET /secret HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);
        Assert.Contains("\r\nRetry-After: 2\r\n", await server.SendRawAsync("GET /busy HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/x\r\nSet-Cookie: a=b")]
    [InlineData("/x y")]
    [InlineData("/é")]
    [InlineData("")]
    [Requirement("H1-11.1-01")]
    public async Task A_location_that_is_no_uri_reference_never_leaves(string location)
    {
        await using MemoryServer server = await MemoryServer.StartAsync(exchange => exchange.RedirectAsync(302, location));
        string answer = await server.SendRawAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 500 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Set-Cookie", answer, StringComparison.Ordinal);
    }
}
