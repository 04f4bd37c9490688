using System.Text.Json;
using Minimal.Http;
using Minimal.Http.Routing;
using Minimal.Http.Topics;
using Minimal.Sse;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>Endless responses for scripts: RFC 6202 §3, and what SockJS and browsers taught.</summary>
public sealed class TopicStreamTests
{
    [Fact]
    [Requirement("LP-3.1-01", "LP-3.1-02")]
    public async Task Pieces_come_one_by_one_in_one_response()
    {
        await using var host = new TopicHost();
        await using WireClient client = host.Get("/stream?via=ndjson");
        WireResponse response = client.Pump().Current;
        Assert.Equal(200, response.Status);
        Assert.Equal("chunked", response.Field("Transfer-Encoding"));
        Assert.Null(response.Field("Content-Length"));
        Assert.Equal($"{host.Topic.End}", response.Field("Last-Event-ID"));
        Assert.Equal([$$"""{"type":"open","id":"{{host.Topic.End}}"}"""], Lines(client));

        for (int at = 1; at <= 3; at++)
        {
            host.Publish($"{at}");
            Assert.Equal($$"""{"id":"e-{{at}}","type":null,"key":null,"data":{{at}}}""", Lines(client)[^1]);
            Assert.Equal(at + 1, Lines(client).Length);
        }

        Assert.False(response.IsComplete);
        Assert.Equal((1, 1), (host.Endpoint.Waiting, host.Topic.Waiters));
    }

    [Fact]
    [Requirement("LP-3.1-02")]
    public async Task HTTP_1_0_gets_a_body_that_ends_with_the_connection()
    {
        await using var host = new TopicHost();
        host.Publish("1");
        await using WireClient client = host.Connect();
        client.Send("GET /stream?via=ndjson&after=earliest HTTP/1.0\r\n\r\n");
        host.Publish("2");
        WireResponse response = client.Pump().Current;
        Assert.Null(response.Field("Transfer-Encoding"));
        Assert.Null(response.Field("Content-Length"));
        Assert.Equal(["open", "1", "2"], Told(client));

        host.Topic.Complete();
        host.Run();
        Assert.Equal(["open", "1", "2", "end"], Told(client));
        Assert.True(client.IsEnded && !client.IsLost);
    }

    [Fact]
    [Requirement("LP-3.1-03")]
    public async Task A_stream_that_ends_says_so_and_one_that_is_cut_does_not()
    {
        await using var host = new TopicHost();
        await using WireClient ended = host.Get("/?via=ndjson"), cut = host.Get("/?via=ndjson");
        Cursor id = host.Publish("1");
        cut.Reset();
        host.Run();
        host.Publish("2");
        host.Topic.Complete();
        host.Run();

        WireResponse response = ended.Read()!;
        Assert.Equal(["open", "1", "2", "end"], Told(response));
        Assert.True(cut.Pump().IsLost);
        Assert.DoesNotContain("end", cut.Raw, StringComparison.Ordinal);

        await using WireClient next = host.Get($"/?via=ndjson&after={id}");
        Assert.Equal(["open", "2", "end"], Told(next.Read()!));
    }

    [Fact]
    public async Task A_completed_topic_ends_whoever_comes_then()
    {
        await using var host = new TopicHost();
        host.Publish("1");
        host.Topic.Complete();
        foreach (string via in (string[])["ndjson", "frame"])
        {
            Assert.Equal(["open", "1", "end"], Told(host.Ask($"/?via={via}&after=earliest")));
            Assert.Equal(["open", "end"], Told(host.Ask($"/?via={via}&after={host.Topic.End}")));
            Assert.Equal(["open", "end"], Told(host.Ask($"/?via={via}&type=x&after=earliest")));
        }
    }

