using Minimal.Http;
using Minimal.Http.Topics;
using Minimal.Http.Wire;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>Every row of the topics' rule table that a request can meet: its status and its sentence are the answer.</summary>
public sealed class TopicRuleTests
{
    private static readonly TopicOptions Compacted = TopicOptions.Default with { IsCompacted = true };

    [Theory]
    [Rule("TopicRules.CursorUnreadable", "TopicRules.HoldUnreadable", "TopicRules.TransportUnknown", "TopicRules.CallbackUnreadable")]
    [Rule("TopicRules.ReservedType", "TopicRules.ControlCharacter", "TopicRules.CrossSite", "TopicRules.KeyMissing")]
    [InlineData("GET /?after=x", "CursorUnreadable")]
    [InlineData("GET /?after=-1", "CursorUnreadable")]
    [InlineData("GET /?via=long&wait=-1", "HoldUnreadable")]
    [InlineData("GET /?via=long&wait=soon", "HoldUnreadable")]
    [InlineData("GET /?via=pigeon", "TransportUnknown")]
    [InlineData("GET /?via=frame&callback=a(b", "CallbackUnreadable")]
    [InlineData("POST /?type=gap", "ReservedType")]
    [InlineData("POST /?type=%01&key=k", "ControlCharacter")]
    [InlineData("POST /?origin", "CrossSite")]
    [InlineData("POST /compacted", "KeyMissing")]
    public async Task A_request_that_breaks_a_rule_is_told_which(string line, string rule)
    {
        var open = new TopicEndpointOptions { CanPublish = true };
        TopicEndpoint plain = new(new Topic("t"), open), compacted = new(new Topic("c", Compacted), open);
        await using MemoryServer server = await MemoryServer.StartAsync(exchange => (exchange.Request.Path == "/compacted" ? compacted : plain).HandleAsync(exchange));
        string origin = line.EndsWith("?origin", StringComparison.Ordinal) ? "Origin: http://evil\r\nContent-Type: text/plain\r\n" : "";
        await IsToldAsync(server, $"{line} HTTP/1.1\r\nHost: a\r\n{origin}Content-Length: 0\r\n\r\n", rule);
    }

    [Fact]
    [Rule("TopicRules.NotAllowed", "TopicRules.Completed")]
    public async Task Who_may_not_and_what_is_over_is_refused()
    {
        var topic = new Topic("t");
        await topic.CompleteAsync();
        await using MemoryServer closed = await MemoryServer.StartAsync(new TopicEndpoint(topic, new TopicEndpointOptions { CanPublish = true }));
        await IsToldAsync(closed, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx", "Completed");
        await using MemoryServer secret = await MemoryServer.StartAsync(new TopicEndpoint(topic, new TopicEndpointOptions { MayRead = (_, _) => new ValueTask<bool>(false) }));
        await IsToldAsync(secret, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "NotAllowed");
    }

    [Fact]
    [Rule("TopicRules.NameUnusable", "TopicRules.NoSuchTopic", "TopicRules.TooManyTopics", "TopicRules.TooManyWatched", "TopicRules.OneTopic")]
    public async Task A_registry_answers_for_its_names()
    {
        var registry = new TopicRegistry(new TopicRegistryOptions { MaxTopics = 1, Create = name => name == "none" ? null : new Topic(name) });
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(registry));
        await IsToldAsync(server, "GET /?topic= HTTP/1.1\r\nHost: a\r\n\r\n", "NameUnusable");
        await IsToldAsync(server, "GET /?topic=none HTTP/1.1\r\nHost: a\r\n\r\n", "NoSuchTopic");
        await IsToldAsync(server, $"GET /?via=long&{string.Join('&', Enumerable.Range(0, 33).Select(i => $"topic=t{i}@earliest"))} HTTP/1.1\r\nHost: a\r\n\r\n", "TooManyWatched");
        registry.GetOrCreate("a");
        await IsToldAsync(server, "GET /?topic=b HTTP/1.1\r\nHost: a\r\n\r\n", "TooManyTopics");
        await IsToldAsync(server, "GET /?via=ndjson&topic=a@earliest&topic=a@latest HTTP/1.1\r\nHost: a\r\n\r\n", "OneTopic");
    }

    [Fact]
    [Rule("TopicRules.KeyUnnamed", "TopicRules.NoSuchKey", "TopicRules.DigestsUnreadable")]
    public async Task A_watch_over_configuration_wants_keys_and_digests()
    {
        var watch = new ConfigWatch(new Topic("c", Compacted), new TopicEndpointOptions { DefaultHold = TimeSpan.Zero });
        await using MemoryServer server = await MemoryServer.StartAsync(watch.HandleAsync);
        await IsToldAsync(server, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "KeyUnnamed");
        await IsToldAsync(server, "GET /?key=k&wait=0 HTTP/1.1\r\nHost: a\r\n\r\n", "NoSuchKey");
        await IsToldAsync(server, "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5\r\n\r\nk=xyz", "DigestsUnreadable");
    }

    [Fact]
    [Rule("TopicRules.TooManyWaiters", "TopicRules.Expired")]
    public void A_topic_bounds_its_waiters_and_ends_with_its_registration()
    {
        var topic = new Topic("t", TopicOptions.Default with { MaxWaiters = 1 });
        Assert.True(topic.Register(new Idle { Cursor = topic.End }));
        Assert.False(topic.Register(new Idle { Cursor = topic.End }));
        Assert.Equal(503, TopicRules.TooManyWaiters.Code);
        Assert.Equal(410, TopicRules.Expired.Code);
    }

    [Fact]
    [Rule("TopicRules.TooManyHeld")]
    public async Task An_endpoint_bounds_who_is_held()
    {
        var endpoint = new TopicEndpoint(new Topic("t"), new TopicEndpointOptions { MaxHeld = 1 });
        await using MemoryServer server = await MemoryServer.StartAsync(endpoint);
        Task<Stream> held = server.Client.GetStreamAsync("/?via=ndjson");
        await using Stream stream = await held;
        await IsToldAsync(server, "GET /?via=ndjson HTTP/1.1\r\nHost: a\r\n\r\n", "TooManyHeld");
    }

    private static async Task IsToldAsync(MemoryServer server, string request, string name)
    {
        ProtocolRule rule = TopicRules.All.Single(rule => rule.Name == name);
        string answer = await server.SendRawAsync(request);
        Assert.StartsWith($"HTTP/1.1 {rule.Code} ", answer, StringComparison.Ordinal);
        Assert.Contains(rule.Sentence, answer, StringComparison.Ordinal);
    }

    private sealed class Idle : TopicWaiter
    {
        protected internal override void OnNews() => GC.KeepAlive(this);
    }
}
