using System.Text.Json;
using Minimal.Http;
using Minimal.Http.Routing;
using Minimal.Http.Topics;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>Long polling, in the order of RFC 6202 §2 and §5.</summary>
public sealed class LongPollTests
{
    [Fact]
    [Requirement("LP-2.1-01", "LP-5.4-01")]
    public async Task A_poll_is_answered_when_something_happens()
    {
        await using var host = new TopicHost();
        await using WireClient client = host.Connect();
        client.Send($"GET /poll?via=long&after={host.Topic.Start} HTTP/1.1\r\nHost: a\r\n\r\n");
        host.Advance(1);
        Assert.Equal("", client.Pump().Raw);
        Assert.Equal((1, 1), (host.Endpoint.Waiting, host.Topic.Waiters));

        Cursor id = host.Publish("hello");
        WireResponse response = client.Read()!;
        Assert.Equal(200, response.Status);
        Assert.Equal("application/json", response.Field("Content-Type"));
        Assert.Equal($"{id}", response.Field("Last-Event-ID"));
        Assert.Equal($$"""{"after":"{{id}}","messages":[{"id":"{{id}}","type":null,"key":null,"data":"hello"}],"gap":null,"end":false}""", response.Text);
        Assert.Equal((0, 0), (host.Endpoint.Waiting, host.Topic.Waiters));
    }

    [Fact]
    [Requirement("LP-2.1-02", "LP-2.1-03")]
    public async Task A_hundred_polls_share_a_connection()
    {
        await using var host = new TopicHost();
        await using WireClient client = host.Connect();
        string after = $"{host.Topic.End}";
        for (int round = 0; round < 100; round++)
        {
            client.Get($"/?via=long&after={after}");
            Assert.Null(client.Read());
            host.Publish($"{round}");
            WireResponse response = client.Read()!;
            Assert.Equal($"{response.Text.Length}", response.Field("Content-Length"));
            Assert.Equal(round, response.Json.GetProperty("messages")[0].GetProperty("data").GetInt32());
            Assert.Null(response.Field("Connection"));
            after = response.Field("Last-Event-ID")!;
        }

        Assert.Equal(1, host.Server.ConnectionCount);
    }

    [Fact]
    [Requirement("LP-2.1-03")]
    public async Task A_poll_may_have_a_connection_of_its_own()
    {
        await using var host = new TopicHost();
        string after = $"{host.Topic.End}";
        for (int round = 0; round < 10; round++)
        {
            await using WireClient client = host.Get($"/?via=long&after={after}", "Connection: close");
            host.Publish($"{round}");
            WireResponse response = client.Read()!;
            Assert.Equal("close", response.Field("Connection"));
            Assert.Equal(round, response.Json.GetProperty("messages")[0].GetProperty("data").GetInt32());
            Assert.True(client.IsEnded && !client.IsLost);
            after = response.Field("Last-Event-ID")!;
        }
    }

    [Fact]
    [Requirement("LP-2.1-03")]
    public async Task HTTP_1_0_polls_too()
    {
        await using var host = new TopicHost();
        await using WireClient client = host.Connect();
        client.Send("GET /?via=long HTTP/1.0\r\n\r\n");
        host.Publish("1");
        WireResponse response = client.Read()!;
        Assert.Equal(1, response.Json.GetProperty("messages").GetArrayLength());
        Assert.True(client.IsEnded);
    }

    [Fact]
    [Requirement("LP-2.2-01")]
    public async Task Heads_are_small_and_one_serves_a_batch()
    {
        await using var host = new TopicHost();
        WireResponse empty = host.Ask("/?via=long&wait=0");
        Assert.InRange(empty.HeadBytes, 1, 250);

        host.Topic.PublishMany(100);
        WireResponse batch = host.Ask("/?via=long&after=earliest");
        Assert.InRange(batch.HeadBytes, 1, 250);
        Assert.Equal(100, batch.Json.GetProperty("messages").GetArrayLength());
    }

