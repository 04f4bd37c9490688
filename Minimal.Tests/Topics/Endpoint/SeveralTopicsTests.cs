using System.Text.Json;
using Minimal.Http;
using Minimal.Http.Topics;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>One poll that watches several topics: <c>?topic=a@cursor&amp;topic=b@cursor</c>.</summary>
public sealed class SeveralTopicsTests
{
    private readonly Dictionary<string, Topic> _topics = [];

    [Theory]
    [InlineData("poll")]
    [InlineData("long")]
    public async Task Each_is_read_from_its_own_place(string via)
    {
        await using TopicHost host = Host();
        _topics["a"].PublishMany(3);
        _topics["b"].PublishMany(2);
        WireResponse response = host.Ask($"/?via={via}&topic=a@e-1&topic=b@latest&topic=c@earliest");
        Assert.Null(response.Field("Last-Event-ID"));
        Assert.Equal("a e-3 2,3|b e-2 |c e-0 ", Shown(response));
        Assert.Equal("a e-3 ", Shown(host.Ask($"/?via={via}&wait=0&topic=a@e-3")));
        Assert.Equal("b e-2 |a e-3 2,3", Shown(host.Ask($"/?via={via}&topic=b&topic=a@e-1")));
    }

    [Fact]
    [Requirement("LP-5.1-01")]
    public async Task News_of_any_ends_the_hold_and_only_once()
    {
        await using TopicHost host = Host();
        await using WireClient client = host.Get("/?via=long&topic=a@latest&topic=b@latest&topic=c@latest");
        Assert.Equal([1, 1, 1], _topics.Values.Select(topic => topic.Waiters));
        _topics["b"].Publish("1");
        _topics["c"].Publish("2");
        host.Run();
        Assert.Equal("a e-0 |b e-1 1|c e-1 2", Shown(client.Read()!));
        Assert.Equal([0, 0, 0], _topics.Values.Select(topic => topic.Waiters));
        Assert.Null(client.Read());
    }

    [Fact]
    public async Task A_hold_ends_with_an_answer_for_each()
    {
        await using TopicHost host = Host();
        await using WireClient client = host.Get("/?via=long&topic=a@latest&topic=b@latest");
        host.Advance(20);
        Assert.Equal("a e-0 |b e-0 ", Shown(client.Read()!));
        Assert.Equal([0, 0, 0], _topics.Values.Select(topic => topic.Waiters));
    }

    [Theory]
    [InlineData(4, 1_000_000)]
    [InlineData(1000, 10)]
    public async Task A_busy_topic_leaves_room_for_the_others(int maxMessages, int maxBytes)
    {
        await using TopicHost host = Host(new TopicEndpointOptions { MaxMessages = maxMessages, MaxBytes = maxBytes });
        _topics["a"].PublishMany(50);
        _topics["b"].PublishMany(2);
        var places = new Dictionary<string, string> { ["a"] = "earliest", ["b"] = "earliest" };
        var counts = new Dictionary<string, int> { ["a"] = 0, ["b"] = 0 };
        for (int round = 0; round < 2; round++)
        {
            foreach (JsonElement topic in Ask(host, places).EnumerateArray())
            {
                string name = topic.GetProperty("topic").GetString()!;
                places[name] = topic.GetProperty("after").GetString()!;
                counts[name] += topic.GetProperty("messages").GetArrayLength();
            }
        }

        Assert.Equal(2, counts["b"]);
        Assert.InRange(counts["a"], 2, 20);
        while (places["a"] != "e-50") places["a"] = Ask(host, places)[0].GetProperty("after").GetString()!;
    }

    [Fact]
    public async Task A_gap_and_an_end_are_told_of_the_topic_that_has_them()
    {
        await using TopicHost host = Host();
        _topics["b"].Complete();
        JsonElement topics = host.Ask("/?topic=a@f-7&topic=b@earliest").Json.GetProperty("topics");
        Assert.Equal("""{"from":"f-7","to":"e-0"}""", topics[0].GetProperty("gap").GetRawText());
        Assert.Equal((false, true), (topics[0].GetProperty("end").GetBoolean(), topics[1].GetProperty("end").GetBoolean()));
        Assert.Equal(JsonValueKind.Null, topics[1].GetProperty("gap").ValueKind);
    }

    [Fact]
    [Requirement("LP-5.1-02")]
    public async Task A_second_poll_of_the_client_takes_the_place_of_the_first_whatever_it_watches()
    {
        await using TopicHost host = Host();
        await using WireClient first = host.Get("/?via=long&client=tab&topic=a@latest&topic=b@latest"), one = host.Get("/?via=long&client=tab&topic=a");
        await using WireClient second = host.Get("/?via=long&client=tab&topic=c@latest");
        host.Run();
        JsonElement told = first.Read()!.Json;
        Assert.True(told.GetProperty("superseded").GetBoolean());
        Assert.Equal(2, told.GetProperty("topics").GetArrayLength());
        Assert.Equal((null, null), (one.Read(), second.Read()));
    }

    [Theory]
    [InlineData("/?topic=a@x&topic=b@latest", 400)]
    [InlineData("/?topic=a@latest&topic=", 400)]
    [InlineData("/?topic=a@latest&topic=none@latest", 404)]
    [InlineData("/?via=ndjson&topic=a@latest&topic=b@latest", 400)]
    [InlineData("/?via=frame&topic=a@latest", 400)]
    public async Task One_that_cannot_be_read_refuses_all(string target, int status)
    {
        await using TopicHost host = Host();
        Assert.Equal(status, host.Ask(target).Status);
        Assert.Equal([0, 0, 0], _topics.Values.Select(topic => topic.Waiters));
    }

    [Fact]
    public async Task A_topic_without_room_for_a_waiter_lets_go_of_the_others()
    {
        await using TopicHost host = Host(topic: new TopicOptions { MaxWaiters = 1 });
        await using WireClient first = host.Get("/?via=long&topic=b");
        Assert.Equal(503, host.Ask("/?via=long&topic=a@latest&topic=b@latest&topic=c@latest").Status);
        Assert.Equal([0, 1, 0], _topics.Values.Select(topic => topic.Waiters));
    }

    private static JsonElement Ask(TopicHost host, Dictionary<string, string> places) =>
        host.Ask($"/?{string.Join('&', places.Select(place => $"topic={place.Key}@{place.Value}"))}").Json.GetProperty("topics");

    private static string Shown(WireResponse response) => string.Join('|', response.Json.GetProperty("topics").EnumerateArray().Select(topic =>
        $"{topic.GetProperty("topic")} {topic.GetProperty("after")} {string.Join(',', topic.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("data")))}"));

    private TopicHost Host(TopicEndpointOptions? options = null, TopicOptions? topic = null) => TopicHost.Of(host =>
    {
        foreach (string name in (string[])["a", "b", "c"]) _topics[name] = new Topic(name, host.Timed(topic ?? new TopicOptions()), new MemoryTopicStore(0xE));
        var registry = new TopicRegistry(new TopicRegistryOptions { Create = name => _topics.GetValueOrDefault(name) });
        return new TopicEndpoint(registry, host.Timed(options ?? new TopicEndpointOptions { HoldJitter = 0 }));
    });
}
