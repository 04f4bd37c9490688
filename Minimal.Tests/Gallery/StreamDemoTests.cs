using System.Text.Json;
using Minimal.Gallery.Demos.Stream;
using Xunit;

namespace Minimal.Tests.Gallery;

public sealed class StreamDemoTests
{
    [Fact]
    public async Task A_line_says_where_the_stream_stands_and_each_further_one_is_a_message()
    {
        await using DemoServer server = await DemoServer.StartAsync(new StreamDemo().Routes);
        using HttpResponseMessage response = await server.Client.GetAsync("/stream?via=ndjson&after=latest", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.MediaType);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal("open", (await ReadAsync(lines)).GetProperty("type").GetString());
        await server.PostAsync("/stream", "hello", "text/plain");
        Assert.Equal("hello", (await ReadAsync(lines)).GetProperty("data").GetString());
        server.Turn(TimeSpan.FromSeconds(1));
        Assert.InRange((await ReadAsync(lines)).GetProperty("data").GetProperty("celsius").GetDouble(), 20.0, 22.0);
    }

    [Fact]
    public async Task After_a_cut_it_goes_on_from_the_cursor()
    {
        await using DemoServer server = await DemoServer.StartAsync(new StreamDemo().Routes);
        using HttpResponseMessage posted = await server.PostAsync("/stream", "before", "text/plain");
        string cursor = Assert.Single(posted.Headers.GetValues("Last-Event-ID"));
        await server.PostJsonAsync("/burst", "");

        using HttpResponseMessage response = await server.Client.GetAsync($"/stream?via=ndjson&after={cursor}", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal(cursor, (await ReadAsync(lines)).GetProperty("id").GetString());
        for (int n = 1; n <= 200; n++) Assert.Equal($$"""{"burst":{{n}},"of":200}""", (await ReadAsync(lines)).GetProperty("data").GetRawText());
    }

    private static async Task<JsonElement> ReadAsync(StreamReader lines) => JsonSerializer.Deserialize<JsonElement>((await lines.ReadLineAsync())!);
}
