using Minimal.Http;
using Minimal.Sse;
using Xunit;
using static Minimal.Tests.Sse.SseStreams;

namespace Minimal.Tests.Sse;

/// <summary>HTML §9.2.3, §9.2.4: how a client connects again, when, and with which ID; and how it is closed.</summary>
public sealed class Html_9_2_3_Reconnecting
{
    [Fact]
    [Requirement("SSE-9.2.3-01")]
    public async Task A_client_says_that_it_lost_the_stream_waits_as_long_as_it_was_told_and_asks_again()
    {
        await using SseScript script = await SseScript.StartAsync(SseScript.Stream("retry:300\ndata:a\n\n"), SseScript.Stream("data:b\n\n"));
        SseClient client = script.CreateClient();
        await using IAsyncEnumerator<SseEvent> reading = client.GetAsyncEnumerator();
        Assert.True(await reading.MoveNextAsync());
        Assert.Equal(["Open"], script.States);

        Task<bool> next = reading.MoveNextAsync().AsTask();
        TimeSpan wait = await script.Time.NextAsync();
        Assert.InRange(wait, TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(600));
        Assert.Equal(["Open", "Connecting Ended"], script.States);
        Assert.Equal(SseClientState.Connecting, client.State);
        script.Time.Advance(wait - TimeSpan.FromTicks(1));
        Assert.Single(script.Requests);

        script.Time.Advance(TimeSpan.FromTicks(1));
        Assert.True(await next);
        Assert.Equal("b", reading.Current.Data);
        Assert.Equal(["Open", "Connecting Ended", "Open"], script.States);
        Assert.Equal(script.Requests[0], script.Requests[1]);
    }

    [Theory]
    [InlineData("retry:100\n", 100, 150)]
    [InlineData("retry:100\ndata:never", 100, 150)]
    [InlineData("retry:100", 3000, 4500)]
    [InlineData("retry:1000x\n\n", 3000, 4500)]
    [InlineData("retry:-1\n\n", 3000, 4500)]
    [InlineData("retry:+1\n\n", 3000, 4500)]
    [InlineData("retry:1.5\n\n", 3000, 4500)]
    [InlineData("retry:  5\n\n", 3000, 4500)]
    [InlineData("retry:٥\n\n", 3000, 4500)]
    [InlineData("retry\n\n", 3000, 4500)]
    [Requirement("SSE-9.2.6-18")]
    public async Task A_retry_counts_if_it_is_digits_and_with_its_line(string stream, int from, int to)
    {
        await using SseScript script = await SseScript.StartAsync(SseScript.Stream(stream));
        Assert.Empty(await script.ReadAllAsync(script.CreateClient()));
        Assert.InRange(Assert.Single(script.Waits), TimeSpan.FromMilliseconds(from), TimeSpan.FromMilliseconds(to));
    }

    [Theory]
    [InlineData("0", 100, 150)]
    [InlineData("99", 100, 150)]
    [InlineData("99999999999999999999", int.MaxValue, int.MaxValue)]
    [Requirement("SSE-9.2.6-19")]
    public async Task No_retry_is_too_short_or_too_long_to_wait(string digits, int from, int to)
    {
        await using SseScript script = await SseScript.StartAsync(SseScript.Stream($"retry:{digits}\n"));
        await script.ReadAllAsync(script.CreateClient());
        Assert.InRange(Assert.Single(script.Waits), TimeSpan.FromMilliseconds(from), TimeSpan.FromMilliseconds(to));
    }