    [Fact]
    [Requirement("LP-2.2-02")]
    public async Task What_comes_between_two_polls_is_answered_at_once()
    {
        await using var host = new TopicHost();
        await using WireClient client = host.Get("/?via=long");
        host.Publish("1");
        string after = client.Read()!.Field("Last-Event-ID")!;
        host.Publish("2");
        client.Get($"/?via=long&after={after}");
        Assert.Equal("2", client.Read()!.Json.GetProperty("messages")[0].GetProperty("data").GetRawText());
    }

    [Fact]
    [Requirement("LP-2.2-03")]
    public async Task A_connection_outlives_the_pause_between_two_polls()
    {
        await using var host = new TopicHost();
        await using WireClient client = host.Get("/?via=long&wait=0");
        Assert.NotNull(client.Read());
        host.Advance(HttpTimeouts.Default.Idle.TotalSeconds - 1);
        client.Get("/?via=long&wait=0");
        Assert.NotNull(client.Read());
        Assert.True(HttpTimeouts.Default.Idle > TopicEndpointOptions.Default.MaxHold);
    }

    [Theory]
    [InlineData("/?via=long&number=")]
    [InlineData("/?via=long&client=tab")]
    [Requirement("LP-2.2-04")]
    public async Task A_held_poll_costs_two_kilobytes_at_most_and_nothing_that_runs(string target)
    {
        const int Count = 10_000;
        await using var host = new TopicHost();
        WireClient[] clients = [.. Enumerable.Range(0, Count).Select(_ => host.Get("/?via=long&wait=0"))];
        Assert.All(clients, client => Assert.NotNull(client.Read()));
        string[] polls = [.. Enumerable.Range(0, Count).Select(at => $"GET {target}{at} HTTP/1.1\r\nHost: a\r\n\r\n")];
        int timers = host.Time.ArmedTimers;

        // Everything happens on this thread, so what it allocates is more than what stays.
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int at = 0; at < Count; at++) clients[at].SendRaw(polls[at]);
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / Count;

