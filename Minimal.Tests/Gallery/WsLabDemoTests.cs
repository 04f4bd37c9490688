using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Minimal.Gallery.Demos.WsLab;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.Gallery;

public sealed class WsLabDemoTests
{
    public static TheoryData<string> Names => [.. ReadyMade.All.Select(made => made.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_is_ready_to_send_meets_the_rule_that_it_says(string name)
    {
        ReadyMade made = ReadyMade.All.Single(each => each.Name == name);
        JsonElement outcome = await SendAsync(made.Frames);
        string? rule = outcome.TryGetProperty("rule", out JsonElement verdict) ? verdict.GetProperty("name").GetString() : null;
        string?[] broken = [.. outcome.GetProperty("sent").EnumerateArray().Select(span => span.TryGetProperty("broken", out JsonElement row) ? row.GetString() : null).OfType<string>()];

        Assert.Equal(made.Rule, rule);
        Assert.Equal(made.Rule is null ? [] : [made.Rule], broken);
        if (made.Rule is not null) Assert.Equal(WebSocketRules.All.Single(row => row.Name == made.Rule).Code, outcome.GetProperty("code").GetInt32());
    }

    [Fact]
    public void The_names_of_the_spans_cover_all_bytes_once()
    {
        foreach (ReadyMade made in ReadyMade.All)
        {
            Assert.True(HandmadeFrame.TryWriteAll(made.Frames, out byte[] bytes));
            FrameReading reading = FrameReading.Read(bytes, WebSocketRole.Server, WebSocketLimits.Default);
            Assert.Equal(Convert.ToHexString(bytes), string.Concat(reading.Spans.Select(span => span.Bytes)));
        }
    }

    [Fact]
    public async Task A_message_comes_back_with_a_name_for_each_byte()
    {
        JsonElement outcome = await SendAsync(ReadyMade.All[0].Frames);
        Assert.Equal(["81", "85", "37FA213D", "5F9F4D5158"], Texts(outcome, "sent", "bytes"));
        Assert.Equal(["81", "05", "68656C6C6F"], Texts(outcome, "received", "bytes"));
        Assert.Equal(["FIN=1 RSV1=0 RSV2=0 RSV3=0 opcode=1", "MASK=0 length=5", "payload"], Texts(outcome, "received", "name"));
        Assert.Equal("hello", outcome.GetProperty("received")[2].GetProperty("value").GetString());
    }

    [Fact]
    public async Task A_ping_between_fragments_is_answered_before_the_message()
    {
        JsonElement outcome = await SendAsync(ReadyMade.All[2].Frames);
        Assert.Equal(["8A", "01", "3F", "81", "05", "48656C6C6F"], Texts(outcome, "received", "bytes"));
    }

    [Fact]
    public async Task Behind_a_broken_rule_nothing_is_read()
    {
        JsonElement outcome = await SendAsync([ReadyMade.All[0].Frames[0] with { Rsv = 1 }]);
        Assert.Equal(["FIN=1 RSV1=0 RSV2=0 RSV3=1 opcode=1", "not read"], Texts(outcome, "sent", "name"));
    }

    [Fact]
    public async Task Of_a_frame_that_is_not_all_there_nothing_comes_back()
    {
        JsonElement outcome = await SendAsync([ReadyMade.All[0].Frames[0] with { Announced = "6" }]);
        Assert.Empty(outcome.GetProperty("received").EnumerateArray());
        Assert.False(outcome.TryGetProperty("rule", out _));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"frames":[]}""")]
    [InlineData("""{"frames":[null]}""")]
    [InlineData("""{"frames":[{"payload":"6"}]}""")]
    [InlineData("""{"frames":[{"payload":"xx"}]}""")]
    [InlineData("""{"frames":[{"length":"8"}]}""")]
    [InlineData("""{"frames":[{"announced":"-1"}]}""")]
    [InlineData("""{"frames":[{"announced":"126","length":"7"}]}""")]
    [InlineData("{")]
    public async Task What_cannot_be_written_is_refused(string json)
    {
        await using SocketServer server = await SocketServer.StartAsync(new WsLabDemo().Routes);
        using var content = new StringContent(json, null, "application/json");
        using HttpResponseMessage response = await server.Client.PostAsync("send", content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_server_without_an_address_cannot_connect_to_itself()
    {
        await using DemoServer server = await DemoServer.StartAsync(new WsLabDemo().Routes);
        using HttpResponseMessage response = await server.PostAsync("/send", """{"frames":[{"fin":true,"opcode":1,"payload":""}]}""");
        Assert.Equal(HttpStatusCode.NotImplemented, response.StatusCode);
    }

    [Fact]
    public async Task Frames_are_told_to_send_by_JSON_alone()
    {
        await using SocketServer server = await SocketServer.StartAsync(new WsLabDemo().Routes);
        using var form = new StringContent("""{"frames":[]}""", null, "text/plain");
        using HttpResponseMessage response = await server.Client.PostAsync("send", form);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task The_guarded_one_is_for_pages_of_this_host_and_the_open_one_for_all()
    {
        await using SocketServer server = await SocketServer.StartAsync(new WsLabDemo().Routes);
        WebSocketOptions own = From($"http://{server.Authority}"), foreign = From("http://elsewhere");
        await using (await server.ConnectAsync("guarded", own)) { }
        await using (await server.ConnectAsync("open", foreign)) { }
        Assert.Contains("403", (await Assert.ThrowsAsync<WebSocketHandshakeException>(() => server.ConnectAsync("guarded", foreign))).Message, StringComparison.Ordinal);
    }

    private static WebSocketOptions From(string origin) => new() { Fields = [new("Origin", origin)] };

    private static string[] Texts(JsonElement outcome, string direction, string property) =>
        [.. outcome.GetProperty(direction).EnumerateArray().Select(span => span.GetProperty(property).GetString()!)];

    private static async Task<JsonElement> SendAsync(HandmadeFrame[] frames)
    {
        await using SocketServer server = await SocketServer.StartAsync(new WsLabDemo().Routes);
        using HttpResponseMessage response = await server.Client.PostAsJsonAsync("send", new { frames }, JsonSerializerOptions.Web);
        return DemoServer.Json(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
    }
}
