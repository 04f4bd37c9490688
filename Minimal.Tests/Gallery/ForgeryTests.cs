using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Minimal.Gallery;
using Xunit;

namespace Minimal.Tests.Gallery;

/// <summary>What a page of another site can make a browser do, and what a message can.</summary>
public sealed class ForgeryTests
{
    // Every route of the collection that does something.
    private static readonly string[] Actions =
    [
        "/update", "/demo/value/update", "/demo/reminders/api/reminders", "/demo/data/update", "/demo/config/configs?key=banner", "/demo/config/listener",
        "/demo/config/nacos/v1/cs/configs", "/demo/config/nacos/v1/cs/configs/listener",
        "/demo/stream/stream", "/demo/stream/burst", "/demo/gap/burst", "/demo/events/update", "/demo/events/cut", "/demo/events/restart",
        "/demo/log/lines", "/demo/log/failure", "/demo/tokens/ask", "/demo/tokens/questions", "/demo/tokens/answers/0/stop", "/demo/tokens/answers/0/cut", "/demo/wire/send",
    ];

    private static readonly string[] FormTypes = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"];

    public static TheoryData<string, string> Forgeries
    {
        get
        {
            var forgeries = new TheoryData<string, string>();
            foreach (string action in Actions)
            {
                foreach (string type in FormTypes) forgeries.Add(action, type);
            }

            return forgeries;
        }
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_form_of_another_site_does_nothing_here(string action, string type)
    {
        await using MemoryServer server = await MemoryServer.StartAsync(GalleryRoutes.Create(NullLoggerFactory.Instance));
        using var request = new HttpRequestMessage(HttpMethod.Post, action) { Content = new StringContent("""{"text":"x"}""", Encoding.UTF8, type) };
        request.Headers.Add("Origin", "http://elsewhere.example");
        using HttpResponseMessage response = await server.Client.SendAsync(request);
        Assert.True(response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.UnsupportedMediaType, $"{response.StatusCode}");
    }

    [Theory]
    [InlineData("/demo/log/lines")]
    [InlineData("/demo/events/events")]
    [InlineData("/demo/monitor/samples")]
    [InlineData("/demo/tokens/answers/0")]
    [InlineData("/demo/config/configs?key=banner")]
    public async Task A_script_of_another_site_reads_nothing_here(string url)
    {
        await using MemoryServer server = await MemoryServer.StartAsync(GalleryRoutes.Create(NullLoggerFactory.Instance));
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Add("Origin", "http://elsewhere.example");
        using HttpResponseMessage response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_value_that_is_looked_at_by_itself_is_no_page()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(GalleryRoutes.Create(NullLoggerFactory.Instance));
        using var content = new StringContent("<script>alert(1)</script>", Encoding.UTF8, "text/plain");
        using HttpResponseMessage published = await server.Client.PostAsync("/demo/config/configs?key=banner", content);
        Assert.Equal(HttpStatusCode.Created, published.StatusCode);
        using HttpResponseMessage value = await server.Client.GetAsync("/demo/config/configs?key=banner");
        Assert.Equal("text/plain", value.Content.Headers.ContentType?.MediaType);
        Assert.Equal("nosniff", Assert.Single(value.Headers.GetValues("X-Content-Type-Options")));
    }

    [Theory]
    [InlineData("/demo/")]
    [InlineData("/demo/config/")]
    [InlineData("/demo/events/")]
    [InlineData("/demo/log/")]
    [InlineData("/demo/monitor/")]
    [InlineData("/demo/tokens/")]
    public async Task A_page_runs_no_script_but_its_own(string page)
    {
        await using MemoryServer server = await MemoryServer.StartAsync(GalleryRoutes.Create(NullLoggerFactory.Instance));
        using HttpResponseMessage response = await server.Client.GetAsync(page);
        string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }
}