        Assert.Equal((Count, Count), (host.Endpoint.Waiting, host.Topic.Waiters));
        Assert.InRange(each, 1, 2048);
        Assert.Equal(0, host.Work.Waiting);
        Assert.InRange(host.Time.ArmedTimers, timers, timers + 1);
    }

    [Fact]
    [Requirement("LP-2.2-04")]
    public async Task A_held_poll_keeps_nothing_of_its_request()
    {
        HttpExchange? held = null;
        await using TopicHost host = TopicHost.Of(host =>
        {
            var endpoint = new TopicEndpoint(host.Topic, host.Timed(TopicEndpointOptions.Default));
            return exchange => endpoint.HandleAsync(held = exchange);
        });
        await using WireClient client = host.Get("/?via=long", $"X-Large: {new string('x', 8000)}");
        Assert.Equal(("", true), (held!.Request.Target, held.RequestBody.IsComplete));
        host.Publish("1");
        Assert.Equal(200, client.Read()!.Status);
    }

    [Fact]
    [Requirement("LP-2.2-05")]
    public async Task Queued_messages_come_in_one_answer_up_to_a_cap()
    {
        await using var host = new TopicHost(new TopicEndpointOptions { MaxMessages = 40, MaxBytes = 1000 });
        host.Topic.PublishMany(50);
        JsonElement first = host.Ask("/?via=long&after=earliest").Json;
        Assert.Equal(Enumerable.Range(1, 40), first.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("data").GetInt32()));
        JsonElement second = host.Ask($"/?via=long&after={first.GetProperty("after").GetString()}").Json;
        Assert.Equal(Enumerable.Range(41, 10), second.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("data").GetInt32()));

        string before = $"{host.Topic.End}";
        for (int i = 0; i < 3; i++) host.Publish(new string('x', 600));
        Assert.Equal(1, host.Ask($"/?via=long&after={before}").Json.GetProperty("messages").GetArrayLength());
    }

    [Fact]
    [Requirement("LP-5.2-01")]
    public async Task What_is_pipelined_behind_a_held_poll_waits_for_it()
    {
        await using var host = TopicHost.Of(host => new Router()
            .Get("/poll", new TopicEndpoint(host.Topic, host.Timed(TopicEndpointOptions.Default)))
            .Get("/fast", exchange => exchange.RespondAsync(200, "fast")));
        await using WireClient client = host.Connect();
        client.Get("/poll?via=long");
        client.Get("/fast");
        Assert.Equal("", client.Pump().Raw);

        await using WireClient other = host.Get("/fast");
        Assert.Equal("fast", other.Read()!.Text);

        host.Publish("1");
        Assert.Equal(1, client.Read()!.Json.GetProperty("messages").GetArrayLength());
        Assert.Equal("fast", client.Read()!.Text);
    }

    [Fact]
    [Requirement("LP-5.2-01", "LP-SEM-11")]
    public async Task A_client_that_leaves_its_held_poll_leaves_what_is_pipelined_behind_it()
    {
        await using var host = new TopicHost();
        await using WireClient client = host.Get("/?via=long");
        client.Get("/");
        client.HalfClose();
        host.Run();
        Assert.Equal((0, 0), (host.Endpoint.Waiting, host.Topic.Waiters));
        Assert.Equal("", client.Pump().Raw);
        Assert.True(client.IsLost);
    }

    [Fact]
    [Requirement("LP-5.2-02")]
    public async Task Pipelined_polls_take_one_event_each()
    {
        await using var host = new TopicHost();
        await using WireClient client = host.Connect();
        client.Get("/?via=long&after=latest");
        client.Get("/?via=long&after=latest");
        client.Get("/?via=long&after=latest");
        for (int at = 1; at <= 3; at++)
        {
            host.Publish($"{at}");
            Assert.Equal(at, client.Read()!.Json.GetProperty("messages")[0].GetProperty("data").GetInt32());
            Assert.Null(client.Read());
        }
    }

    [Fact]
    [Requirement("LP-5.3-02")]
    public async Task A_request_behind_held_polls_waits_no_longer_than_a_hold()
    {
        await using var host = new TopicHost();
        WireClient[] upstream = [.. Enumerable.Range(0, 8).Select(_ => host.Get("/?via=long&wait=600"))];
        upstream[0].Get("/");
        host.Advance(28);
        Assert.Null(upstream[0].Read());
        host.Advance(TopicEndpointOptions.Default.MaxHold.TotalSeconds - 28);
        Assert.NotNull(upstream[0].Read());
        Assert.NotNull(upstream[0].Read());
    }

    [Theory]
    [InlineData("", 20.0)]
    [InlineData("&wait=600", 29.5)]
    [InlineData("&wait=30", 29.5)]
    [InlineData("&wait=5", 4.5)]
    [InlineData("&wait=0.3", 0.3)]
    [Requirement("LP-5.5-01", "LP-5.5-02", "LP-SEM-05")]
    public async Task A_hold_ends_a_little_before_the_client_gives_up(string wait, double seconds)
    {
        await using var host = new TopicHost();
        await using WireClient client = host.Get($"/?via=long{wait}");
        host.Advance(seconds - 0.2);
        Assert.Null(client.Read());
        host.Advance(0.2);
        WireResponse response = client.Read()!;
        Assert.Equal(200, response.Status);
        Assert.Equal($$"""{"after":"{{host.Topic.End}}","messages":[],"gap":null,"end":false}""", response.Text);
        Assert.Equal($"{host.Topic.End}", response.Field("Last-Event-ID"));
        client.Get("/?via=long&wait=0");
        Assert.NotNull(client.Read());
    }

    [Theory]
    [InlineData("0", 200)]
    [InlineData("0.0", 200)]
    [InlineData("", 400)]
    [InlineData("-1", 400)]
    [InlineData("%2B1", 400)]
    [InlineData("abc", 400)]
    [InlineData("1e3", 400)]
    [InlineData("NaN", 400)]
    [InlineData("Infinity", 400)]
    [InlineData("86401", 400)]
    [InlineData("1,5", 400)]
    [Requirement("LP-5.5-01")]
    public async Task A_wait_of_nothing_is_answered_at_once_and_garbage_is_refused(string wait, int status)
    {
        await using var host = new TopicHost();
        Assert.Equal(status, host.Ask($"/?via=long&wait={wait}").Status);
        Assert.Equal(0, host.Endpoint.Waiting);
    }

    [Theory]
    [InlineData("wait=10", "wait=10", 9.4)]
    [InlineData("Wait = \"10\"", "wait=10", 9.4)]
    [InlineData("wait=\"1\\0\"", "wait=10", 9.4)]
    [InlineData("respond-async, wait=10; x=1", "wait=10", 9.4)]
    [InlineData("a=\"1,wait=3\", wait=10", "wait=10", 9.4)]
    [InlineData("wait=10, wait=3", "wait=10", 9.4)]
    [InlineData("wait=100", "wait=30", 29.4)]
    [InlineData("wait=99999999999999999999", "wait=30", 29.4)]
    [Requirement("HS-5.6.4-01")]
    public async Task A_preference_to_wait_is_followed_and_told(string prefer, string applied, double seconds)
    {
        await using var host = new TopicHost();
        await using WireClient client = host.Get("/", $"Prefer: {prefer}");
        host.Advance(seconds - 0.1);
        Assert.Null(client.Read());
        host.Advance(0.2);
        Assert.Equal(applied, client.Read()!.Field("Preference-Applied"));
    }

    [Theory]
    [InlineData("wait=abc")]
    [InlineData("wait")]
    [InlineData("wait=-1")]
    [InlineData("foo; wait=10")]
    [InlineData("wait=abc, wait=10")]
    [InlineData("\"wait=10\"")]
    [InlineData("wait=\"")]
    [InlineData("wait=\"\"")]
    [InlineData("wait=\"1\\")]
    [InlineData("wait=\"1\\\"")]
    public async Task What_is_no_preference_to_wait_is_none(string prefer)
    {
        await using var host = new TopicHost();
        WireResponse response = host.Ask("/", $"Prefer: {prefer}");
        Assert.Equal(200, response.Status);
        Assert.Null(response.Field("Preference-Applied"));
    }

    [Fact]
    public async Task The_query_is_stronger_than_the_preference()
    {
        await using var host = new TopicHost();
        WireResponse response = host.Ask("/?via=long&wait=0", "Prefer: wait=10");
        Assert.Null(response.Field("Preference-Applied"));
    }

    [Fact]
    public async Task HEAD_holds_nobody()
    {
        await using var host = new TopicHost();
        await using WireClient client = host.Connect();
        client.Send("HEAD /?via=long HTTP/1.1\r\nHost: a\r\n\r\n");
        WireResponse response = client.Read()!;
        Assert.Equal(200, response.Status);
        Assert.Equal("52", response.Field("Content-Length"));
        client.Send("HEAD /?via=ndjson HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("application/x-ndjson; charset=utf-8", client.Read()!.Field("Content-Type"));
        Assert.Equal(0, host.Endpoint.Waiting);
    }

    [Fact]
    public async Task A_GET_with_content_is_held_all_the_same()
    {
        await using var host = new TopicHost();
        await using WireClient client = host.Connect();
        client.Send("GET /?via=long HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        await using WireClient stream = host.Connect();
        stream.Send("GET /?via=ndjson HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        Assert.Equal(2, host.Endpoint.Waiting);
        host.Publish("1");
        Assert.Equal(1, client.Read()!.Json.GetProperty("messages").GetArrayLength());
        Assert.Contains("\"data\":1", stream.Pump().Raw, StringComparison.Ordinal);

        await using WireClient large = host.Connect();
        large.Send($"GET /?via=long HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
        Assert.Equal(413, large.Read()!.Status);
    }
}
