using System.Net;
using System.Net.Sockets;
using System.Text;
using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Http.Transports;
using Minimal.Sse;
using Xunit;
using static Minimal.Tests.Sse.SseStreams;

namespace Minimal.Tests.Sse;

/// <summary>What a client can do beyond an EventSource, and what it leaves behind.</summary>
public sealed class SseClientTests
{
    [Fact]
    public async Task A_POST_sends_its_body_and_is_not_repeated_unasked()
    {
        string? body = null;
        await using SseScript script = await SseScript.StartAsync(async exchange =>
        {
            body = Encoding.UTF8.GetString(await exchange.RequestBody.ReadAllAsync(100));
            await using SseStream stream = await SseStream.StartAsync(exchange);
            foreach (string token in new[] { "one", " word", " after another" }) await stream.SendAsync(new SseEvent(token));
        });
        var options = new SseClientOptions { Method = HttpMethod.Post, Content = () => new StringContent("""{"q":"é"}""", Encoding.UTF8, "application/json") };
        Assert.Equal("one word after another", string.Concat((await script.ReadAllAsync(script.CreateClient(options))).Select(e => e.Data)));
        Assert.Equal("""{"q":"é"}""", body);
        Assert.Equal("POST", Assert.Single(script.Requests)["method"]);
        Assert.Equal(["Open", "Closed"], script.States);
    }

    [Fact]
    public async Task A_POST_that_is_to_be_repeated_makes_its_body_anew()
    {
        var bodies = new List<string>();
        HttpHandler answer = async exchange =>
        {
            bodies.Add(Encoding.UTF8.GetString(await exchange.RequestBody.ReadAllAsync(100)));
            await exchange.RespondAsync(200, "text/event-stream", "id:1\ndata:a\n\n"u8.ToArray());
        };
        await using SseScript script = await SseScript.StartAsync(answer, answer);
        int number = 0;
        var options = new SseClientOptions { Method = HttpMethod.Post, Content = () => new StringContent($"body {++number}"), Reconnect = true };
        Assert.Equal(2, (await script.ReadAllAsync(script.CreateClient(options))).Count);
        Assert.Equal(["body 1", "body 2"], bodies);
        Assert.Equal("1", script.Requests[1]["Last-Event-ID"]);
    }

    [Fact]
    public async Task Who_does_not_reconnect_is_told_of_a_stream_that_was_cut()
    {
        var cut = new TaskCompletionSource();
        await using SseScript script = await SseScript.StartAsync(async exchange =>
        {
            await using SseStream stream = await SseStream.StartAsync(exchange);
            await stream.SendAsync(new SseEvent("a"));
            await cut.Task;
            exchange.Abort();
        });
        var events = new List<SseEvent>();
        var failed = await Assert.ThrowsAsync<SseClientException>(() => script.ReadAllAsync(script.CreateClient(new SseClientOptions { Reconnect = false }), received =>
        {
            events.Add(received);
            cut.SetResult();
        }));
        Assert.Equal(SseClientFailure.Lost, failed.Failure);
        Assert.Equal([Event("a")], events);
        Assert.Equal(["Open", "Closed Lost"], script.States);
    }

    [Fact]
    public async Task The_program_has_the_last_word_on_a_request()
    {
        await using SseScript script = await SseScript.StartAsync();
        var options = new SseClientOptions { Prepare = request => request.Headers.TryAddWithoutValidation("Authorization", "Bearer x") };
        Assert.Empty(await script.ReadAllAsync(script.CreateClient(options)));
        Assert.Equal("Bearer x", script.Requests[0]["Authorization"]);
    }

    [Theory]
    [InlineData(429, "7", 7)]
    [InlineData(503, "120", 120)]
    [InlineData(503, "Thu, 01 Jan 2026 00:00:40 GMT", 40)]
    [InlineData(503, "Wed, 31 Dec 2025 00:00:00 GMT", 3)]
    [InlineData(500, null, 3)]
    [InlineData(502, "soon", 3)]
    [InlineData(504, "0", 3)]
    [InlineData(503, "2147483647", int.MaxValue / 1000.0)]
    [Requirement("SSE-9.2.2-05")]
    public async Task Who_takes_errors_as_passing_waits_as_long_as_the_server_says(int status, string? retryAfter, double seconds)
    {
        await using SseScript script = await SseScript.StartAsync(
            exchange =>
            {
                if (retryAfter is not null) exchange.Response.Fields.Set("Retry-After", retryAfter);
                return exchange.RespondAsync(status);
            },
            SseScript.Stream("data:a\n\n"));
        Assert.Equal([Event("a")], await script.ReadAllAsync(script.CreateClient(new SseClientOptions { RetryErrors = true })));
        Assert.Equal(["Connecting Status", "Open", "Connecting Ended", "Closed"], script.States);
        Assert.InRange(script.Waits[0].TotalSeconds, seconds, seconds == 3 ? 4.5 : seconds);
    }

