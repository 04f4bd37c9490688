using Minimal.Http.Topics;
using Minimal.Sse;
using Minimal.WebSocket;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>Which transport answers: <c>?via=</c>, the request's own manner, Accept with its weights, Prefer, and else a short poll. And from where it reads.</summary>
public sealed class TransportChoiceTests
{
    private const string Upgrade = "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Version: 13|";

    [Theory]
    [Requirement("HS-5.6.4-01")]
    [InlineData("poll", "/", "")]
    [InlineData("poll", "/", "Accept: */*")]
    [InlineData("poll", "/", "Accept: text/*, application/*")]
    [InlineData("poll", "/", "Accept: text/html, application/xhtml+xml, */*;q=0.8")]
    [InlineData("poll", "/", "Accept: application/json")]
    [InlineData("ndjson", "/", "Accept: application/x-ndjson")]
    [InlineData("ndjson", "/", "Accept: APPLICATION/X-NDJSON;q=0.1")]
    [InlineData("ndjson", "/", "Accept: text/html|Accept: application/x-ndjson")]
    [InlineData("sse", "/", "Accept: text/event-stream")]
    [InlineData("sse", "/", "Accept: application/x-ndjson;q=0.5, text/event-stream;q=0.6")]
    [InlineData("ndjson", "/", "Accept: application/x-ndjson;q=0.601, text/event-stream;q=0.6")]
    [InlineData("sse", "/", "Accept: application/json, text/event-stream")]
    [InlineData("poll", "/", "Accept: application/json, text/event-stream;q=0.9")]
    [InlineData("poll", "/", "Accept: application/json;Q=0.5, text/event-stream;Q=0.4")]
    [InlineData("poll", "/", "Accept: text/event-stream;q=0")]
    [InlineData("poll", "/", "Accept: text/event-stream;q=2")]
    [InlineData("long", "/", "Prefer: wait=10")]
    [InlineData("long", "/", "Prefer: wait=10|Accept: */*")]
    [InlineData("sse", "/", "Prefer: wait=10|Accept: text/event-stream")]
    [InlineData("ws", "/", Upgrade + "Accept: text/event-stream|Prefer: wait=10")]
    [InlineData("sse", "/?via=sse", Upgrade)]
    [InlineData("long", "/?via=long", "Accept: text/event-stream")]
    [InlineData("poll", "/?via=poll", "Prefer: wait=10")]
    [InlineData("frame", "/?via=frame", "")]
    [InlineData("ws", "/?via=ws", Upgrade)]
    [InlineData("poll", "/?x=via=long", "")]
    [InlineData("long", "/?via=long&via=poll", "")]
    [InlineData("long", "/?via=lo%6Eg", "")]
    public async Task The_request_itself_says_which(string transport, string target, string fields)
    {
        await using var host = new TopicHost(transports: [new TopicSse(), new TopicWebSocket()]);
        await using WireClient client = host.Get(target, fields.Split('|', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(transport, Shown(client.Pump()));
    }

    [Fact]
    public async Task A_transport_may_take_the_place_of_one_of_ours()
    {
        await using var host = new TopicHost(transports: [new FaultyPoll(PollFault.ForgetsTheEnd)]);
        host.Topic.Complete();
        Assert.False(host.Ask("/?via=poll").Json.GetProperty("end").GetBoolean());
        Assert.True(host.Ask("/?via=long").Json.GetProperty("end").GetBoolean());
        Assert.Throws<ArgumentException>(() => new TopicEndpoint(host.Topic, null, new TopicSse(), new TopicSse()));
    }

    [Theory]
    [InlineData("/?after=e-1", "", 2)]
    [InlineData("/?after=e-1", "Last-Event-ID: e-2", 1)]
    [InlineData("/?after=garbage", "Last-Event-ID: e-2", 1)]
    [InlineData("/?after=e-1", "Last-Event-ID: ", 2)]
    [InlineData("/", "Last-Event-ID: earliest", 3)]
    [InlineData("/?after=latest", "", 0)]
    [InlineData("/?after=", "", 0)]
    [InlineData("/", "", 0)]
    public async Task The_field_is_stronger_than_the_query(string target, string field, int messages)
    {
        await using var host = new TopicHost();
        host.Topic.PublishMany(3);
        string[] fields = field.Length > 0 ? [field] : [];
        Assert.Equal(messages, LongPollSemanticsTests.Texts(host.Ask(target, fields)).Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_may_not_read_is_refused_on_every_transport(bool asksElsewhere)
    {
        var allowed = new TaskCompletionSource<bool>();
        await using var host = new TopicHost(
            new TopicEndpointOptions { MayRead = (_, _) => asksElsewhere ? new ValueTask<bool>(allowed.Task) : new ValueTask<bool>(false) },
            transports: [new TopicSse(), new TopicWebSocket()]);
        string[] targets = ["/", "/?via=long", "/?via=ndjson", "/?via=frame", "/?via=sse", "/?topic=a@earliest", "/?via=long&topic=a@latest&topic=a@earliest"];
        WireClient[] clients = [.. targets.Select(target => host.Get(target)), host.Get("/", Upgrade.Split('|', StringSplitOptions.RemoveEmptyEntries))];
        allowed.SetResult(false);
        await host.UntilAsync(() => Array.TrueForAll(clients, client => client.Pump().Raw.Length > 0));
        Assert.All(clients, client => Assert.Equal(403, client.Current.Status));
        Assert.Equal(0, host.Endpoint.Waiting);
    }

    private static string Shown(WireClient client)
    {
        if (client.Raw.Length == 0) return "long";
        return (client.Current.Status, client.Current.Field("Content-Type")) switch
        {
            (101, _) => "ws",
            (200, "application/json") => "poll",
            (200, "application/x-ndjson; charset=utf-8") => "ndjson",
            (200, "text/html; charset=utf-8") => "frame",
            (200, "text/event-stream" or "text/event-stream; charset=utf-8") => "sse",
            var (status, type) => $"{status} {type}",
        };
    }
}
