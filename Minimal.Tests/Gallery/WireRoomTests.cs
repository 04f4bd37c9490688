using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Minimal.Gallery;
using Minimal.Gallery.Wire;
using Minimal.Http;
using Minimal.Http.Diagnostics;
using Minimal.WebSocket;
using Xunit;

namespace Minimal.Tests.Gallery;

/// <summary>What the wire view shows, and to whom.</summary>
public sealed class WireRoomTests
{
    private const string Feed = "/wire/feed", Recording = "/wire/recording?connection=1", Send = "/demo/wire/send";

    [Fact]
    public async Task A_page_sees_its_own_exchanges_in_both_directions_and_no_others()
    {
        await using WireSite site = await WireSite.StartAsync();
        await site.GetAsync("/status", page: "/");
        await site.GetAsync("/site/icon.svg", page: "/demo/data/");
        await using WireSite.Viewer viewer = await site.WatchAsync("page");
        await viewer.UntilAsync(() => viewer.Has(">", "request-target", "/site/icon.svg"));
        await site.GetAsync("/demo/clock/clock", page: "/demo/data/");
        await viewer.UntilAsync(() => viewer.Spans.Count(span => span is ("<", "status-code", "200", _)) == 2);

        // What comes before the Referer belongs to it too, and what another page asked on the same connection does not.
        Assert.Equal(2, viewer.Spans.Count(span => span is (">", "method", "GET", _)));
        Assert.DoesNotContain(viewer.Spans, span => span.Text == "/status");
    }

    [Fact]
    public async Task All_connections_are_listed_by_what_was_asked_on_them_last_and_each_can_be_watched_by_itself()
    {
        await using WireSite site = await WireSite.StartAsync();
        await site.GetAsync("/demo/clock/clock");
        await using WireSite.Viewer viewer = await site.WatchAsync("all");
        await viewer.UntilAsync(() => viewer.Has(">", "request-target", "/demo/clock/clock"));
        long number = viewer.Spans[0].Connection;
        Assert.Equal("GET /demo/clock/clock", viewer.Connections[number].GetProperty("line").GetString());
        Assert.False(viewer.Connections[number].GetProperty("own").GetBoolean());

        await viewer.AskAsync($"{number}", "/");
        await site.GetAsync("/status");
        await viewer.UntilAsync(() => viewer.Has(">", "request-target", "/status") && viewer.Spans.Count(span => span is ("<", "status-code", "200", _)) == 2);
        Assert.All(viewer.Spans, span => Assert.Equal(number, span.Connection));
        Assert.Equal("GET /status", viewer.Connections[number].GetProperty("line").GetString());
    }

    [Fact]
    public async Task Views_show_neither_themselves_nor_one_another()
    {
        await using WireSite site = await WireSite.StartAsync();
        await using WireSite.Viewer one = await site.WatchAsync("all"), two = await site.WatchAsync("all");
        await site.GetAsync("/status");
        foreach (WireSite.Viewer viewer in (WireSite.Viewer[])[one, two])
        {
            await viewer.UntilAsync(() => viewer.Has("<", "status-code", "200"));
            Assert.Single(viewer.Connections);
            Assert.All(viewer.Spans, span => Assert.Equal(viewer.Connections.Keys.Single(), span.Connection));
        }
    }

    [Fact]
    public async Task Frames_are_shown_as_they_pass_with_their_bits_and_the_end_is_told()
    {
        await using WireSite site = await WireSite.StartAsync();
        await using WireSite.Viewer viewer = await site.WatchAsync("page", "/demo/wslab/");
        await using (WebSocketConnection echo = await WebSocketConnection.ConnectAsync(new Uri($"ws://{site.Authority}/demo/wslab/echo")))
        {
            await echo.SendAsync("Grüße");
            await echo.ReceiveAsync();
            await viewer.UntilAsync(() => viewer.Has(">", "payload", "Grüße") && viewer.Has("<", "payload", "Grüße"));
            await echo.CloseAsync();
        }

        await viewer.UntilAsync(() => viewer.Connections.Values.Any(each => each.TryGetProperty("end", out _)));
        Assert.True(Assert.Single(viewer.Connections.Values).GetProperty("own").GetBoolean());
    }

