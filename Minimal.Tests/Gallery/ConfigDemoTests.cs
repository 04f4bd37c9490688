using System.Net;
using System.Security.Cryptography;
using System.Text;
using Minimal.Gallery.Demos.Config;
using Xunit;

namespace Minimal.Tests.Gallery;

public sealed class ConfigDemoTests
{
    [Fact]
    public async Task Who_has_all_the_latest_values_is_held_for_29_and_a_half_seconds_and_told_nothing()
    {
        var demo = new ConfigDemo();
        await using DemoServer server = await DemoServer.StartAsync(demo.Routes);
        Task<HttpResponseMessage> poll = ListenAsync(server, ("banner", Md5("Welcome")), ("timeout", Md5("800 ms")));
        await DemoServer.UntilAsync(() => demo.Waiting == 1);

        server.Turn(TimeSpan.FromSeconds(29.4));
        Assert.Equal(1, demo.Waiting);
        server.Turn(TimeSpan.FromSeconds(0.2));
        using HttpResponseMessage response = await poll;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync());
        Assert.Equal(0, demo.Waiting);
    }

    [Fact]
    public async Task Who_has_an_old_value_or_none_is_told_at_once_which()
    {
        await using DemoServer server = await DemoServer.StartAsync(new ConfigDemo().Routes);
        using HttpResponseMessage response = await ListenAsync(server, ("banner", Md5("Welcome")), ("timeout", Md5("1 s")), ("dark-mode", ""));
        Assert.Equal("""{"changed":["timeout","dark-mode"]}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_new_value_answers_who_has_the_old_one_and_a_value_that_is_not_new_answers_nobody()
    {
        var demo = new ConfigDemo();
        await using DemoServer server = await DemoServer.StartAsync(demo.Routes);
        Task<HttpResponseMessage> digest = ListenAsync(server, ("banner", Md5("Welcome")), ("timeout", Md5("800 ms")));
        Task<HttpResponseMessage> tag = GetAsync(server, "banner", $"\"{Md5("Welcome")}\"");
        await DemoServer.UntilAsync(() => demo.Waiting == 2);

        await PublishAsync(server, "banner", "Welcome");
        Assert.False(digest.IsCompleted || tag.IsCompleted);

        await PublishAsync(server, "banner", "Sale!");
        using HttpResponseMessage changed = await digest, value = await tag;
        Assert.Equal("""{"changed":["banner"]}""", await changed.Content.ReadAsStringAsync());
        Assert.Equal("Sale!", await value.Content.ReadAsStringAsync());
        Assert.Equal($"\"{Md5("Sale!")}\"", value.Headers.ETag?.Tag);
    }

    [Fact]
    public async Task By_entity_tag_the_time_ends_with_304()
    {
        var demo = new ConfigDemo();
        await using DemoServer server = await DemoServer.StartAsync(demo.Routes);
        Task<HttpResponseMessage> poll = GetAsync(server, "timeout", $"\"{Md5("800 ms")}\"");
        await DemoServer.UntilAsync(() => demo.Waiting == 1);
        server.Turn(TimeSpan.FromSeconds(29.6));
        using HttpResponseMessage response = await poll;
        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
    }

    [Theory]
    [InlineData("", "x")]
    [InlineData("?key=", "x")]
    [InlineData("?key=a%0Ab", "x")]
    [InlineData("?key=0123456789012345678901234567890123456789012345678901234567890123456789", "x")]
    public async Task What_is_no_name_is_refused(string query, string value)
    {
        await using DemoServer server = await DemoServer.StartAsync(new ConfigDemo().Routes);
        using HttpResponseMessage response = await server.PostAsync($"/configs{query}", value, "text/plain");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task The_routes_of_nacos_know_the_same_values()
    {
        await using DemoServer server = await DemoServer.StartAsync(new ConfigDemo().Routes);
        using HttpResponseMessage value = await server.Client.GetAsync("/nacos/v1/cs/configs?dataId=banner&group=DEFAULT_GROUP");
        Assert.Equal("Welcome", await value.Content.ReadAsStringAsync());
        Assert.Equal(Md5("Welcome"), Assert.Single(value.Headers.TryGetValues("Content-MD5", out IEnumerable<string>? own) ? own : value.Content.Headers.GetValues("Content-MD5")));

        Assert.Equal("true", await NacosAsync(server, "configs", ("dataId", "a b"), ("group", "g"), ("content", "é")));
        Assert.Equal("é", await server.GetAsync("/nacos/v1/cs/configs?dataId=a%20b&group=g"));
        using HttpResponseMessage none = await server.Client.GetAsync("/nacos/v1/cs/configs?dataId=none&group=g");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task The_listener_of_nacos_tells_what_differs_and_holds_29_and_a_half_seconds_where_nothing_does()
    {
        await using DemoServer server = await DemoServer.StartAsync(new ConfigDemo().Routes);
        string banner = $"banner\u0002DEFAULT_GROUP\u0002{Md5("Welcome")}\u0001", timeout = $"timeout\u0002DEFAULT_GROUP\u0002{Md5("800 ms")}\u0002\u0001";
        Assert.Equal("dark-mode%02DEFAULT_GROUP%01\n", await NacosAsync(server, "configs/listener", ("Listening-Configs", $"{banner}dark-mode\u0002DEFAULT_GROUP\u0002\u0001")));

        Task<string> held = NacosAsync(server, "configs/listener", ("Listening-Configs", banner + timeout));
        await PublishAsync(server, "dark-mode", "on");
        await PublishAsync(server, "timeout", "1 s");
        Assert.Equal("timeout%02DEFAULT_GROUP%02%01\n", await held);

        // Whoever is held has seen nothing by the time; so the clock is turned until there is an answer, and not beyond the hold.
        Task<string> quiet = NacosAsync(server, "configs/listener", ("Listening-Configs", banner));
        DateTimeOffset asked = server.Now;
        while (!quiet.IsCompleted)
        {
            server.Turn(TimeSpan.FromSeconds(0.5));
            await Task.Yield();
        }

        Assert.Equal("", await quiet);
        Assert.True(server.Now - asked >= TimeSpan.FromSeconds(29.5));
    }

    private static async Task<string> NacosAsync(DemoServer server, string route, params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/nacos/v1/cs/{route}") { Content = new FormUrlEncodedContent(form.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))) };
        request.Headers.Add("Long-Pulling-Timeout", "30000");
        using HttpResponseMessage response = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    private static Task<HttpResponseMessage> ListenAsync(DemoServer server, params (string Key, string Md5)[] digests)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/listener") { Content = new FormUrlEncodedContent(digests.Select(digest => KeyValuePair.Create(digest.Key, digest.Md5))) };
        request.Headers.Add("Long-Pulling-Timeout", "30000");
        return server.Client.SendAsync(request);
    }

    private static Task<HttpResponseMessage> GetAsync(DemoServer server, string key, string tag)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/configs?key={key}");
        request.Headers.Add("If-None-Match", tag);
        return server.Client.SendAsync(request);
    }

    private static async Task PublishAsync(DemoServer server, string key, string value)
    {
        using HttpResponseMessage response = await server.PostAsync($"/configs?key={key}", value, "text/plain");
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

#pragma warning disable CA5351 // What clients of Nacos compare is MD5.
    private static string Md5(string value) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(value)));
#pragma warning restore CA5351
}
