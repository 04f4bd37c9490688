using System.Net;
using System.Text;
using System.Text.Json;
using Minimal.Http;
using Minimal.Http.Topics;
using Minimal.Tests.Sse;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>The client that reads topics over HTTP: one request for all, backing off, and polls where no stream gets through.</summary>
public sealed class TopicClientTests
{
    private static readonly Uri Here = new("http://a/");
    private static readonly TopicClientOptions Polling = new() { Streams = false };

    [Fact]
    [Requirement("LP-5.1-01")]
    public async Task Ten_topics_share_one_poll()
    {
        Topic[] topics = [.. Enumerable.Range(0, 10).Select(at => new Topic($"t {at}&@"))];
        var registry = new TopicRegistry(new TopicRegistryOptions { Create = name => Array.Find(topics, topic => topic.Name == name) });
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(registry));
        var wire = new TopicClientWire(server);
        using var http = new HttpClient(wire);
        using var client = new TopicClient(http, Here, topics.ToDictionary(topic => topic.Name, _ => TopicPosition.Latest));
        await using IAsyncEnumerator<TopicNews> reading = client.GetAsyncEnumerator();

        foreach (int at in (int[])[3, 7, 3])
        {
            Task<bool> next = reading.MoveNextAsync().AsTask();
            while (topics[9].Waiters == 0) await Task.Yield();
            topics[at].Publish($"news of {at}");
            Assert.True(await next);
            Assert.Equal((topics[at].Name, $"news of {at}"), (reading.Current.Topic, reading.Current.Batch.Texts()));
        }

        Assert.Equal((3, 1), (wire.Queries.Length, wire.MostInFlight));
        Assert.All(wire.Queries, query => Assert.Equal(10, query.Split("&topic=").Length - 1));
        Assert.Contains($"topic=t%203%26%40@{topics[3].Place(1)}", wire.Queries[^1], StringComparison.Ordinal);
        Assert.True(client.Polls);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [Requirement("LP-SEM-16")]
    public async Task After_a_failure_it_waits_longer_each_time_and_goes_on_from_where_it_stands(HttpStatusCode? failure)
    {
        var topic = new Topic("a");
        var time = new WaitingTime();
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(topic));
        var wire = new TopicClientWire(server);
        using var http = new HttpClient(wire);
        using var client = new TopicClient(http, Here, From(TopicPosition.Earliest), Polling with { Time = time });
        await using IAsyncEnumerator<TopicNews> reading = client.GetAsyncEnumerator();
        topic.Publish("1");
        Assert.Equal("1", await NextAsync(reading));

        for (int again = 0; again < 2; again++)
        {
            int before = wire.Queries.Length;
            wire.FailsWith = failure;
            wire.Failures = 8;
            Task<string> next = NextAsync(reading);
            for (int failed = 0; failed < 8; failed++)
            {
                double most = Math.Min(30, Math.Pow(2, failed));
                Assert.InRange((await time.PassAsync()).TotalSeconds, most / 2, most);
            }

            topic.Publish($"{again + 2}");
            Assert.Equal($"{again + 2}", await next);
            Assert.All(wire.Queries[before..], query => Assert.EndsWith($"&topic=a&after={topic.Place(again + 1)}", query, StringComparison.Ordinal));
            Assert.Equal(before + 9, wire.Queries.Length);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_waits_no_less_than_the_server_asks_for(bool streams)
    {
        var topic = new Topic("a");
        topic.Publish("1");
        var time = new WaitingTime();
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(topic));
        var wire = new TopicClientWire(server) { Failures = 1, FailsWith = HttpStatusCode.ServiceUnavailable, RetryAfter = TimeSpan.FromSeconds(90) };
        using var http = new HttpClient(wire);
        using var client = new TopicClient(http, Here, From(TopicPosition.Earliest), new TopicClientOptions { Streams = streams, Time = time });
        await using IAsyncEnumerator<TopicNews> reading = client.GetAsyncEnumerator();
        Task<string> next = NextAsync(reading);
        Assert.Equal(TimeSpan.FromSeconds(90), await time.PassAsync());
        Assert.Equal("1", await next);
    }

