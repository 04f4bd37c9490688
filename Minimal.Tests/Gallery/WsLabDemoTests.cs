using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Minimal.Gallery.Demos.WsLab;
using Minimal.Http.Wire;
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
        string?[] broken = [.. Spans(outcome, ">").Select(span => span.TryGetProperty("broken", out JsonElement row) ? row.GetProperty("name").GetString() : null).OfType<string>()];
        Assert.Equal(made.Rule is null ? [] : [made.Rule], broken);
        if (made.Rule is null)
        {
            Assert.False(outcome.TryGetProperty("rule", out _));
            return;
        }

        // The server says by its Close what the reading says.
        ProtocolRule rule = WebSocketRules.All.Single(row => row.Name == made.Rule);
        Assert.Equal((rule.Name, rule.Code), (outcome.GetProperty("rule").GetProperty("name").GetString(), outcome.GetProperty("rule").GetProperty("code").GetInt32()));
        Assert.Equal(rule.ToString(), Encoding.UTF8.GetString(Convert.FromHexString(Texts(outcome, "<", "bytes")[^1])));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_names_of_the_spans_cover_all_bytes_once(string name)
    {
        HandmadeFrame[] frames = ReadyMade.All.Single(each => each.Name == name).Frames;
        Assert.True(HandmadeFrame.TryWriteAll(frames, out byte[] bytes));
        Assert.Equal(Convert.ToHexString(bytes), string.Concat(Texts(await SendAsync(frames), ">", "bytes")));
    }

    [Fact]
    public async Task A_message_comes_back_with_a_name_for_each_byte()
    {
        JsonElement outcome = await SendAsync(ReadyMade.All[0].Frames);
        Assert.Equal(["81", "85", "37FA213D", "5F9F4D5158"], Texts(outcome, ">", "bytes"));
        Assert.Equal(["81", "05", "68656C6C6F"], Texts(outcome, "<", "bytes"));
        Assert.Equal(["Text", "5", "hello"], Texts(outcome, "<", "text"));
        Assert.Equal(["FIN", "RSV1", "RSV2", "RSV3", "opcode"], Spans(outcome, ">")[0].GetProperty("bits").EnumerateArray().Select(field => field.GetProperty("is").GetProperty("name").GetString()));
    }

    [Fact]
    public async Task A_ping_between_fragments_is_answered_before_the_message()
    {
        JsonElement outcome = await SendAsync(ReadyMade.All[2].Frames);
        Assert.Equal(["8A", "01", "3F", "81", "05", "48656C6C6F"], Texts(outcome, "<", "bytes"));
    }

    [Fact]
    public async Task Behind_a_broken_rule_nothing_is_read()
    {
        JsonElement outcome = await SendAsync([ReadyMade.All[0].Frames[0] with { Rsv = 1 }]);
        Assert.Equal(["FIN=1 RSV1=0 RSV2=0 RSV3=1 opcode=1", "not read"], Spans(outcome, ">").Select(span => span.GetProperty("is").GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Of_a_frame_that_is_not_all_there_nothing_comes_back()
    {
        JsonElement outcome = await SendAsync([ReadyMade.All[0].Frames[0] with { Announced = "6" }]);
        Assert.Empty(Spans(outcome, "<"));
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

    private static JsonElement[] Spans(JsonElement outcome, string direction) =>
        [.. outcome.GetProperty("spans").EnumerateArray().Where(span => span.GetProperty("direction").GetString() == direction)];

    private static string[] Texts(JsonElement outcome, string direction, string property) =>
        [.. Spans(outcome, direction).Select(span => span.GetProperty(property).GetString()!)];

    private static async Task<JsonElement> SendAsync(HandmadeFrame[] frames)
    {
        await using SocketServer server = await SocketServer.StartAsync(new WsLabDemo().Routes);
        using HttpResponseMessage response = await server.Client.PostAsJsonAsync("send", new { frames }, JsonSerializerOptions.Web);
        return DemoServer.Json(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
    }
}
