using System.Net;
using Minimal.Http;
using Minimal.Http.Transports;
using Xunit;

namespace Minimal.Tests.Browser;

/// <summary>The driver itself.</summary>
[Collection(BrowserCollection.Name)]
public sealed class BrowserTests(Browser browser)
{
    [BrowserFact]
    public async Task A_page_runs_scripts_and_waits_for_their_promises()
    {
        await using BrowserPage page = await browser.OpenAsync();
        Assert.Equal("3", await page.EvaluateAsync("1 + 2"));
        Assert.Equal("é€😀", await page.EvaluateAsync("Promise.resolve('é€😀')"));
        Assert.Equal("""{"a":[1,null]}""", await page.EvaluateAsync("({ a: [1, null] })"));
        Assert.Equal("null", await page.EvaluateAsync("undefined"));
        Assert.Contains("planted", (await Assert.ThrowsAsync<BrowserException>(() => page.EvaluateAsync("Promise.reject(new Error('planted'))"))).Message, StringComparison.Ordinal);
        Assert.Contains("nothing", (await Assert.ThrowsAsync<BrowserException>(() => page.EvaluateAsync("nothing.at.all"))).Message, StringComparison.Ordinal);
        Assert.Empty(page.Errors);
    }

    [BrowserFact]
    public async Task A_page_goes_to_an_address_tells_its_errors_and_is_drawn()
    {
        await using HttpServer server = new(
            exchange => exchange.Request.Path == "/" ? exchange.RespondAsync(200, "text/html; charset=utf-8", "<h1>hello</h1><script>console.error('one', 2); x()</script>"u8.ToArray()) : exchange.RespondAsync(404),
            [new SocketListener(new IPEndPoint(IPAddress.Loopback, 0))],
            new HttpServerOptions { Timeouts = new HttpTimeouts { Drain = TimeSpan.Zero } });
        await server.StartAsync();
        await using BrowserPage page = await browser.OpenAsync();
        await page.NavigateAsync($"http://{server.EndPoints[0]}/");
        Assert.Equal("hello", await page.EvaluateAsync("document.querySelector('h1').textContent"));
        await page.EvaluateAsync("fetch('/nothing').then(answer => answer.status)");
        Assert.Contains("one 2", page.Errors);
        Assert.Contains(page.Errors, error => error.Contains("x is not defined", StringComparison.Ordinal));
        Assert.Contains(page.Errors, error => error.Contains("404", StringComparison.Ordinal));

        string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.png");
        await page.ScreenshotAsync(file);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(file)[..4]);
        File.Delete(file);
    }

    [BrowserFact]
    public async Task Pages_know_nothing_of_each_other()
    {
        await using HttpServer server = new(
            exchange => exchange.RespondAsync(200, "text/html", default), [new SocketListener(new IPEndPoint(IPAddress.Loopback, 0))], new HttpServerOptions { Timeouts = new HttpTimeouts { Drain = TimeSpan.Zero } });
        await server.StartAsync();
        await using BrowserPage one = await browser.OpenAsync(), two = await browser.OpenAsync();
        await one.NavigateAsync($"http://{server.EndPoints[0]}/");
        await two.NavigateAsync($"http://{server.EndPoints[0]}/");
        await one.EvaluateAsync("document.cookie = 'a=1'; localStorage.b = 2");
        Assert.Equal("a=1 2", await one.EvaluateAsync("document.cookie + ' ' + localStorage.b"));
        Assert.Equal(" undefined", await two.EvaluateAsync("document.cookie + ' ' + localStorage.b"));
    }

    [BrowserFact]
    public async Task An_address_that_cannot_be_reached_is_an_error()
    {
        await using BrowserPage page = await browser.OpenAsync();
        await Assert.ThrowsAsync<BrowserException>(() => page.NavigateAsync("http://127.0.0.1:1/"));
    }
}