    [Fact]
    [Requirement("LP-3.2-01", "LP-5.3-01")]
    public async Task Where_streams_are_held_back_on_the_way_it_polls()
    {
        var topic = new Topic("a");
        var time = new WaitingTime();
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(topic));
        var proxy = new TopicClientWire(server) { Buffers = true };
        using var http = new HttpClient(proxy);
        using var client = new TopicClient(http, Here, From(TopicPosition.Earliest), new TopicClientOptions { Time = time });
        await using IAsyncEnumerator<TopicNews> reading = client.GetAsyncEnumerator();
        topic.PublishMany(2);

        Task<string> next = NextAsync(reading);
        while (topic.Waiters == 0) await Task.Yield();
        topic.Publish("3");
        Assert.Equal(TimeSpan.FromSeconds(5), await time.PassAsync());
        Assert.Equal("1,2,3", await next);
        Assert.True(client.Polls);

        next = NextAsync(reading);
        topic.Publish("4");
        Assert.Equal("4", await next);
        Assert.Equal(["ndjson", "long", "long"], proxy.Queries.Select(query => query[5..query.IndexOf('&', StringComparison.Ordinal)]));
    }

    [Theory]
    [InlineData("ndjson", true)]
    [InlineData("long", false)]
    public async Task Nothing_is_lost_over_many_responses(string via, bool streams)
    {
        const int Messages = 500;
        var topic = new Topic("a");
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(topic, new TopicEndpointOptions { RecycleBytes = 1500, MaxMessages = 7 }));
        var wire = new TopicClientWire(server);
        using var http = new HttpClient(wire);
        using var client = new TopicClient(http, Here, From(TopicPosition.Earliest), new TopicClientOptions { Streams = streams, FirstBackOff = TimeSpan.Zero });
        Task publishing = Task.Run(async () =>
        {
            for (int at = 1; at <= Messages; at++)
            {
                topic.Publish($"{at}");
                if (at % 100 == 0) await Task.Yield();
            }

            topic.Complete();
        });

        List<string> got = [];
        await foreach (TopicNews news in client)
        {
            if (!news.Batch.Messages.IsEmpty) got.AddRange(news.Batch.Texts().Split(','));
            if (got.Count % 50 == 0) wire.Failures = 1;
        }

        await publishing;
        Assert.Equal(Enumerable.Range(1, Messages).Select(at => $"{at}"), got);
        Assert.Equal(TopicPosition.At(topic.End), client.PositionIn("a"));
        Assert.InRange(wire.Queries.Length, 10, 1000);
        Assert.All(wire.Queries, query => Assert.StartsWith($"?via={via}&", query, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_gap_is_told(bool streams)
    {
        var topic = new Topic("a", new TopicOptions { MaxMessages = 1 }, new MemoryTopicStore(0xE));
        topic.PublishMany(3);
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(topic));
        using var client = new TopicClient(server.Client, new Uri("/", UriKind.Relative), From(TopicPosition.At(topic.Place(1))), new TopicClientOptions { Streams = streams });
        await using IAsyncEnumerator<TopicNews> reading = client.GetAsyncEnumerator();
        Assert.True(await reading.MoveNextAsync());
        Assert.Equal(new TopicGap(topic.Place(1), topic.Place(2)), reading.Current.Batch.Gap);
    }

    [Fact]
    public async Task Who_leaves_the_loop_and_comes_again_goes_on_behind_what_it_got()
    {
        var topic = new Topic("a");
        topic.PublishMany(3);
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(topic));
        using var client = new TopicClient(server.Client, Here, From(TopicPosition.Earliest));
        for (int at = 1; at <= 3; at++)
        {
            await using IAsyncEnumerator<TopicNews> reading = client.GetAsyncEnumerator();
            Assert.Equal($"{at}", await NextAsync(reading));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_superseded_ends(bool streams)
    {
        var topic = new Topic("a");
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(topic));
        var options = new TopicClientOptions { Streams = streams, Name = "tab" };
        using TopicClient first = new(server.Client, Here, options: options), second = new(server.Client, Here, options: options);
        await using IAsyncEnumerator<TopicNews> one = first.GetAsyncEnumerator(), two = second.GetAsyncEnumerator();
        Task<bool> ending = one.MoveNextAsync().AsTask();
        while (topic.Waiters == 0) await Task.Yield();
        Task<bool> next = two.MoveNextAsync().AsTask();
        Assert.False(await ending);
        while (topic.Waiters == 0) await Task.Yield();
        topic.Publish("1");
        Assert.True(await next);
        Assert.Equal(("", "1"), (two.Current.Topic, two.Current.Batch.Texts()));
    }

    [Fact]
    public async Task What_no_waiting_will_change_is_thrown()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(new Topic("a")));
        foreach (TopicClientOptions options in (TopicClientOptions[])[Polling, TopicClientOptions.Default])
        {
            using var client = new TopicClient(server.Client, Here, new Dictionary<string, TopicPosition> { ["other"] = TopicPosition.Latest }, options);
            await using IAsyncEnumerator<TopicNews> reading = client.GetAsyncEnumerator();
            HttpRequestException refused = await Assert.ThrowsAnyAsync<HttpRequestException>(async () => await reading.MoveNextAsync());
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        Dictionary<string, TopicPosition> many = Enumerable.Range(0, 33).ToDictionary(at => $"{at}", _ => TopicPosition.Latest);
        Assert.Throws<ArgumentException>(() => new TopicClient(server.Client, Here, many));
        Assert.Throws<ArgumentException>(() => new TopicClient(server.Client, Here, new Dictionary<string, TopicPosition>()));
    }

    [Fact]
    [Requirement("LP-3.1-03")]
    public async Task What_a_response_breaks_off_in_is_no_record()
    {
        string[] answers = ["""{"type":"open","id":"e-0"}|{"id":"e-1","type":null,"key":null,"data":1}|{"id":"e-2","type":nu""", """{"type":"open","id":"e-1"}||{"id":"e-2","type":null,"key":null,"data":2}|{"type":"end","id":"e-2"}|"""];
        int asked = 0;
        List<string> places = [];
        await using MemoryServer server = await MemoryServer.StartAsync(exchange =>
        {
            places.Add(exchange.Request.Query[^3..]);
            return exchange.RespondAsync(200, "application/x-ndjson", Encoding.ASCII.GetBytes(answers[asked++].Replace('|', '\n')));
        });
        using var client = new TopicClient(server.Client, Here, From(TopicPosition.At(new Cursor(0xE, 0))), new TopicClientOptions { FirstBackOff = TimeSpan.Zero });
        List<string> got = [];
        await foreach (TopicNews news in client) got.Add($"{news.Batch.Next} {news.Batch.Texts()}");
        Assert.Equal(["e-1 1", "e-2 2", "e-2 "], got);
        Assert.Equal(["e-0", "e-1"], places);
    }

    [Theory]
    [InlineData("<html>please log in</html>\n")]
    [InlineData("{\"id\":1}\n")]
    [InlineData("{\"type\":\"open\",\"id\":\"x\"}\n")]
    [InlineData("                                                                                              ")]
    public async Task What_is_no_such_endpoint_is_said_to_be_none(string answer)
    {
        await using MemoryServer server = await MemoryServer.StartAsync(exchange => exchange.RespondAsync(200, "text/html", Encoding.ASCII.GetBytes(answer)));
        foreach (TopicClientOptions options in (TopicClientOptions[])[Polling, new TopicClientOptions { MaxRecordBytes = 50 }])
        {
            using var client = new TopicClient(server.Client, Here, options: options);
            await using IAsyncEnumerator<TopicNews> reading = client.GetAsyncEnumerator();
            await Assert.ThrowsAnyAsync<JsonException>(async () => await reading.MoveNextAsync());
        }
    }

    [Fact]
    public async Task Data_comes_back_as_it_was()
    {
        var topic = new Topic("a");
        byte[][] data = [[0xFF, 0x00], Encoding.UTF8.GetBytes("\u2028\"\n"), "{\"a\":1}"u8.ToArray(), [], "\"\\ud800\""u8.ToArray()];
        foreach (byte[] one in data) topic.Publish(one, "type", "key");
        topic.Complete();
        await using MemoryServer server = await MemoryServer.StartAsync(new TopicEndpoint(topic));
        using var client = new TopicClient(server.Client, Here, From(TopicPosition.Earliest), Polling);
        List<TopicMessage> got = [];
        await foreach (TopicNews news in client) got.AddRange(news.Batch.Messages.ToArray());
        Assert.Equal(data, got.Select(message => message.Data.ToArray()));
        Assert.All(got, message => Assert.Equal(("type", "key"), (message.Type, message.Key)));
    }

    private static Dictionary<string, TopicPosition> From(TopicPosition position) => new() { ["a"] = position };

    private static async Task<string> NextAsync(IAsyncEnumerator<TopicNews> reading)
    {
        Assert.True(await reading.MoveNextAsync());
        return reading.Current.Batch.Texts();
    }
}
