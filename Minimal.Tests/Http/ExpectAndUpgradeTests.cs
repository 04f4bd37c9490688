using System.Buffers;
using System.IO.Pipelines;
using Minimal.Http;
using Minimal.Http.Wire;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>Expectations (RFC 9110 §10.1.1) and the change to another protocol (§7.8).</summary>
public sealed class ExpectAndUpgradeTests
{
    private const string Probe = "GET /probe HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Switch = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";

    [Theory]
    [Requirement("HS-10.1.1-01", "HS-10.1.1-04", "HS-10.1.1-06", "HS-10.1.1-03")]
    [InlineData("100-continue")]
    [InlineData("100-CONTINUE")]
    [InlineData(", 100-continue,,100-Continue")]
    [InlineData("100-continue\r\nExpect: \r\nExpect: 100-continue")]
    public async Task Who_waits_to_be_asked_is_asked_when_the_handler_reads(string expectation)
    {
        await using TestServer server = await TestServer.StartAsync(EchoAsync);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync($"POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: {expectation}\r\n\r\n");
        await conversation.ExpectAsync("HTTP/1.1 100 Continue\r\n\r\n");
        await conversation.SendAsync("hello");
        Assert.Equal("hello", (await conversation.ExpectResponseAsync(200)).Text);

        await conversation.SendAsync("POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello");
        Assert.Equal("hello", (await conversation.ExpectResponseAsync(200)).Text);
        await conversation.SendAsync($"POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n{Probe}");
        Assert.Equal("", (await conversation.ExpectResponseAsync(200)).Text);
        await conversation.ExpectResponseAsync(200);
    }

    [Fact]
    [Requirement("HS-10.1.1-01")]
    public async Task A_list_without_a_member_expects_nothing()
    {
        await using TestServer server = await TestServer.StartAsync(EchoAsync);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: ,\r\n\r\n");
        conversation.ExpectNothing();
        await conversation.SendAsync("hello");
        Assert.Equal("hello", (await conversation.ExpectResponseAsync(200)).Text);
    }

    [Fact]
    [Requirement("HS-10.1.1-02", "HS-15.2-01")]
    public async Task HTTP_1_0_expects_nothing()
    {
        await using TestServer server = await TestServer.StartAsync(EchoAsync);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("POST /e HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        await conversation.SendAsync("hello");
        Assert.Equal("hello", (await conversation.ExpectResponseAsync(200)).Text);
    }

    [Fact]
    [Requirement("HS-10.1.1-05", "HS-7.5-01")]
    public async Task Who_is_answered_without_being_asked_is_told_that_the_connection_closes()
    {
        await using TestServer server = await TestServer.StartAsync(exchange => exchange.RespondAsync(403, "no"));
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("POST /reject HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n");
        Assert.True((await conversation.ExpectResponseAsync(403)).SaysClose);
        await conversation.ExpectEndAsync();
    }

    [Theory]
    [Rule(nameof(HttpRules.ExpectationFailed))]
    [Requirement("HS-10.1.1-06")]
    [InlineData("200-ok")]
    [InlineData("100-continue, 200-ok")]
    [InlineData("200-ok\r\nExpect: 100-continue")]
    [InlineData("100-continue;a=b")]
    [InlineData("\"100-continue\"")]
    public async Task Other_expectations_fail(string expectation)
    {
        await using TestServer server = await TestServer.StartAsync(EchoAsync);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync($"GET / HTTP/1.1\r\nHost: a\r\nExpect: {expectation}\r\n\r\n");
        await conversation.ExpectResponseAsync(417);
        await conversation.ExpectEndAsync();
    }

    [Fact]
    [Requirement("HS-7.8-02", "HS-7.8-05", "HS-7.8-08")]
    public async Task Bytes_behind_the_request_belong_to_the_new_protocol()
    {
        await using TestServer server = await TestServer.StartAsync(UpgradeAsync);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(Switch.Replace("Upgrade: echo", "Upgrade: foo/1, ECHO", StringComparison.Ordinal) + "first");
        await conversation.ExpectMatchAsync(new System.Text.RegularExpressions.Regex("^HTTP/1.1 101 Switching Protocols\r\nDate: [^\r]*\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n"));
        await conversation.ExpectAsync("first");
        await conversation.SendAsync("second");
        await conversation.ExpectAsync("second");
        conversation.HalfClose();
        await conversation.ExpectEndAsync();
        Assert.Equal([ConnectionEnd.UpgradeEnded], await server.EndsAsync());
    }

    [Theory]
    [Requirement("HS-7.6.1-04", "HS-7.8-01", "HS-7.8-03", "HS-7.8-06")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nUpgrade: echo\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")]
    [InlineData("GET / HTTP/1.0\r\nConnection: Upgrade, keep-alive\r\nUpgrade: echo\r\n\r\n")]
    public async Task Nothing_is_switched_that_was_not_asked_for(string request)
    {
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            if (exchange.Request.Path == "/") await Assert.ThrowsAsync<InvalidOperationException>(async () => await exchange.SwitchProtocolsAsync("echo"));
            await exchange.RespondAsync(200, "plain");
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(request + Probe);
        Assert.Equal("plain", (await conversation.ExpectResponseAsync(200)).Text);
        Assert.Equal("plain", (await conversation.ExpectResponseAsync(200)).Text);
    }

    [Fact]
    [Requirement("HS-7.8-07", "HS-7.8-09")]
    public async Task A_body_is_asked_for_and_read_before_the_protocol_changes()
    {
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await exchange.SwitchProtocolsAsync("echo"));
            Assert.Equal("b"u8.ToArray(), await exchange.RequestBody.ReadAllAsync(10));
            await UpgradeAsync(exchange);
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(Switch.Replace("\r\n\r\n", "\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n", StringComparison.Ordinal));
        await conversation.ExpectAsync("HTTP/1.1 100 Continue\r\n\r\n");
        await conversation.SendAsync("bframes");
        await conversation.ExpectMatchAsync(new System.Text.RegularExpressions.Regex("^HTTP/1.1 101 [^\0]*\r\n\r\n"));
        await conversation.ExpectAsync("frames");
    }

    [Fact]
    [Rule(nameof(HttpRules.BodyTooLarge), nameof(HttpRules.BodyIncomplete))]
    [Requirement("HS-15.5.14-01", "H1-8-02", "H1-6.3-05")]
    public async Task A_body_that_is_too_large_or_cut_is_none()
    {
        bool completed = false;
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            await exchange.RequestBody.ReadAllAsync(4);
            completed = true;
        });
        foreach ((string request, int status) in ((string, int)[])[
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", 413),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", 413),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", 400)])
        {
            await using Conversation conversation = await server.ConnectAsync();
            await conversation.SendAsync(request);
            if (status == 400) conversation.HalfClose();
            await conversation.ExpectResponseAsync(status);
            await conversation.ExpectEndAsync();
        }

        Assert.False(completed);
    }

    private static async ValueTask EchoAsync(HttpExchange exchange) =>
        await exchange.RespondAsync(200, "text/plain", await exchange.RequestBody.ReadAllAsync(1000));

    private static async ValueTask UpgradeAsync(HttpExchange exchange)
    {
        await using UpgradedConnection wire = await exchange.SwitchProtocolsAsync("echo");
        while (true)
        {
            ReadResult read = await wire.Input.ReadAsync();
            byte[] bytes = read.Buffer.ToArray();
            wire.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return;
            await wire.Output.WriteAsync(bytes);
        }
    }
}
