using System.Globalization;
using Minimal.Http;
using Minimal.Http.Routing;
using Minimal.Http.Topics;
using Minimal.Sse;
using Minimal.Tests.Topics;
using Xunit;

namespace Minimal.Tests.Sse;

/// <summary>A topic over SSE, byte by byte.</summary>
public sealed class TopicSseTests
{
    [Theory]
    [InlineData("/?via=sse", "")]
    [InlineData("/", "Accept: text/event-stream")]
    public async Task The_first_event_says_where_the_stream_stands_and_nothing_else(string target, string field)
    {
        await using TopicHost host = Start();
        host.Publish("before");
        await using WireClient client = host.Get(target, field.Length > 0 ? [field] : []);
        WireResponse stream = client.Pump().Current;
        Assert.Equal(200, stream.Status);
        Assert.Equal("text/event-stream", stream.Field("Content-Type"));
        Assert.Contains("no-transform", stream.Field("Cache-Control"), StringComparison.Ordinal);
        Assert.Equal("no", stream.Field("X-Accel-Buffering"));
        Assert.Equal("e-1", stream.Field("Last-Event-ID"));
        Assert.Null(stream.Field("Connection"));
        Assert.Equal("id: e-1\n\n", stream.Text);
    }

    [Fact]
    public async Task An_event_has_the_message_s_cursor_type_and_text_line_by_line()
    {
        await using TopicHost host = Start();
        await using WireClient client = host.Get("/?via=sse");
        host.Publish("one\r\ntwo é", type: "score");
        host.Publish("");
        host.Topic.Publish([0xFF, 0x00], null);
        host.Run();
        Assert.Equal("id: e-0\n\nid: e-1\nevent: score\ndata: one\ndata: two é\n\nid: e-2\ndata: \n\nid: e-3\ndata: /wA=\n\n", client.Pump().Current.Text);
    }

    [Fact]
    [Requirement("SSE-9.2.4-03")]
    public async Task Who_comes_back_gets_what_it_missed_and_goes_on_live()
    {
        await using TopicHost host = Start();
        await using WireClient first = host.Get("/?via=sse&after=earliest");
        for (int i = 1; i <= 5; i++) host.Publish($"{i}");
        Assert.EndsWith("id: e-5\ndata: 5\n\n", first.Pump().Current.Text, StringComparison.Ordinal);
        first.Reset();
        for (int i = 6; i <= 10; i++) host.Publish($"{i}");

        // What it has seen counts, not what was sent; and the query of its first request has gone stale.
        await using WireClient again = host.Get("/?via=sse&after=earliest", "Last-Event-ID: e-3");
        host.Run();
        host.Publish("11");
        string expected = string.Concat(Enumerable.Range(4, 8).Select(i => $"id: e-{i}\ndata: {i}\n\n"));
        Assert.Equal("id: e-3\n\n" + expected, again.Pump().Current.Text);
    }