    [Fact]
    public async Task Secrets_are_hidden_in_what_is_shown_and_in_what_is_saved()
    {
        await using WireSite site = await WireSite.StartAsync();
        await site.GetAsync("/status", null, ("Authorization", "Basic c2VjcmV0"), ("Cookie", "id=secret"));
        await using WireSite.Viewer viewer = await site.WatchAsync("all");
        await viewer.UntilAsync(() => viewer.Has(">", "field-value", "*********"));
        string recording = await site.GetAsync($"/wire/recording?connection={viewer.Spans[0].Connection}");
        foreach (string secret in (string[])["c2VjcmV0", "id=secret"])
        {
            Assert.DoesNotContain(viewer.Spans, span => span.Text.Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(secret, recording, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_saved_is_a_recording_of_the_bytes()
    {
        await using WireSite site = await WireSite.StartAsync();
        string body = await site.GetAsync("/demo/data/DataDemo.cs");
        string text = await site.GetAsync("/wire/recording?connection=1");

        var bytes = new Dictionary<WireDirection, string> { [WireDirection.FromClient] = "", [WireDirection.FromServer] = "" };
        foreach (WireFileEvent item in WireFileReader.Read(Encoding.UTF8.GetBytes(text), out _)!) bytes[item.Direction] += Encoding.UTF8.GetString(item.Bytes.Span);
        Assert.StartsWith("GET /demo/data/DataDemo.cs HTTP/1.1\r\n", bytes[WireDirection.FromClient], StringComparison.Ordinal);
        Assert.Contains(body, bytes[WireDirection.FromServer], StringComparison.Ordinal);
        Assert.Equal("wire 1\n", await site.GetAsync("/wire/recording?connection=99"));
    }

    [Fact]
    public async Task A_view_that_takes_nothing_holds_up_nobody_and_is_told_how_much_it_missed_and_who_has_ended()
    {
        var inspector = new WireInspector(new WireInspectorOptions { Reading = WireRoom.Reading });
        HttpHandler gallery = GalleryRoutes.Create(NullLoggerFactory.Instance, null, new WireRoom(inspector, new WireGuard(isForAll: true)));
        await using MemoryServer server = await MemoryServer.StartAsync(gallery, new HttpServerOptions { Inspector = inspector });
        await using WebSocketConnection connection = await WebSocketConnection.ConnectAsync(server.Connect(), new Uri("ws://localhost/wire/feed"));
        await using var viewer = new WireSite.Viewer(connection);
        await viewer.AskAsync("all", "/");
        await using (WebSocketConnection echo = await WebSocketConnection.ConnectAsync(server.Connect(), new Uri("ws://localhost/demo/wslab/echo")))
        {
            await viewer.UntilAsync(() => Told() is not null);
            await FloodAsync();
            await echo.CloseAsync();
        }

        await FloodAsync();
        await viewer.UntilAsync(() => viewer.Dropped > 0 && Told()!.Value.TryGetProperty("end", out _));
        Assert.NotEmpty(viewer.Spans);

        async Task FloodAsync()
        {
            for (int i = 0; i < 1000; i++) await server.Client.GetStringAsync("/site/icon.svg");
        }

        JsonElement? Told() => viewer.Connections.Values.Cast<JsonElement?>().FirstOrDefault(each => each!.Value.GetProperty("line").GetString() == "GET /demo/wslab/echo");
    }

    [Fact]
    public async Task A_wish_that_is_none_ends_the_feed()
    {
        await using WireSite site = await WireSite.StartAsync();
        await using WebSocketConnection viewer = await WebSocketConnection.ConnectAsync(new Uri($"ws://{site.Authority}/wire/feed"));
        await viewer.SendAsync("page, please");
        while (await viewer.ReceiveAsync() is not null)
        {
        }

        Assert.Equal(1008, (int)viewer.CloseCode);
    }

    [Theory]
    [InlineData("Host", "elsewhere.example")]
    [InlineData("Host", "localhost.elsewhere.example")]
    [InlineData("Origin", "http://elsewhere.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("X-Forwarded-For", "192.0.2.1")]
    [InlineData("X-Real-IP", "192.0.2.1")]
    [InlineData("Forwarded", "for=192.0.2.1")]
    [InlineData("Via", "1.1 proxy")]
    public async Task Only_pages_of_this_machine_see_the_wire(string field, string value)
    {
        await using WireSite site = await WireSite.StartAsync();
        foreach (string url in (string[])[Feed, Recording, Send]) Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(site, url, field, value));
        Assert.DoesNotContain("mount", await site.GetAsync("/wire/view.js", null, (field, value)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host", "localhost")]
    [InlineData("Host", "LOCALHOST:8080")]
    [InlineData("Host", "[::1]:8080")]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Sec-Fetch-Site", "none")]
    public async Task A_page_of_this_machine_sees_it_by_any_of_its_own_names(string field, string value)
    {
        await using WireSite site = await WireSite.StartAsync();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(site, Recording, field, value));
        Assert.Contains("mount();", await site.GetAsync("/wire/view.js", null, (field, value)), StringComparison.Ordinal);
    }

    // A connection in memory has no address, as little as one of this machine's.
    [Theory]
    [InlineData(false, "localhost", HttpStatusCode.Forbidden)]
    [InlineData(true, "localhost", HttpStatusCode.OK)]
    [InlineData(true, "192.0.2.1:8080", HttpStatusCode.OK)]
    [InlineData(true, "gallery.example", HttpStatusCode.OK)]
    [InlineData(true, "elsewhere.example", HttpStatusCode.Forbidden)]
    public async Task Other_machines_see_it_when_they_are_let_and_even_then_only_by_a_name_of_this_server(bool isForAll, string host, HttpStatusCode status)
    {
        await using MemoryServer server = await MemoryServer.StartAsync(
            GalleryRoutes.Create(NullLoggerFactory.Instance, null, new WireRoom(new WireInspector(), new WireGuard(isForAll, "gallery.example"))));
        using var request = new HttpRequestMessage(HttpMethod.Get, Recording);
        request.Headers.Host = host;
        using HttpResponseMessage response = await server.Client.SendAsync(request);
        Assert.Equal(status, response.StatusCode);
    }

    private static async Task<HttpStatusCode> StatusAsync(WireSite site, string url, string field, string value)
    {
        using var request = new HttpRequestMessage(url == Send ? HttpMethod.Post : HttpMethod.Get, url);
        if (url == Send) request.Content = new StringContent("""{"text":"x"}""", Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation(field, value);
        using HttpResponseMessage response = await site.Client.SendAsync(request);
        return response.StatusCode;
    }
}