    [Theory]
    [InlineData("ndjson", "")]
    [InlineData("ndjson", "&type=x")]
    [InlineData("frame", "")]
    [Requirement("LP-3.2-02", "FF-04", "XS-03")]
    public async Task A_stream_that_has_brought_so_much_ends_and_goes_on_in_another(string via, string filter)
    {
        await using var host = new TopicHost(new TopicEndpointOptions { RecycleBytes = 4096 });
        string after = $"{host.Topic.Start}";
        var got = new List<string>();
        for (int at = 0; at < 100; at++) host.Topic.Publish($"{at}{new string('x', 200)}", "x");
        while (got.Count < 80)
        {
            WireResponse response = host.Ask($"/?via={via}{filter}&after={after}");
            int length = response.Body.Length - (via == "frame" ? 2048 : 0);
            Assert.InRange(length, 4096, 4096 + 700);
            JsonElement[] records = Records(response);
            Assert.Equal(0, records[^1].GetProperty("again").GetInt32());
            Assert.Equal(after, records[0].GetProperty("id").GetString());
            got.AddRange(records[1..^1].Select(record => record.GetProperty("data").GetString()!.TrimEnd('x')));
            after = records[^1].GetProperty("id").GetString()!;
            Assert.Equal(records[^2].GetProperty("id").GetString(), after);
        }

        Assert.Equal(Enumerable.Range(0, got.Count).Select(at => $"{at}"), got);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_is_so_old_ends_and_goes_on_in_another(bool isBusy)
    {
        await using var host = new TopicHost(new TopicEndpointOptions { RecycleAge = TimeSpan.FromSeconds(40) });
        await using WireClient client = host.Get("/?via=ndjson");
        for (int second = 1; second < 40; second++)
        {
            if (isBusy) host.Publish("1");
            host.Advance(1);
            Assert.False(client.Pump().Current.IsComplete);
        }

        host.Advance(1);
        WireResponse response = client.Read()!;
        Assert.EndsWith($$"""{"type":"open","id":"{{host.Topic.End}}","again":0}{{'\n'}}""", response.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("LP-3.2-04", "XS-02")]
    public async Task Lines_do_not_depend_on_chunks()
    {
        await using var host = new TopicHost();
        string[] texts = ["a\nb", "\u00e4\u20ac\U0001F600", "{\"a\":\r\n1}", "", "\r\n\r\n", "</script>"];
        foreach (string text in texts) host.Topic.Publish(text);
        await using WireClient client = host.Get("/?via=ndjson&after=earliest");
        host.Topic.Complete();
        host.Run();
        byte[] body = client.Read()!.Body;

        // A proxy may merge and split chunks as it likes: a client that takes bytes as they come must see the same lines.
        string[] whole = new LineReader().Take(body);
        Assert.Equal(texts.Length + 2, whole.Length);
        Assert.Equal(["a\nb", "\u00e4\u20ac\U0001F600", """{"a":1}""", "", "\r\n\r\n", "</script>"], whole[1..^1].Select(line => JsonDocument.Parse(line).RootElement.GetProperty("data").ToString()));
        for (int cut = 0; cut <= body.Length; cut++)
        {
            var reader = new LineReader();
            Assert.Equal(whole, reader.Take(body.AsSpan(..cut)).Concat(reader.Take(body.AsSpan(cut..))));
        }

        var one = new LineReader();
        Assert.Equal(whole, body.SelectMany(next => one.Take([next])));
    }

    [Fact]
    [Requirement("XS-01", "LP-3.2-03")]
    public async Task A_prelude_makes_clients_begin()
    {
        await using var host = new TopicHost();
        await using WireClient client = host.Get("/?via=ndjson&prelude=1");
        string text = client.Pump().Current.Text;
        Assert.Equal(new string(' ', 2047) + "\n", text[..2048]);
        Assert.Equal($$"""{"type":"open","id":"{{host.Topic.End}}"}{{'\n'}}""", text[2048..]);
    }

    [Fact]
    [Requirement("XS-04", "LP-5.6-01")]
    public async Task Nobody_takes_a_stream_for_something_else_or_keeps_it()
    {
        await using var host = new TopicHost();
        await using WireClient client = host.Get("/?via=ndjson");
        host.Publish("<script>alert(1)</script>");
        WireResponse response = client.Pump().Current;
        Assert.Equal("application/x-ndjson; charset=utf-8", response.Field("Content-Type"));
        Assert.Equal("nosniff", response.Field("X-Content-Type-Options"));
        Assert.Contains("no-store", response.Field("Cache-Control"), StringComparison.Ordinal);
        Assert.Contains("no-transform", response.Field("Cache-Control"), StringComparison.Ordinal);
        Assert.Equal("no", response.Field("X-Accel-Buffering"));
        Assert.Contains("<script>alert(1)</script>", response.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&type=x")]
    [Requirement("XS-05")]
    public async Task A_silent_stream_repeats_where_it_stands(string filter)
    {
        await using var host = new TopicHost(new TopicEndpointOptions { Heartbeat = TimeSpan.FromSeconds(0.2) });
        await using WireClient client = host.Get($"/?via=ndjson{filter}");
        for (int beat = 2; beat <= 5; beat++)
        {
            host.Advance(0.1);
            Assert.Equal(beat - 1, Lines(client).Length);

            // News that is not for this client is no sign of life to it.
            if (filter.Length > 0) host.Publish("1", "y");
            host.Advance(0.1);
            Assert.Equal(beat, Lines(client).Length);
            Assert.Equal($$"""{"type":"open","id":"{{host.Topic.End}}"}""", Lines(client)[^1]);
        }
    }

    [Fact]
    public async Task What_is_sent_puts_the_heartbeat_off()
    {
        await using var host = new TopicHost(new TopicEndpointOptions { Heartbeat = TimeSpan.FromSeconds(1) });
        await using WireClient client = host.Get("/?via=ndjson");
        for (int at = 0; at < 10; at++)
        {
            host.Advance(0.9);
            host.Publish("1");
        }

        Assert.Equal(11, Lines(client).Length);
        host.Advance(1);
        Assert.Equal(12, Lines(client).Length);
    }

    [Fact]
    [Requirement("XS-05")]
    public async Task Pages_of_other_origins_may_read_where_they_are_allowed()
    {
        var cors = new CorsOptions { Origins = ["https://b"] };
        await using var host = new TopicHost(new TopicEndpointOptions { Cors = cors, CanPublish = true });
        await using WireClient preflight = host.Connect();
        preflight.Send("OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: https://b\r\nAccess-Control-Request-Method: POST\r\n\r\n");
        WireResponse allowed = preflight.Read()!;
        Assert.Equal(204, allowed.Status);
        Assert.Equal("https://b", allowed.Field("Access-Control-Allow-Origin"));
        Assert.Contains("POST", allowed.Field("Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.Contains("Last-Event-ID", allowed.Field("Access-Control-Allow-Headers"), StringComparison.Ordinal);

        foreach (string via in (string[])["poll", "long&wait=0", "ndjson", "frame"])
        {
            await using WireClient client = host.Get($"/?via={via}", "Origin: https://b");
            WireResponse response = client.Pump().Current;
            Assert.Equal("https://b", response.Field("Access-Control-Allow-Origin"));
            Assert.Equal("Last-Event-ID, Preference-Applied", response.Field("Access-Control-Expose-Headers"));
            Assert.Null(host.Get($"/?via={via}", "Origin: https://c").Pump().Current.Field("Access-Control-Allow-Origin"));
            Assert.Null(host.Get($"/?via={via}").Pump().Current.Field("Access-Control-Expose-Headers"));
        }

        Assert.Equal(400, host.Ask("/?via=nothing", "Origin: https://b").Status);
    }

    [Fact]
    [Requirement("XS-06")]
    public async Task A_second_stream_of_a_client_takes_the_place_of_the_first()
    {
        await using var host = new TopicHost();
        await using WireClient first = host.Get("/?via=ndjson&client=tab"), frame = host.Get("/?via=frame&client=tab2");
        await using WireClient second = host.Get("/?via=ndjson&client=tab"), poll = host.Get("/?via=long&client=tab2");
        host.Run();
        Assert.Equal($$"""{"type":"error","id":"{{host.Topic.End}}","reason":"superseded"}""", new LineReader().Take(first.Read()!.Body)[^1]);
        Assert.Equal("superseded", Records(frame.Read()!)[^1].GetProperty("reason").GetString());
        Assert.Equal(2, host.Endpoint.Waiting);
        host.Publish("1");
        Assert.Null(first.Read());
        Assert.Equal(["open", "1"], Told(second));
        Assert.NotNull(poll.Read());
    }

    [Fact]
    [Requirement("XS-06")]
    public async Task An_EventSource_that_is_superseded_is_told_so_and_kept_away()
    {
        await using var host = new TopicHost(transports: [new TopicSse()]);
        await using WireClient first = host.Get("/?via=sse&client=tab"), second = host.Get("/?via=sse&client=tab");
        host.Run();
        string told = first.Pump().Current.Text;
        Assert.EndsWith($"retry: 86400000\nid: {host.Topic.End}\nevent: error\ndata: {{\"reason\":\"superseded\"}}\n\n", told, StringComparison.Ordinal);
        Assert.True(first.Current.IsComplete);
        Assert.False(second.Pump().Current.IsComplete);
        Assert.Equal(1, host.Endpoint.Waiting);
    }

    [Fact]
    public async Task A_gap_is_told_in_front_of_what_is_left()
    {
        await using var host = new TopicHost(topic: new TopicOptions { MaxMessages = 2 });
        host.Topic.PublishMany(5);
        foreach (string after in (string[])["e-1", "d-3", "0-0"])
        {
            await using WireClient client = host.Get($"/?via=ndjson&after={after}");
            Assert.Equal([$$"""{"type":"open","id":"{{after}}"}""", $$"""{"type":"gap","id":"e-3","from":"{{after}}","to":"e-3"}"""], Lines(client)[..2]);
            Assert.Equal(["open", "gap", "4", "5"], Told(client));
        }

        await using WireClient ahead = host.Get("/?via=ndjson&after=e-9");
        Assert.Equal(["open", "gap"], Told(ahead));
        host.Publish("6");
        Assert.Equal(["open", "gap", "6"], Told(ahead));
    }

    [Fact]
    public async Task A_compacted_topic_streams_the_latest_of_each_key()
    {
        await using var host = new TopicHost(topic: new TopicOptions { IsCompacted = true });
        foreach (string text in (string[])["1", "2", "3"]) host.Topic.Publish(text, key: "a");
        await using WireClient client = host.Get("/?via=ndjson&after=earliest");
        Assert.Equal(["open", "3"], Told(client));
        host.Publish("4", key: "a");
        Assert.Equal(["open", "3", "4"], Told(client));
    }

    [Theory]
    [InlineData("ndjson")]
    [InlineData("frame")]
    [Requirement("LP-SEM-17")]
    public async Task A_server_that_stops_ends_streams_with_a_last_record_and_spreads_who_comes_back(string via)
    {
        var host = new TopicHost(new TopicEndpointOptions { ReturnSpread = TimeSpan.FromSeconds(5) });
        WireClient[] clients = [.. Enumerable.Range(0, 200).Select(_ => host.Get($"/?via={via}"))];
        Cursor id = host.Publish("1");
        Task stopping = host.Server.StopAsync();
        await host.UntilAsync(() => Array.TrueForAll(clients, client => client.Pump().IsEnded));
        JsonElement[] last = [.. clients.Select(client => Records(client.Read()!)[^1])];
        Assert.All(last, record => Assert.Equal($"{id}", record.GetProperty("id").GetString()));
        int[] waits = [.. last.Select(record => record.GetProperty("again").GetInt32())];
        Assert.All(waits, wait => Assert.InRange(wait, 0, 5000));
        Assert.InRange(waits.Max() - waits.Min(), 2500, 5000);
        foreach (WireClient client in clients) await client.DisposeAsync();
        await stopping;
        Assert.Equal((0, 0), (host.Endpoint.Waiting, host.Topic.Waiters));
        await host.DisposeAsync();
    }

    [Theory]
    [InlineData("ndjson")]
    [InlineData("long")]
    public async Task Whoever_comes_while_the_server_stops_is_answered_at_once(string via)
    {
        var gate = new TaskCompletionSource();
        var host = TopicHost.Of(host =>
        {
            var endpoint = new TopicEndpoint(host.Topic, host.Timed(new TopicEndpointOptions()));
            return async exchange =>
            {
                await gate.Task;
                await endpoint.HandleAsync(exchange);
            };
        });
        await using WireClient client = host.Get($"/?via={via}");
        Task stopping = host.Server.StopAsync();
        await host.UntilAsync(() => host.Server.Draining.IsCancellationRequested);
        gate.SetResult();
        await host.UntilAsync(() => client.Pump().IsEnded);
        WireResponse response = client.Read()!;
        Assert.Equal("close", response.Field("Connection"));
        if (via == "ndjson") Assert.Contains("again", Records(response)[^1].GetRawText(), StringComparison.Ordinal);
        await client.DisposeAsync();
        await stopping;
        await host.DisposeAsync();
    }

    [Fact]
    public async Task A_client_that_stops_reading_is_cut_and_the_others_do_not_notice()
    {
        await using var host = new TopicHost(windowBytes: 4096);
        await using WireClient slow = host.Get("/?via=ndjson"), quick = host.Get("/?via=ndjson");
        for (int at = 0; at < 100; at++)
        {
            host.Publish(new string('x', 100));
            Assert.Equal(at + 2, Lines(quick).Length);
        }

        Assert.Equal(2, host.Endpoint.Waiting);
        for (int second = 0; second < 60; second++) host.Advance(1);
        Assert.Equal((1, 1), (host.Endpoint.Waiting, host.Topic.Waiters));
        Assert.True(slow.Pump().IsLost);
        Assert.Equal(1, host.Server.ConnectionCount);
    }

    [Fact]
    public async Task A_slow_reader_on_the_plain_loop_makes_the_server_hold_little()
    {
        await using var host = new TopicHost(topic: new TopicOptions { MaxMessages = 20_000, MaxBytes = 64 << 20 }, windowBytes: 4096);
        for (int at = 0; at < 2000; at++) host.Topic.Publish(new string('x', 1000), "x");
        WireClient[] clients = [.. Enumerable.Range(0, 20).Select(_ => host.Get($"/?via=ndjson&type=x&after={host.Topic.Start}"))];
        Assert.All(clients, client => Assert.InRange(client.Waiting, 4096, 4096 + (40 * 1024)));
    }

    internal static string[] Lines(WireClient client) => new LineReader().Take(client.Pump().Current.Body);

    internal static string[] Told(WireClient client) => Told(client.Pump().Current);

    /// <summary>The data of messages, and the type of other records.</summary>
    internal static string[] Told(WireResponse response) =>
        [.. Records(response).Select(record => record.TryGetProperty("data", out JsonElement data) ? data.ToString() : record.GetProperty("type").GetString()!)];

    /// <summary>All records, whichever of the two formats it is.</summary>
    internal static JsonElement[] Records(WireResponse response)
    {
        bool isFrame = response.Field("Content-Type")!.StartsWith("text/html", StringComparison.Ordinal);
        string[] texts = isFrame ? [.. FrameReader.Read(response.Text).Calls] : [.. new LineReader().Take(response.Body).Where(line => line.Trim().Length > 0)];
        return [.. texts.Select(text => JsonDocument.Parse(text).RootElement)];
    }
}
