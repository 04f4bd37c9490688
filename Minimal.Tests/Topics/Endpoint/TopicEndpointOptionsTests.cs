using Minimal.Http;
using Minimal.Http.Routing;
using Minimal.Http.Topics;
using Minimal.Http.Transports;
using Minimal.Sse;
using Minimal.WebSocket;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>The terms of an endpoint: what contradicts itself or its server is refused at the start, and bounds count everybody.</summary>
public sealed class TopicEndpointOptionsTests
{
    private static readonly TopicOptions Compacted = new() { IsCompacted = true };

    [Theory]
    [InlineData("itself")]
    [InlineData("mounted")]
    [InlineData("deep")]
    [InlineData("watch")]
    [Requirement("LP-2.2-03")]
    public async Task A_server_that_would_close_connections_sooner_than_polls_are_answered_does_not_start(string where)
    {
        var endpoint = new TopicEndpoint(new Topic("a"));
        HttpHandler handler = where switch
        {
            "itself" => endpoint,
            "mounted" => new Router().Mount("/topic", endpoint),
            "deep" => new Router().Mount("/a", new Router().Get("/topic", endpoint)),
            _ => new ConfigWatch(new Topic("c", Compacted)),
        };
        await using HttpServer refused = Server(handler, TopicEndpointOptions.Default.MaxHold);
        ArgumentException reason = await Assert.ThrowsAsync<ArgumentException>(() => refused.StartAsync());
        Assert.Contains("let Idle be longer than MaxHold", reason.Message, StringComparison.Ordinal);

        await using HttpServer taken = Server(handler, TopicEndpointOptions.Default.MaxHold + TimeSpan.FromSeconds(1));
        await taken.StartAsync();
        await using HttpServer patient = Server(handler, Timeout.InfiniteTimeSpan);
        await patient.StartAsync();

        static HttpServer Server(HttpHandler handler, TimeSpan idle) =>
            new(handler, [new MemoryListener()], new HttpServerOptions { Timeouts = HttpTimeouts.Default with { Idle = idle } });
    }

    [Fact]
    [Requirement("LP-5.5-02")]
    public async Task No_clock_of_the_server_cuts_a_hold()
    {
        TimeSpan short_ = TimeSpan.FromSeconds(1);
        var timeouts = new HttpTimeouts { Idle = short_, Head = short_, RateGrace = short_, Linger = short_, Drain = short_ };
        await using TopicHost host = TopicHost.Of(
            host =>
            {
                var endpoint = new TopicEndpoint(host.Topic, host.Timed(new TopicEndpointOptions { HoldJitter = 0 }));
                return exchange => endpoint.HandleAsync(exchange);
            },
            server: new HttpServerOptions { Timeouts = timeouts });
        await using WireClient poll = host.Get("/?via=long"), stream = host.Get("/?via=ndjson");
        for (int second = 0; second < 19; second++) host.Advance(1);
        Assert.Null(poll.Read());
        host.Publish("1");
        Assert.Equal(200, poll.Read()!.Status);
        Assert.Contains("\"data\":1", stream.Pump().Raw, StringComparison.Ordinal);
    }

    [Fact]
    public void Terms_that_contradict_each_other_are_refused()
    {
        TopicEndpointOptions fine = TopicEndpointOptions.Default;
        TimeSpan negative = TimeSpan.FromSeconds(-2);
        TopicEndpointOptions[] refused =
        [
            fine with { DefaultHold = fine.MaxHold + TimeSpan.FromTicks(1) }, fine with { DefaultHold = negative }, fine with { MinAnnouncedHold = fine.MaxHold + TimeSpan.FromTicks(1) },
            fine with { HoldJitter = 1 }, fine with { HoldJitter = -0.1 }, fine with { HoldJitter = double.NaN }, fine with { HoldMargin = negative }, fine with { ReturnSpread = negative },
            fine with { HerdStep = negative }, fine with { MaxMessages = 0 }, fine with { MaxBytes = 0 }, fine with { MaxHeld = 0 }, fine with { MaxHeldPerClient = 0 }, fine with { HerdSize = 0 },
            fine with { MaxPublishBytes = -1 }, fine with { Heartbeat = TimeSpan.Zero }, fine with { RecycleAge = negative }, fine with { RecycleBytes = 0 },
        ];
        Assert.All(refused, options =>
        {
            Assert.Throws<ArgumentException>(() => new TopicEndpoint(new Topic("a"), options));
            Assert.Throws<ArgumentException>(() => new ConfigWatch(new Topic("c", Compacted), options));
        });
    }

    [Fact]
    [Requirement("LP-SEM-12")]
    public async Task Who_waits_is_counted_on_all_transports_together()
    {
        await using var host = new TopicHost(new TopicEndpointOptions { MaxHeld = 4 }, transports: [new TopicSse(), new TopicWebSocket()]);
        string[] upgrade = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"];
        await using WireClient socket = host.Get("/", upgrade), events = host.Get("/?via=sse"), lines = host.Get("/?via=ndjson"), poll = host.Get("/?via=long");
        Assert.Equal((101, 200, 200), (socket.Pump().Current.Status, events.Pump().Current.Status, lines.Pump().Current.Status));
        Assert.Equal(4, host.Endpoint.Waiting);

        foreach (WireResponse refused in (WireResponse[])[host.Ask("/", upgrade), host.Ask("/?via=long"), host.Ask("/?via=frame")])
        {
            Assert.Equal(503, refused.Status);
            Assert.Contains(TopicRules.TooManyHeld.Sentence, refused.Text, StringComparison.Ordinal);
        }

        WireResponse put = host.Ask("/?via=sse");
        Assert.Equal((200, "close"), (put.Status, put.Field("Connection")));
        Assert.StartsWith("retry: ", put.Text, StringComparison.Ordinal);
        Assert.Equal(4, host.Endpoint.Waiting);

        socket.Reset();
        events.Reset();
        await host.UntilAsync(() => host.Endpoint.Waiting == 2);
        await using WireClient again = host.Get("/", upgrade);
        Assert.Equal(101, again.Pump().Current.Status);
        Assert.Equal(3, host.Endpoint.Waiting);
    }

    [Fact]
    public async Task A_handshake_that_is_refused_counts_no_more()
    {
        await using var host = new TopicHost(transports: [new TopicWebSocket()]);
        Assert.Equal(400, host.Ask("/", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13").Status);
        Assert.Equal(0, host.Endpoint.Waiting);
    }
}