    [Fact]
    [Requirement("SSE-9.2.4-04")]
    public async Task What_is_kept_no_more_is_a_gap_that_says_so_before_all_else()
    {
        await using TopicHost host = Start(topic: new TopicOptions { MaxMessages = 100 });
        host.Topic.PublishMany(1000);
        await using WireClient client = host.Get("/?via=sse", "Last-Event-ID: e-1");
        host.Run();
        string text = client.Pump().Current.Text;
        Assert.StartsWith("id: e-1\n\nid: e-900\nevent: gap\ndata: {\"from\":\"e-1\",\"to\":\"e-900\"}\n\nid: e-901\ndata: 901\n\n", text, StringComparison.Ordinal);
        Assert.EndsWith("id: e-1000\ndata: 1000\n\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/?via=sse&after=earliest&lastEventId=e-1", "", "id: e-1\n\nid: e-2\n")]
    [InlineData("/?via=sse&after=earliest&lastEventId=", "", "id: e-0\n\nid: e-1\n")]
    [InlineData("/?via=sse&lastEventId=e-0", "Last-Event-ID: e-1", "id: e-1\n\nid: e-2\n")]
    [InlineData("/?via=sse&lastEventId=nonsense", "", "id: 0-0\n\nid: e-0\nevent: gap\n")]
    public async Task The_last_id_may_stand_in_the_query_where_it_is_stronger_than_the_beginning(string target, string field, string begins)
    {
        await using TopicHost host = Start();
        host.Topic.PublishMany(2);
        await using WireClient client = host.Get(target, field.Length > 0 ? [field] : []);
        host.Run();
        Assert.StartsWith(begins, client.Pump().Current.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dead-7", "dead-7")]
    [InlineData("e-9999", "e-9999")]
    [InlineData("nonsense", "0-0")]
    [InlineData("\u00FF", "0-0")]
    [Requirement("SSE-9.2.4-04", "SSE-9.2.4-02")]
    public async Task An_id_that_nobody_knows_is_a_gap_and_never_an_error(string id, string from)
    {
        await using TopicHost host = Start();
        host.Topic.PublishMany(2);
        await using WireClient client = host.Get("/?via=sse", $"Last-Event-ID: {id}");
        host.Run();
        WireResponse stream = client.Pump().Current;
        Assert.Equal(200, stream.Status);
        Assert.Contains($"\nevent: gap\ndata: {{\"from\":\"{from}\",\"to\":\"e-", stream.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("SSE-9.2.1-01")]
    public async Task A_topic_that_is_complete_ends_its_streams_and_who_comes_back_is_told_to_stop()
    {
        await using TopicHost host = Start();
        await using WireClient client = host.Get("/?via=sse");
        host.Publish("last");
        host.Topic.Complete();
        host.Run();
        Assert.Equal("id: e-0\n\nid: e-1\ndata: last\n\nid: e-1\nevent: end\ndata: {\"at\":\"e-1\"}\n\n", client.Read()!.Text);

        await using WireClient back = host.Get("/?via=sse", "Last-Event-ID: e-1");
        WireResponse stop = back.Read()!;
        Assert.Equal(204, stop.Status);
        Assert.Null(stop.Field("Content-Length"));
        Assert.Null(stop.Field("Transfer-Encoding"));

        await using WireClient standIn = host.Get("/?via=sse&after=earliest&lastEventId=e-1");
        Assert.Equal(204, standIn.Read()!.Status);

        // Who has not seen the end gets it first.
        await using WireClient behind = host.Get("/?via=sse", "Last-Event-ID: e-0");
        host.Run();
        Assert.EndsWith("id: e-1\nevent: end\ndata: {\"at\":\"e-1\"}\n\n", behind.Read()!.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("SSE-9.2.2-08")]
    public async Task One_client_too_many_is_not_told_an_error_but_when_to_come_back()
    {
        await using TopicHost host = Start(new TopicEndpointOptions { MaxHeld = 1, ReturnSpread = TimeSpan.FromSeconds(2) });
        await using WireClient one = host.Get("/?via=sse");
        Assert.Equal("id: e-0\n\n", one.Pump().Current.Text);
        var retries = new HashSet<int>();
        for (int i = 0; i < 50; i++)
        {
            await using WireClient two = host.Get("/?via=sse");
            WireResponse answer = two.Read()!;
            Assert.Equal(200, answer.Status);
            Assert.Equal("text/event-stream", answer.Field("Content-Type"));
            Assert.Equal("close", answer.Field("Connection"));
            retries.Add(Retry(answer.Text, "\nid: e-0\n\n"));
        }

        Assert.InRange(retries.Min(), 1000, 5000);
        Assert.True(retries.Count > 25);
    }

    [Fact]
    [Requirement("SSE-OP-05")]
    public async Task When_the_server_stops_each_client_is_told_when_to_come_back_and_never_at_once()
    {
        await using TopicHost host = Start(new TopicEndpointOptions { ReturnSpread = TimeSpan.FromSeconds(10) });
        WireClient[] clients = [.. Enumerable.Range(0, 50).Select(_ => host.Get("/?via=sse"))];
        Task stopping = host.Server.StopAsync();
        await host.UntilAsync(() => clients.All(client => client.Pump().Current.IsComplete));
        int[] retries = [.. clients.Select(client => Retry(client.Read()!.Text["id: e-0\n\n".Length..], "\nid: e-0\n\n"))];
        Assert.InRange(retries.Min(), 1000, 11_000);
        Assert.InRange(retries.Max(), 1000, 11_000);
        Assert.True(retries.Distinct().Count() > 25);
        while (!stopping.IsCompleted)
        {
            host.Advance(0.1);
            await Task.Yield();
        }
    }

    [Fact]
    [Requirement("SSE-9.2.7-01")]
    public async Task A_silent_stream_repeats_its_cursor_which_is_no_event()
    {
        await using TopicHost host = Start();
        await using WireClient client = host.Get("/?via=sse&type=score");
        host.Publish("not wanted", type: "other");
        host.Advance(15.2);
        string text = client.Pump().Current.Text;
        Assert.Equal("id: e-0\n\nid: e-1\n\n", text);
        var feed = new SseFeed();
        Assert.Empty(feed.Feed(text));
        Assert.Equal("e-1", feed.LastEventId);
    }

    [Fact]
    public async Task A_filter_leaves_the_types_that_are_wanted()
    {
        await using TopicHost host = Start();
        await using WireClient client = host.Get("/?via=sse&type=score");
        host.Publish("a", type: "score");
        host.Publish("b");
        host.Publish("c", type: "other");
        host.Publish("d", type: "score");
        Assert.Equal("id: e-0\n\nid: e-1\nevent: score\ndata: a\n\nid: e-4\nevent: score\ndata: d\n\n", client.Pump().Current.Text);
    }

    [Fact]
    [Requirement("SSE-CORS-01")]
    public async Task A_listed_origin_reads_with_credentials()
    {
        await using TopicHost host = Start(new TopicEndpointOptions { Cors = new CorsOptions { Origins = ["http://o"], Credentials = true } });
        await using WireClient client = host.Get("/?via=sse", "Origin: http://o");
        WireResponse stream = client.Pump().Current;
        Assert.Equal("http://o", stream.Field("Access-Control-Allow-Origin"));
        Assert.Equal("true", stream.Field("Access-Control-Allow-Credentials"));
        Assert.Contains("Last-Event-ID", stream.Field("Access-Control-Expose-Headers"), StringComparison.Ordinal);
        Assert.Equal("id: e-0\n\n", stream.Text);
    }

    [Fact]
    public async Task HEAD_is_answered_with_the_head()
    {
        await using TopicHost host = Start();
        await using WireClient client = host.Connect();
        client.Send("HEAD /?via=sse HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("text/event-stream", client.Read()!.Field("Content-Type"));
        Assert.Equal(0, host.Endpoint.Waiting);
    }

    [Fact]
    [Requirement("SSE-OP-03")]
    public async Task Clients_that_vanish_are_forgotten()
    {
        await using TopicHost host = Start();
        WireClient[] clients = [.. Enumerable.Range(0, 1000).Select(_ => host.Get("/?via=sse"))];
        Assert.Equal((1000, 1000), (host.Endpoint.Waiting, host.Topic.Waiters));
        foreach (WireClient client in clients) client.Reset();
        await host.UntilAsync(() => host.Endpoint.Waiting == 0 && host.Topic.Waiters == 0 && host.Server.ConnectionCount == 0);
    }

    [Fact]
    [Requirement("SSE-OP-04")]
    public async Task A_client_that_takes_nothing_costs_a_number_is_cut_off_and_finds_a_gap()
    {
        await using TopicHost host = Start(topic: new TopicOptions { MaxBytes = 1024 * 1024 }, windowBytes: 64 * 1024);
        await using WireClient slow = host.Get("/?via=sse"), good = host.Get("/?via=sse&type=mark");
        string data = new('x', 32 * 1024);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 1; i <= 50 * 32; i++)   // 50 MiB
        {
            host.Publish(data, type: i % 100 == 0 ? "mark" : null);
            if (i % 100 == 0) good.Pump();
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 32 * 1024 * 1024);
        host.Advance(30);
        Assert.True(slow.Pump().IsLost);
        Assert.False(good.Pump().IsLost);
        Assert.EndsWith($"id: e-1600\nevent: mark\ndata: {data}\n\nid: e-1600\n\n", good.Current.Text, StringComparison.Ordinal);

        await using WireClient again = host.Get("/?via=sse", "Last-Event-ID: e-1");
        host.Run();
        Assert.StartsWith("id: e-1\n\nid: e-", again.Pump().Current.Text, StringComparison.Ordinal);
        Assert.Contains("\nevent: gap\ndata: {\"from\":\"e-1\",\"to\":\"e-", again.Current.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("SSE-9.2.7-03")]
    public async Task Two_topics_fit_on_one_stream_so_that_a_page_needs_one_connection()
    {
        await using var server = await SseServer.StartAsync(async exchange =>
        {
            Topic[] topics = [new("a"), new("b")];
            await using SseStream stream = await SseStream.StartAsync(exchange, new SseStreamOptions { Retry = null });
            Task[] forwarding = [.. topics.Select(topic => ForwardAsync(topic, stream))];
            topics[0].Publish("from a");
            topics[1].Publish("from b");
            await Task.WhenAll(forwarding);
        });
        SseWire wire = await server.RequestAsync("/?topics=a,b");
        await wire.ReadHeadAsync();
        var feed = new SseFeed();
        var events = new List<SseEvent>();
        while (events.Count < 2) events.AddRange(feed.Feed(await wire.ReadChunkAsync()));
        Assert.Equal(["a: from a", "b: from b"], events.Select(e => $"{e.Type}: {e.Data}").Order(StringComparer.Ordinal));
    }

    private static async Task ForwardAsync(Topic topic, SseStream stream)
    {
        Cursor at = topic.Start;
        while (!stream.HasEnded)
        {
            TopicBatch batch = topic.Read(at);
            at = batch.Next;
            for (int i = 0; i < batch.Messages.Length; i++) await stream.SendAsync(new SseEvent(batch.Messages.Span[i].Text(), topic.Name));
            try
            {
                await topic.WaitAsync(at, stream.Ended);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static int Retry(string text, string behind)
    {
        Assert.StartsWith("retry: ", text, StringComparison.Ordinal);
        int end = text.IndexOf('\n', StringComparison.Ordinal);
        Assert.Equal(behind, text[end..]);
        return int.Parse(text["retry: ".Length..end], CultureInfo.InvariantCulture);
    }

    private static TopicHost Start(TopicEndpointOptions? options = null, TopicOptions? topic = null, int windowBytes = 1 << 20) =>
        new(options, topic, windowBytes: windowBytes, transports: new TopicSse());
}
