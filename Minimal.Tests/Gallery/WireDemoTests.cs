using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Minimal.Gallery.Demos.Wire;
using Minimal.Gallery.Wire;
using Minimal.Http.Diagnostics;
using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.Gallery;

/// <summary>Raw bytes to the server itself.</summary>
public sealed class WireDemoTests
{
    public static TheoryData<string> Names => [.. Attack.All.Select(attack => attack.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_is_ready_to_send_meets_the_rule_that_it_says(string name)
    {
        Attack attack = Attack.All.Single(each => each.Name == name);
        Assert.True(HandwrittenBytes.TryReadText(attack.Text, out byte[] bytes, out _));
        JsonElement outcome = await SendAsync(new { text = attack.Text });
        Assert.Equal(Convert.ToHexString(bytes), string.Concat(Spans(outcome, ">").Select(span => span.GetProperty("bytes").GetString())));
        Assert.NotEmpty(Spans(outcome, "<"));
        if (attack.Rule is null)
        {
            Assert.False(outcome.TryGetProperty("rule", out _));
            return;
        }

        ProtocolRule rule = HttpRules.All.Concat(WebSocketRules.All).Single(row => row.Name == attack.Rule);
        Assert.Equal(rule.Name, outcome.GetProperty("rule").GetProperty("name").GetString());
        Assert.Equal(rule.Section, outcome.GetProperty("rule").GetProperty("section").GetString());

        // The server has refused it, and not only the one who explains it.
        Assert.Equal(rule.Code < 1000 ? rule.Code : 101, outcome.GetProperty("status").GetInt32());
        if (rule.Code >= 1000) Assert.Contains(Spans(outcome, "<"), span => span.GetProperty("text").GetString()!.StartsWith($"{rule.Code} ", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_lens_looks_at_requests_and_not_at_frames(string name)
    {
        Attack attack = Attack.All.Single(each => each.Name == name);
        Assert.True(HandwrittenBytes.TryReadText(attack.Text, out byte[] bytes, out _));
        JsonElement outcome = await SendAsync(new { text = attack.Text });
        bool isUpgraded = outcome.GetProperty("status").GetInt32() == 101;
        Assert.Equal(!isUpgraded, outcome.TryGetProperty("lens", out JsonElement shown));
        if (isUpgraded) return;

        LensTable lens = Lens.Explain(bytes);
        Assert.Equal([lens.Verdict.English, lens.Verdict.Chinese], shown.GetProperty("verdict").EnumerateArray().Select(text => text.GetString()));
        Assert.Equal(lens.Smuggling is not null, shown.GetProperty("smuggles").GetBoolean());
        Assert.Equal(lens.Rows.Count, shown.GetProperty("rows").EnumerateArray().Sum(row => row.GetProperty("readings").GetArrayLength()));
        Assert.Equal(attack.Rule is null, lens.IsUnambiguous);
    }

    [Theory]
    [InlineData("CL.TE")]
    [InlineData("TE.CL")]
    [InlineData("TE.TE")]
    [InlineData("Two Content-Lengths")]
    [InlineData("obs-fold")]
    [InlineData("Space before the colon")]
    [InlineData("LF in a chunk extension")]
    public void What_is_called_an_attack_would_smuggle_a_request(string name)
    {
        Assert.True(HandwrittenBytes.TryReadText(Attack.All.Single(each => each.Name == name).Text, out byte[] bytes, out _));
        Assert.NotNull(Lens.Explain(bytes).Smuggling);
    }

    [Theory]
    [InlineData("a\\r\\n\\t\\0\\\\\\x7Fz", "610D0A09005C7F7A")]
    [InlineData("a\r\nb\nc", "616263")]
    [InlineData("ü€😀", "C3BCE282ACF09F9880")]
    [InlineData("", "")]
    public void Text_is_read_with_its_escapes(string text, string hex)
    {
        Assert.True(HandwrittenBytes.TryReadText(text, out byte[] bytes, out _));
        Assert.Equal(hex, Convert.ToHexString(bytes));
    }

    [Theory]
    [InlineData("ab\\q", 2)]
    [InlineData("\\", 0)]
    [InlineData("a\\x1", 1)]
    [InlineData("\\x0G", 0)]
    public void What_is_no_escape_is_pointed_at(string text, int wrongAt)
    {
        Assert.False(HandwrittenBytes.TryReadText(text, out _, out int at));
        Assert.Equal(wrongAt, at);
    }

    [Fact]
    public async Task Hexadecimal_is_sent_too()
    {
        JsonElement outcome = await SendAsync(new { hex = "47 45 54 20\n2f 20 48 54 54 50 2f 31 2e 31 0d 0a 48 6f 73 74 3a 20 61 0d 0a 0d 0a" });
        Assert.Equal(["GET", " ", "/", " ", "HTTP/1.1"], Spans(outcome, ">").Take(5).Select(span => span.GetProperty("text").GetString()));
        Assert.Equal(200, outcome.GetProperty("status").GetInt32());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"text":""}""")]
    [InlineData("""{"text":"\\y"}""")]
    [InlineData("""{"hex":"4"}""")]
    [InlineData("""{"hex":"zz"}""")]
    [InlineData("{")]
    public async Task What_cannot_be_sent_is_refused(string json)
    {
        await using WireSite site = await WireSite.StartAsync();
        using var content = new StringContent(json, null, "application/json");
        using HttpResponseMessage response = await site.Client.PostAsync("/demo/wire/send", content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task There_is_a_most_of_bytes_and_of_sending()
    {
        await using WireSite site = await WireSite.StartAsync();
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(site, new { text = new string('x', Lens.MaxBytes + 1) }));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await StatusAsync(site, new { hex = new string(' ', 600_000) }));
        HttpStatusCode[] answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => StatusAsync(site, new { text = "GET /status HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n" })));
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        Assert.Contains(HttpStatusCode.OK, answers);
        Assert.All(answers, answer => Assert.True(answer is HttpStatusCode.OK or HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task A_server_without_an_address_cannot_connect_to_itself()
    {
        await using DemoServer server = await DemoServer.StartAsync(new WireDemo(new WireGuard(isForAll: true, "a")).Routes);
        using HttpResponseMessage response = await server.PostAsync("/send", """{"text":"x"}""");
        Assert.Equal(HttpStatusCode.NotImplemented, response.StatusCode);
    }

    [Fact]
    public async Task Bytes_are_told_to_send_by_JSON_alone()
    {
        await using WireSite site = await WireSite.StartAsync();
        using var form = new StringContent("""{"text":"x"}""", null, "text/plain");
        using HttpResponseMessage response = await site.Client.PostAsync("/demo/wire/send", form);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    private static JsonElement[] Spans(JsonElement outcome, string direction) =>
        [.. outcome.GetProperty("spans").EnumerateArray().Where(span => span.GetProperty("direction").GetString() == direction)];

    private static async Task<HttpStatusCode> StatusAsync(WireSite site, object order)
    {
        using HttpResponseMessage response = await site.Client.PostAsJsonAsync("/demo/wire/send", order);
        return response.StatusCode;
    }

    private static async Task<JsonElement> SendAsync(object order)
    {
        await using WireSite site = await WireSite.StartAsync();
        using HttpResponseMessage response = await site.Client.PostAsJsonAsync("/demo/wire/send", order);
        return DemoServer.Json(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
    }
}
