using System.Text.Json;
using Minimal.Gallery.Demos.Clock;
using Xunit;

namespace Minimal.Tests.Gallery;

public sealed class ClockDemoTests
{
    [Fact]
    public async Task Without_a_word_it_tells_the_time()
    {
        await using DemoServer server = await DemoServer.StartAsync(new ClockDemo().Routes);
        using HttpResponseMessage response = await server.Client.GetAsync("/clock");

        Assert.Equal("2026-01-01 00:00:00", await response.Content.ReadAsStringAsync());
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoStore);

        server.Turn(TimeSpan.FromSeconds(2));
        Assert.Equal("2026-01-01 00:00:02", await server.GetAsync("/clock"));
    }

    [Fact]
    public async Task A_long_poll_waits_for_the_next_second_and_misses_none()
    {
        await using DemoServer server = await DemoServer.StartAsync(new ClockDemo().Routes);
        JsonElement now = await server.GetJsonAsync("/clock?via=poll&after=earliest");
        Assert.Equal("2026-01-01 00:00:00", Times(now).Single());

        Task<string> held = server.Ask($"GET /clock?via=long&wait=20&after={now.GetProperty("after").GetString()}");
        Assert.False(held.IsCompleted);
        server.Turn(TimeSpan.FromSeconds(1));
        JsonElement next = DemoServer.Json(await held);
        Assert.Equal(["2026-01-01 00:00:01"], Times(next));

        server.Turn(TimeSpan.FromSeconds(3));
        JsonElement rest = await server.GetJsonAsync($"/clock?via=long&wait=20&after={next.GetProperty("after").GetString()}");
        Assert.Equal(["2026-01-01 00:00:02", "2026-01-01 00:00:03", "2026-01-01 00:00:04"], Times(rest));
    }

    [Fact]
    public async Task The_iframe_is_a_page_whose_scripts_call_the_function_that_it_was_given()
    {
        await using DemoServer server = await DemoServer.StartAsync(new ClockDemo().Routes);
        using HttpResponseMessage response = await server.Client.GetAsync("/clock?via=frame&callback=onTick&after=earliest", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);

        using var page = new StreamReader(await response.Content.ReadAsStreamAsync());
        string read = "";
        while (!read.Contains("00:00:00", StringComparison.Ordinal)) read += await page.ReadLineAsync();
        Assert.Contains("parent.onTick(", read, StringComparison.Ordinal);
        Assert.Matches("""<script>r\(".*2026-01-01 00:00:00.*"\)</script>$""", read);
    }

    private static string[] Times(JsonElement answer) => [.. answer.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("data").GetString()!)];
}