    [Fact]
    public async Task Errors_in_a_row_are_waited_for_longer_and_longer_and_other_statuses_are_final_all_the_same()
    {
        HttpHandler error = exchange => exchange.RespondAsync(503);
        await using SseScript script = await SseScript.StartAsync(error, error, error, exchange => exchange.RespondAsync(404));
        var failed = await Assert.ThrowsAsync<SseClientException>(() => script.ReadAllAsync(script.CreateClient(new SseClientOptions { RetryErrors = true })));
        Assert.Equal(404, failed.Status);
        (double, double)[] seconds = [(3, 4.5), (6, 9), (12, 18)];
        Assert.All(script.Waits.Zip(seconds), wait => Assert.InRange(wait.First.TotalSeconds, wait.Second.Item1, wait.Second.Item2));
        Assert.Equal(3, script.Waits.Count);
    }

    [Fact]
    public async Task A_stream_on_which_nothing_comes_counts_as_lost()
    {
        SseStream? stream = null;
        await using SseScript script = await SseScript.StartAsync(async exchange =>
        {
            stream = await SseStream.StartAsync(exchange, new SseStreamOptions { Retry = null });
            await stream.SendAsync(new SseEvent("a"));
            await stream.WhenEndedAsync();
        });
        SseClient client = script.CreateClient(new SseClientOptions { Inactivity = TimeSpan.FromSeconds(45) });
        await using IAsyncEnumerator<SseEvent> reading = client.GetAsyncEnumerator();
        Assert.True(await reading.MoveNextAsync());
        Assert.Equal(TimeSpan.FromSeconds(45), await script.Time.NextAsync());   // the clock of the inactivity is set when the request goes

        Task<bool> next = reading.MoveNextAsync().AsTask();
        script.Time.Advance(TimeSpan.FromSeconds(44));
        Assert.Equal(["Open"], script.States);
        script.Time.Advance(TimeSpan.FromSeconds(1));
        TimeSpan wait = await script.Time.NextAsync();
        Assert.Equal(["Open", "Connecting Lost"], script.States);
        await stream!.WhenEndedAsync();   // and the server sees that its client has gone

        script.Time.Advance(wait);
        Assert.False(await next);
    }

    [Fact]
    public async Task A_comment_is_a_sign_of_life()
    {
        SseStream? stream = null;
        await using SseScript script = await SseScript.StartAsync(async exchange =>
        {
            stream = await SseStream.StartAsync(exchange);
            await stream.SendAsync(new SseEvent("a"));
            await stream.WhenEndedAsync();
        });
        SseClient client = script.CreateClient(new SseClientOptions { Inactivity = TimeSpan.FromSeconds(10) });
        await using IAsyncEnumerator<SseEvent> reading = client.GetAsyncEnumerator();
        Assert.True(await reading.MoveNextAsync());
        for (int i = 0; i < 5; i++)
        {
            Task<bool> next = reading.MoveNextAsync().AsTask();
            script.Time.Advance(TimeSpan.FromSeconds(9));
            await stream!.SendAsync(":\n"u8.ToArray());
            await stream.SendAsync(new SseEvent($"{i}"));
            Assert.True(await next);
        }

        Assert.Equal(["Open"], script.States);
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("close")]
    [InlineData("leave the loop")]
    [InlineData("leave the loop with events to read")]
    public async Task However_it_ends_no_connection_is_left(string how)
    {
        var left = new TaskCompletionSource();
        await using SseScript script = await SseScript.StartAsync(async exchange =>
        {
            await using SseStream stream = await SseStream.StartAsync(exchange);
            await stream.SendAsync("data:a\n\ndata:b\n\n"u8.ToArray());
            await stream.WhenEndedAsync();
            left.SetResult();
        });
        using var cancel = new CancellationTokenSource();
        SseClient client = script.CreateClient();
        await using (IAsyncEnumerator<SseEvent> reading = client.GetAsyncEnumerator(cancel.Token))
        {
            Assert.True(await reading.MoveNextAsync());
            if (!how.EndsWith("to read", StringComparison.Ordinal)) Assert.True(await reading.MoveNextAsync());
            Task<bool>? next = how is "cancel" or "close" ? reading.MoveNextAsync().AsTask() : null;
            if (how == "cancel")
            {
                await cancel.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next!);
            }
            else if (how == "close")
            {
                client.Close();
                Assert.False(await next!);
            }
        }