    [Fact]
    [Requirement("SSE-9.2.6-19")]
    public async Task The_longest_retry_is_the_program_s_choice()
    {
        await using SseScript script = await SseScript.StartAsync(SseScript.Stream("retry:99999999999999999999\n"));
        await script.ReadAllAsync(script.CreateClient(new SseClientOptions { Limits = new SseLimits { MaxReconnectionTime = TimeSpan.FromMinutes(1) } }));
        Assert.InRange(Assert.Single(script.Waits), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1.5));
    }

    [Fact]
    [Requirement("SSE-9.2.3-02")]
    public async Task Failures_in_a_row_are_waited_for_longer_and_longer_and_a_stream_ends_the_row()
    {
        HttpHandler refuse = exchange =>
        {
            exchange.Abort();
            return default;
        };
        await using SseScript script = await SseScript.StartAsync(
            SseScript.Stream("retry:1000\n"), refuse, refuse, refuse, refuse, refuse, refuse, SseScript.Stream("data:a\n\n"), refuse);
        await script.ReadAllAsync(script.CreateClient(new SseClientOptions { MaxBackOff = TimeSpan.FromSeconds(20) }));

        Assert.Equal(script.Waits[..5].Order(), script.Waits[..5]);
        (double, double)[] seconds = [(1, 1.5), (2, 3), (4, 6), (8, 12), (13.3, 20), (13.3, 20), (13.3, 20), (1, 1.5), (2, 3)];
        Assert.All(script.Waits.Zip(seconds), wait => Assert.InRange(wait.First.TotalSeconds, wait.Second.Item1, wait.Second.Item2));
        Assert.Equal(seconds.Length, script.Waits.Count);
    }

    [Fact]
    [Requirement("SSE-9.2.3-02")]
    public void Waits_differ_by_chance_do_not_decrease_before_the_bound_and_are_never_too_short_or_endless()
    {
        var random = new Random(1);
        foreach (TimeSpan reconnection in new[] { TimeSpan.Zero, TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(5), TimeSpan.FromDays(24), TimeSpan.MaxValue })
        {
            foreach (TimeSpan bound in new[] { TimeSpan.Zero, TimeSpan.FromSeconds(60), TimeSpan.MaxValue })
            {
                var options = new SseClientOptions { MaxBackOff = bound };
                TimeSpan before = TimeSpan.Zero;
                for (int failures = 0; failures < 100; failures++)
                {
                    TimeSpan wait = BackOff.After(reconnection, failures, options, random.NextDouble());
                    TimeSpan longest = BackOff.After(reconnection, failures, options, 1), shortest = BackOff.After(reconnection, failures, options, 0);
                    Assert.InRange(wait, shortest, longest);
                    Assert.True(wait >= options.MinReconnectionTime && wait <= TimeSpan.FromMilliseconds(int.MaxValue));
                    Assert.True(wait >= reconnection || wait == TimeSpan.FromMilliseconds(int.MaxValue));
                    Assert.True(shortest >= before);
                    if (longest < bound) before = longest;
                }
            }
        }
    }

    [Fact]
    [Requirement("SSE-9.2.3-03")]
    public async Task Behind_close_no_event_comes_that_is_there_already_and_nobody_connects()
    {
        await using SseScript script = await SseScript.StartAsync(SseScript.Stream("data:1\n\ndata:2\n\ndata:3\n\ndata:4\n\n"));
        SseClient client = script.CreateClient();
        List<SseEvent> events = await script.ReadAllAsync(client, _ => client.Close());
        Assert.Equal([Event("1")], events);
        Assert.Equal(SseClientState.Closed, client.State);
        Assert.Equal(["Open", "Closed"], script.States);
        Assert.Empty(await script.ReadAllAsync(client));
        Assert.Single(script.Requests);
    }

    [Fact]
    [Requirement("SSE-9.2.3-03")]
    public async Task Close_while_waiting_to_connect_again_ends_the_wait()
    {
        await using SseScript script = await SseScript.StartAsync(SseScript.Stream("data:1\n\n"));
        SseClient client = script.CreateClient();
        await using IAsyncEnumerator<SseEvent> reading = client.GetAsyncEnumerator();
        Assert.True(await reading.MoveNextAsync());
        Task<bool> next = reading.MoveNextAsync().AsTask();
        TimeSpan wait = await script.Time.NextAsync();
        client.Close();
        Assert.Equal(SseClientState.Closed, client.State);
        Assert.False(await next);
        script.Time.Advance(2 * wait);
        Assert.Single(script.Requests);
    }

    [Fact]
    [Requirement("SSE-9.2.3-03")]
    public async Task Close_as_the_stream_opens_is_in_time()
    {
        await using SseScript script = await SseScript.StartAsync(SseScript.Stream("data:1\n\n"));
        SseClient? client = null;
        client = new SseClient(script.Http, new Uri("http://a/"), new SseClientOptions { StateChanged = (_, _) => client!.Close() });
        Assert.Empty(await script.ReadAllAsync(client));
        Assert.Single(script.Requests);
    }

    [Fact]
    [Requirement("SSE-9.2.4-01")]
    public async Task The_last_event_id_is_sent_in_utf8_and_the_server_reads_it()
    {
        string? read = null;
        await using SseScript script = await SseScript.StartAsync(SseScript.Stream("id: é…\ndata:a\n\n"), exchange =>
        {
            read = SseRequest.LastEventId(exchange.Request);
            return SseStream.StopAsync(exchange);
        });
        SseClient client = script.CreateClient();
        await script.ReadAllAsync(client);
        Assert.Equal("\u00C3\u00A9\u00E2\u0080\u00A6", script.Requests[1]["Last-Event-ID"]);   // C3 A9 E2 80 A6
        Assert.Equal("é…", read);
        Assert.Equal("é…", client.LastEventId);
    }

    [Fact]
    [Requirement("SSE-9.2.4-01")]
    public async Task A_handler_that_cannot_send_the_id_is_told_from_a_network_that_fails()
    {
        await using SseScript script = await SseScript.StartAsync(SseScript.Stream("id: é…\ndata:a\n\n"));
        using HttpClient http = script.Server.CreateClient(new SocketsHttpHandler());
        var client = new SseClient(http, new Uri("http://a/"), new SseClientOptions { Time = script.Time });
        var failed = await Assert.ThrowsAsync<SseClientException>(() => script.ReadAllAsync(client));
        Assert.Equal(SseClientFailure.UnsendableId, failed.Failure);
    }

    [Fact]
    [Requirement("SSE-9.2.6-15", "SSE-9.2.4-01")]
    public async Task An_id_that_was_reset_is_not_sent()
    {
        await using SseScript script = await SseScript.StartAsync(SseScript.Stream("id:1\ndata:a\n\ndata:b\n\nid\ndata:c\n\n"));
        Assert.Equal([Event("a", id: "1"), Event("b", id: "1"), Event("c", id: "")], await script.ReadAllAsync(script.CreateClient()));
        Assert.DoesNotContain("Last-Event-ID", script.Requests[1].Keys, StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("id:1\ndata:a\n\nid:2\ndata:b", "1")]
    [InlineData("id:1\ndata:a\n\nid:2\n", "1")]
    [InlineData("id:1\ndata:a\n\nid:2\n\n", "2")]
    [Requirement("SSE-9.2.6-16")]
    public async Task The_id_of_an_event_that_was_cut_is_not_sent(string stream, string expected)
    {
        await using SseScript script = await SseScript.StartAsync(SseScript.Stream(stream));
        await script.ReadAllAsync(script.CreateClient());
        Assert.Equal(expected, script.Requests[1]["Last-Event-ID"]);
    }

    [Fact]
    [Requirement("SSE-9.2.6-22")]
    public async Task A_stream_without_ids_does_not_take_the_id_of_the_one_before_away()
    {
        await using SseScript script = await SseScript.StartAsync(SseScript.Stream("id:5\ndata:a\n\n"), SseScript.Stream("data:b\n\n"));
        Assert.Equal([Event("a", id: "5"), Event("b", id: "5")], await script.ReadAllAsync(script.CreateClient()));
        Assert.Equal("5", script.Requests[1]["Last-Event-ID"]);
        Assert.Equal("5", script.Requests[2]["Last-Event-ID"]);
    }

    [Fact]
    public async Task A_client_can_begin_with_an_id()
    {
        await using SseScript script = await SseScript.StartAsync(SseScript.Stream("data:a\n\n"));
        Assert.Equal([Event("a", id: "7")], await script.ReadAllAsync(script.CreateClient(new SseClientOptions { LastEventId = "7" })));
        Assert.Equal("7", script.Requests[0]["Last-Event-ID"]);
    }
}
