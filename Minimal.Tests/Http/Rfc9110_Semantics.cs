using Minimal.Http;
using Minimal.Http.Routing;
using Minimal.Http.Topics;
using Minimal.Http.Wire;
using Minimal.Sse;
using Minimal.Testing;
using Minimal.Tests.Topics;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>What methods and fields mean, where neither a parser nor framing is concerned (RFC 9110 §5.6, §9, §10, §14).</summary>
public sealed class Rfc9110_Semantics
{
    // What is only known while the content is made, and what is about the moment.
    private static readonly string[] OfTheMoment = ["Date", "Connection", "Content-Length", "Transfer-Encoding"];

    [Theory]
    [Requirement("HS-9.3.2-02", "HS-9.3.2-03")]
    [InlineData("poll")]
    [InlineData("long&wait=30")]
    [InlineData("ndjson")]
    [InlineData("frame")]
    [InlineData("sse")]
    public async Task HEAD_on_every_way_to_read_a_topic_is_answered_at_once_with_the_fields_of_GET_and_waits_nowhere(string via)
    {
        await using var host = new TopicHost(transports: [new TopicSse()]);
        host.Publish("one");
        await using WireClient client = host.Connect();
        for (int i = 0; i < 2; i++) client.Send($"HEAD /?via={via} HTTP/1.1\r\nHost: a\r\n\r\n");
        WireResponse head = client.Read()!;
        Assert.Equal(head.Fields, client.Read()!.Fields);
        Assert.Equal((0, 0), (host.Endpoint.Waiting, host.Topic.Waiters));

        await using WireClient getting = host.Get($"/?via={via}");
        if (via.StartsWith("long", StringComparison.Ordinal)) host.Advance(31);
        WireResponse get = getting.Pump().Current;
        Assert.Equal((200, 200), (head.Status, get.Status));
        Assert.Equal(get.Fields.ExceptBy(OfTheMoment, field => field.Key), head.Fields.ExceptBy(OfTheMoment, field => field.Key));
    }

    [Fact]
    [Requirement("HS-9.3.2-02", "HS-9.3.2-03")]
    public async Task HEAD_on_watched_configuration_and_on_a_stream_of_events_waits_nowhere()
    {
        ConfigWatch? watch = null;
        await using TopicHost host = TopicHost.Of(
            made => new Router().Mount("/config", watch = new ConfigWatch(made.Topic)).Get("/events", async exchange =>
            {
                await using SseStream stream = await SseStream.StartAsync(exchange);
                await stream.WhenEndedAsync();
            }),
            new TopicOptions { IsCompacted = true });
        host.Publish("value", key: "name");
        await using WireClient client = host.Connect();
        string tag = host.Ask("/config?key=name").Field("ETag")!;
        client.Send($"HEAD /config?key=name HTTP/1.1\r\nHost: a\r\nIf-None-Match: {tag}\r\n\r\n");
        client.Send("HEAD /config?watch=name&after=latest HTTP/1.1\r\nHost: a\r\n\r\n");
        client.Send("HEAD /events HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(304, (await client.ReadAsync()).Status);
        Assert.Equal(200, (await client.ReadAsync()).Status);
        Assert.Equal("text/event-stream", (await client.ReadAsync()).Field("Content-Type"));
        Assert.Equal((0, 0), (watch!.Waiting, host.Topic.Waiters));
    }

    [Fact]
    [Rule(nameof(HttpRules.PartialPut))]
    [Requirement("HS-14.4-01")]
    public async Task A_part_is_not_stored_as_the_whole_and_means_nothing_elsewhere()
    {
        const string part = "Host: a\r\nContent-Range: bytes 0-1/5\r\nContent-Length: 2\r\n\r\nab";
        await LedgerProbe.RefusedAsync($"PUT /f HTTP/1.1\r\n{part}{{P}}", [400]);
        await LedgerProbe.RefusedAsync($"PUT /f HTTP/1.1\r\n{part.Replace("bytes 0-1/5", "", StringComparison.Ordinal)}{{P}}", [400]);
        foreach (string method in (string[])["POST", "PATCH", "DELETE"])
        {
            LedgerProbe.Outcome outcome = await LedgerProbe.InSyncAsync($"{method} /e HTTP/1.1\r\n{part}{{P}}", $"{method} /e");
            Assert.Equal("ab", outcome.Responses[0].Text);
        }

        var server = new HttpServerOptions { AllowPartialPut = true };
        await using TopicHost host = TopicHost.Of(_ => exchange => exchange.RespondAsync(200, exchange.Request.Fields.First("Content-Range")!), server: server);
        await using WireClient client = host.Connect();
        client.Send($"PUT /f HTTP/1.1\r\n{part}");
        Assert.Equal("bytes 0-1/5", client.Read()!.Text);
    }

    [Fact]
    [Requirement("HS-10.2.4-01")]
    public async Task Nothing_is_said_about_the_server_unless_the_handler_says_it()
    {
        await using TestServer server = await TestServer.StartAsync(exchange =>
        {
            if (exchange.Request.Path == "/fail") throw new InvalidOperationException("a failure");
            if (exchange.Request.Path == "/told") exchange.Response.Fields.Set("Server", "mine");
            return exchange.RespondAsync(200, "ok");
        });
        foreach ((string request, int status, string? told) in ((string, int, string?)[])[
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 200, null),
            ("GET /told HTTP/1.1\r\nHost: a\r\n\r\n", 200, "mine"),
            ("GET /fail HTTP/1.1\r\nHost: a\r\n\r\n", 500, null),
            ("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 501, null),
            ("nonsense\r\n\r\n", 400, null)])
        {
            await using Conversation conversation = await server.ConnectAsync();
            await conversation.SendAsync(request);
            ReceivedResponse response = await conversation.ExpectResponseAsync(status);
            Assert.Equal(told, response["Server"]);
            Assert.All((string[])["X-Powered-By", "Via"], name => Assert.Null(response[name]));
        }
    }

    [Fact]
    [Requirement("HS-5.6.1.1-01")]
    public async Task Lists_that_the_server_writes_have_no_empty_members()
    {
        var router = new Router().Get("/", exchange =>
        {
            Assert.Throws<ArgumentException>(() => exchange.ResponseBody.AnnounceTrailers("X-Sum", ""));
            return exchange.RespondAsync(426, "");
        });
        Assert.Throws<ArgumentException>(() => router.Map("", "/", exchange => default));
        await using TestServer server = await TestServer.StartAsync(router);
        await using Conversation conversation = await server.ConnectAsync();
        foreach (string request in (string[])["OPTIONS /", "OPTIONS *", "DELETE /"])
        {
            await conversation.SendAsync($"{request} HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.All((await conversation.ExpectResponseAsync())["Allow"]!.Split(", "), member => Assert.True(HttpChars.IsToken(member)));
        }
    }
}