        await left.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(SseClientState.Closed, client.State);
        while (script.Server.Http.ConnectionCount > 0) await Task.Yield();
    }

    [Fact]
    public async Task Who_leaves_the_loop_and_begins_another_goes_on_behind_the_last_event()
    {
        await using SseScript script = await SseScript.StartAsync(SseScript.Open("id:1\ndata:a\n\nid:2\ndata:b\n\nid:3\ndata:c\n\n"), SseScript.Stream("id:3\ndata:c\n\n"));
        SseClient client = script.CreateClient();
        var events = new List<string>();
        await foreach (SseEvent received in client)
        {
            events.Add(received.Data);
            if (received.Id == "2") break;
        }

        Assert.Equal("2", client.LastEventId);
        events.AddRange((await script.ReadAllAsync(client)).Select(e => e.Data));
        Assert.Equal(["a", "b", "c"], events);
        Assert.Equal("2", script.Requests[1]["Last-Event-ID"]);
    }

    [Fact]
    public async Task A_client_has_one_reader()
    {
        await using SseScript script = await SseScript.StartAsync(SseScript.Open("data:a\n\n"));
        SseClient client = script.CreateClient();
        await using IAsyncEnumerator<SseEvent> one = client.GetAsyncEnumerator(), two = client.GetAsyncEnumerator();
        Assert.True(await one.MoveNextAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await two.MoveNextAsync());
    }

    [Fact]
    [Requirement("SSE-9.2.6-21")]
    public async Task A_stream_beyond_the_limits_is_the_end_for_it_would_be_again()
    {
        await using SseScript script = await SseScript.StartAsync(SseScript.Stream("id:1\ndata:a\n\ndata:" + new string('x', 100)));
        SseClient client = script.CreateClient(new SseClientOptions { Limits = new SseLimits { MaxLineBytes = 50 } });
        var failed = await Assert.ThrowsAsync<SseClientException>(() => script.ReadAllAsync(client));
        Assert.Equal(SseClientFailure.TooLong, failed.Failure);
        Assert.Same(SseRules.LineTooLong, failed.Rule);
        Assert.Equal(["Open", "Closed TooLong"], script.States);
        Assert.Single(script.Requests);
    }

    [Fact]
    public void What_is_no_URL_of_a_stream_is_refused()
    {
        using var http = new HttpClient();
        Assert.Throws<ArgumentException>("uri", () => new SseClient(http, new Uri("/events", UriKind.Relative)));
        Assert.Throws<ArgumentException>("uri", () => new SseClient(http, new Uri("ftp://a/events")));
        Assert.Throws<ArgumentException>("lastEventId", () => new SseClient(http, new Uri("http://a/"), new SseClientOptions { LastEventId = "1\n" }));
        http.BaseAddress = new Uri("http://a/");
        Assert.Equal(SseClientState.Connecting, new SseClient(http, new Uri("/events", UriKind.Relative)).State);
    }

    [Fact]
    [Requirement("SSE-9.2.2-06", "SSE-9.2.2-07")]
    public async Task Over_TCP_a_client_waits_for_its_server_and_comes_back_to_it()
    {
        using var reserved = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0));   // taken, but nobody listens
        var endPoint = (IPEndPoint)reserved.LocalEndPoint!;
        using var http = new HttpClient(SseClient.CreateHandler());
        var time = new WaitingTime();
        var client = new SseClient(http, new Uri($"http://{endPoint}/events"), new SseClientOptions { Time = time });
        await using IAsyncEnumerator<SseEvent> reading = client.GetAsyncEnumerator();
        Task<bool> next = reading.MoveNextAsync().AsTask();
        TimeSpan wait = await time.NextAsync();

        reserved.Dispose();
        int number = 0;
        await using var server = new HttpServer(
            async exchange =>
            {
                await using SseStream stream = await SseStream.StartAsync(exchange);
                await stream.SendAsync(new SseEvent($"{++number} behind {stream.LastEventId}", Id: $"{number}"));
            },
            [new SocketListener(endPoint)]);
        await server.StartAsync();
        foreach (string expected in new[] { "1 behind ", "2 behind 1", "3 behind 2" })
        {
            time.Advance(wait);
            Assert.True(await next);
            Assert.Equal(expected, reading.Current.Data);
            next = reading.MoveNextAsync().AsTask();
            wait = await time.NextAsync();
        }

        client.Close();
        Assert.False(await next);
        http.Dispose();   // or the server would wait for a connection that is kept
    }
}
