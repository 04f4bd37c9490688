using System.Globalization;
using System.IO.Pipelines;
using Minimal.Http;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.Tests.Transports;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>How long a connection waits for what. The clock is turned by hand, so that a second costs nothing and no test is late.</summary>
public sealed class ConnectionTimeoutTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly HttpTimeouts Timeouts = new()
    {
        Idle = TimeSpan.FromSeconds(60),
        Head = TimeSpan.FromSeconds(10),
        Linger = TimeSpan.FromSeconds(3),
        RateGrace = TimeSpan.FromSeconds(5),
        MinRequestBodyRate = 100,
        MinResponseRate = 1024,
        Drain = TimeSpan.FromSeconds(15),
    };

    [Theory]
    [Requirement("H1-9.5-01")]
    [InlineData("")]
    [InlineData(LedgerProbe.Probe)]
    public async Task An_idle_connection_is_closed_with_a_FIN_and_no_word(string before)
    {
        await using TestServer server = await StartAsync(new LedgerApplication().HandleAsync);
        await using Conversation conversation = await server.ConnectAsync();
        conversation.Advance(59 * Second);
        if (before.Length > 0)
        {
            await conversation.SendAsync(before);
            await conversation.ExpectResponseAsync(200);
            conversation.Advance(59 * Second);
        }

        conversation.ExpectNothing();
        conversation.Advance(2 * Second);
        await conversation.ExpectEndAsync();
        conversation.HalfClose();
        Assert.Equal([ConnectionEnd.IdleTimeout], await server.EndsAsync());
    }

    [Fact]
    [Requirement("H1-2.2-06")]
    public async Task Empty_lines_do_not_put_idleness_off()
    {
        await using TestServer server = await StartAsync(new LedgerApplication().HandleAsync);
        await using Conversation conversation = await server.ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            conversation.Advance(19 * Second);
            await conversation.SendAsync("\r\n");
        }

        conversation.ExpectNothing();
        conversation.Advance(4 * Second);
        await conversation.ExpectEndAsync();
    }

    [Theory]
    [Rule("HeadTimeout")]
    [Requirement("H1-8-01", "H1-POL-01", "HS-15.5.9-01", "H1-9.6-04")]
    [InlineData("G")]
    [InlineData("GET / HTTP/1.1\r\nHost:")]
    [InlineData("\r\n\r\nG")]
    [InlineData("\r")]
    public async Task A_head_that_does_not_come_is_answered_408(string sent)
    {
        await using TestServer server = await StartAsync(new LedgerApplication().HandleAsync);
        await using Conversation conversation = await server.ConnectAsync();
        conversation.Advance(50 * Second);
        await conversation.SendAsync(sent);
        conversation.Advance(9.9 * Second);
        conversation.ExpectNothing();
        conversation.Advance(0.3 * Second);
        Assert.True((await conversation.ExpectResponseAsync(408)).SaysClose);
        await conversation.ExpectEndAsync();
        conversation.HalfClose();
        Assert.Equal([ConnectionEnd.HeadTimeout], await server.EndsAsync());
    }

    [Theory]
    [Requirement("H1-POL-01", "HS-15.5.9-01")]
    [InlineData(Network.Memory)]
    [InlineData(Network.Tcp)]
    [InlineData(Network.Epoll)]
    public async Task Two_hundred_slow_clients_end_at_the_deadline_and_others_are_served_meanwhile(Network network)
    {
        await using TestServer server = await StartAsync(new LedgerApplication().HandleAsync, network);
        var slow = new List<Conversation>();
        const string Head = "GET / HTTP/1.1\r\nHost: a\r\nX: yyyyyyyyyyyyyyyyyyyyyyyy";
        for (int i = 0; i < 200; i++)
        {
            slow.Add(await server.ConnectAsync());
            await slow[i].SendAsync(Head[..1]);
        }

        await using Conversation normal = await server.ConnectAsync();
        for (int second = 1; second < 10; second++)
        {
            foreach (Conversation each in slow) await each.SendAsync(Head.Substring(second, 1));
            await normal.SendAsync(LedgerProbe.Probe);
            await normal.ExpectResponseAsync(200);
            server.Time.Advance(0.9 * Second);
        }

        // Over TCP the first byte may be seen later than it was sent: the clock goes on until the last has its answer.
        foreach (Conversation each in slow)
        {
            Task<ReceivedResponse> answer = each.ExpectResponseAsync(408);
            await server.AdvanceUntilAsync(answer, Second);
            Assert.True((await answer).SaysClose);
            await each.ExpectEndAsync();
            await each.DisposeAsync();
        }

        IReadOnlyList<ConnectionEnd> ends = await server.EndsAsync(200);
        Assert.Equal(200, ends.Count(end => end == ConnectionEnd.HeadTimeout));
    }

    [Theory]
    [Rule("BodyTimeout")]
    [Requirement("H1-POL-01", "H1-6.3-05", "H1-7.1-07", "HS-15.5.9-01")]
    [InlineData("Content-Length: 10\r\n\r\nhello")]
    [InlineData("Content-Length: 10\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n")]
    public async Task A_body_that_stops_coming_is_answered_408(string rest)
    {
        var application = new LedgerApplication();
        await using TestServer server = await StartAsync(application.HandleAsync);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync($"POST /e HTTP/1.1\r\nHost: a\r\n{rest}");
        conversation.Advance(4.9 * Second);
        conversation.ExpectNothing();
        conversation.Advance(0.3 * Second);
        Assert.True((await conversation.ExpectResponseAsync(408)).SaysClose);
        await conversation.ExpectEndAsync();
        conversation.HalfClose();
        Assert.Empty(application.Bodies);
        Assert.Equal([ConnectionEnd.BodyTimeout], await server.EndsAsync());
        Assert.Empty(server.Log.Complaints);
    }

    [Fact]
    [Requirement("H1-7.1-07")]
    public async Task The_last_line_of_a_body_completes_it()
    {
        var application = new LedgerApplication();
        await using TestServer server = await StartAsync(application.HandleAsync);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("POST /e HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n");
        conversation.ExpectNothing();
        await conversation.SendAsync("\r\n");
        Assert.Equal("hello", (await conversation.ExpectResponseAsync(200)).Text);
    }

    [Theory]
    [Requirement("H1-POL-01")]
    [InlineData(100, true)]
    [InlineData(60, false)]
    public async Task A_body_must_come_at_the_minimum_rate(int bytesPerSecond, bool isEnough)
    {
        await using TestServer server = await StartAsync(new LedgerApplication().HandleAsync);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 6000\r\n\r\n");
        int sent = 0;
        for (int second = 0; second < 59 && !conversation.HasEnded() && conversation.Peek().Length == 0; second++)
        {
            conversation.Advance(Second);
            if (conversation.Peek().Length > 0) break;
            await conversation.SendAsync(new byte[bytesPerSecond]);
            sent += bytesPerSecond;
        }

        if (isEnough) await conversation.SendAsync(new byte[6000 - sent]);
        await conversation.ExpectResponseAsync(isEnough ? 200 : 408);
    }

    [Theory]
    [InlineData("Content-Length: 100000\r\n\r\n", "x")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5;", "a")]
    public async Task Trickling_earns_no_time(string framing, string trickle)
    {
        // A byte a second, in content or in an extension of which what has come before is looked at again each time.
        await using TestServer server = await StartAsync(new LedgerApplication().HandleAsync);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync($"POST /e HTTP/1.1\r\nHost: a\r\n{framing}");
        int seconds = 0;
        for (; seconds < 60 && conversation.Peek().Length == 0; seconds++)
        {
            await conversation.SendAsync(trickle);
            conversation.Advance(Second);
        }

        await conversation.ExpectResponseAsync(408);
        Assert.InRange(seconds, 5, 7);
    }

    [Theory]
    [InlineData(0)]
    public async Task A_rate_of_0_waits_for_ever(int rate)
    {
        await using TestServer server = await StartAsync(new LedgerApplication().HandleAsync, timeouts: Timeouts with { MinRequestBodyRate = rate });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
        conversation.Advance(TimeSpan.FromDays(2));
        conversation.ExpectNothing();
        await conversation.SendAsync("hello");
        await conversation.ExpectResponseAsync(200);
    }

    [Fact]
    public async Task Time_in_which_the_handler_does_not_wait_for_the_body_does_not_count()
    {
        var go = new TaskCompletionSource();
        await using TestServer server = await StartAsync(async exchange =>
        {
            await go.Task;
            byte[] body = await exchange.RequestBody.ReadAllAsync(100);
            await exchange.RespondAsync(200, "text/plain", body);
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
        conversation.Advance(TimeSpan.FromHours(1));
        conversation.ExpectNothing();
        go.SetResult();
        await conversation.SendAsync("hello");
        Assert.Equal("hello", (await conversation.ExpectResponseAsync(200)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_response_that_nobody_takes_ends_in_a_reset(bool isLarge)
    {
        var ended = new TaskCompletionSource<Exception?>();
        await using TestServer server = await StartAsync(
            async exchange =>
            {
                exchange.Response.ContentLength = 1_000_000;
                try
                {
                    for (int left = 1_000_000; left > 0; left -= isLarge ? 1_000_000 : 10_000) await exchange.ResponseBody.WriteAsync(new byte[isLarge ? 1_000_000 : 10_000]);
                    ended.SetResult(null);
                }
                catch (IOException e)
                {
                    ended.SetResult(e);
                    throw;
                }
            });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(LedgerProbe.Probe);

        // The grace, and 4 s for a piece of 4 KiB at 1 KiB a second.
        conversation.Advance(8.9 * Second);
        Assert.False(ended.Task.IsCompleted);
        conversation.Advance(0.3 * Second);
        Assert.IsAssignableFrom<IOException>(await ended.Task.WaitAsync(Conversation.Patience, TimeProvider.System));
        Assert.Equal([ConnectionEnd.ResponseTimeout], await server.EndsAsync());
        await conversation.ExpectResetAsync();
        Assert.Empty(server.Log.Complaints);
    }

    [Fact]
    [Requirement("H1-9.5-03")]
    public async Task A_response_that_is_taken_slowly_but_steadily_goes_through()
    {
        await using TestServer server = await StartAsync(async exchange => await exchange.RespondAsync(200, "text/plain", new byte[300_000]), windowBytes: 16 * 1024);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(LedgerProbe.Probe);
        int read = 0;
        for (int turn = 0; turn < 60; turn++)
        {
            read += (await TransportPair.ReadAsync(conversation.Transport.Input, 5000)).Length;
            conversation.Advance(4.5 * Second);
        }

        Assert.Equal(300_000, read);
        Assert.Empty(server.Ends);
    }

    [Fact]
    [Requirement("H1-9.5-03")]
    public async Task A_client_that_pauses_and_goes_on_gets_all_of_it_over_TCP_and_the_server_holds_little()
    {
        long written = 0;
        await using TestServer server = await StartAsync(
            async exchange =>
            {
                exchange.Response.ContentLength = 100 * 1024 * 1024;
                byte[] piece = new byte[64 * 1024];
                for (int i = 0; i < 1600; i++)
                {
                    await exchange.ResponseBody.WriteAsync(piece);
                    Interlocked.Add(ref written, piece.Length);
                }
            },
            Network.Tcp,
            timeouts: Timeouts with { MinResponseRate = 0 });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(LedgerProbe.Probe);
        await conversation.ExpectHeadAsync(200);
        conversation.Advance(TimeSpan.FromHours(1));

        // What the handler has got rid of is in the system's buffers, which are bounded.
        Assert.InRange(Interlocked.Read(ref written), 0, 32 * 1024 * 1024);
        long left = (100L * 1024 * 1024) - conversation.Peek().Length;
        while (left > 0)
        {
            ReadResult result = await conversation.Transport.Input.ReadAsync().AsTask().WaitAsync(Conversation.Patience, TimeProvider.System);
            left -= result.Buffer.Length;
            conversation.Transport.Input.AdvanceTo(result.Buffer.End);
            Assert.False(result.IsCompleted);
        }

        Assert.Equal(0, left);
    }

    [Theory]
    [Requirement("H1-9.6-05")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    public async Task Reading_behind_the_last_answer_is_bounded_in_time(string bytes)
    {
        await using TestServer server = await StartAsync(new LedgerApplication().HandleAsync);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(bytes);
        await conversation.ExpectResponseAsync(400);
        await conversation.ExpectEndAsync();
        for (int i = 0; i < 29; i++)
        {
            await conversation.SendAsync("more");
            conversation.Advance(0.1 * Second);
        }

        Assert.Empty(server.Ends);
        conversation.Advance(0.3 * Second);
        Assert.Equal([ConnectionEnd.Refused], await server.EndsAsync());
    }

    [Fact]
    public async Task For_ever_is_for_ever()
    {
        var timeouts = new HttpTimeouts
        {
            Idle = Timeout.InfiniteTimeSpan,
            Head = Timeout.InfiniteTimeSpan,
            Linger = Timeout.InfiniteTimeSpan,
            MinRequestBodyRate = 0,
            MinResponseRate = 0,
        };
        await using TestServer server = await StartAsync(new LedgerApplication().HandleAsync, timeouts: timeouts);
        await using Conversation conversation = await server.ConnectAsync();
        conversation.Advance(TimeSpan.FromDays(1));
        await conversation.SendAsync("GET / HTTP/1.1\r\n");
        conversation.Advance(TimeSpan.FromDays(1));
        await conversation.SendAsync("Host: a\r\n\r\n");
        await conversation.ExpectResponseAsync(200);
        await conversation.SendAsync("x\n");
        await conversation.ExpectResponseAsync(400);
        conversation.Advance(TimeSpan.FromDays(1));
        Assert.Empty(server.Ends);
        conversation.HalfClose();
        await server.EndsAsync();
    }

    [Fact]
    public async Task The_deadline_of_one_wait_does_not_end_the_next()
    {
        // Each wait comes as near to its end as it can, over and over.
        await using TestServer server = await StartAsync(new LedgerApplication().HandleAsync);
        await using Conversation conversation = await server.ConnectAsync();
        for (int i = 0; i < 20; i++)
        {
            conversation.Advance(59.9 * Second);
            await conversation.SendAsync("POST /e HTTP/1.1\r\nHost: a\r\n");
            conversation.Advance(9.9 * Second);
            await conversation.SendAsync("Content-Length: 4\r\n\r\n");
            conversation.Advance(4.9 * Second);
            await conversation.SendAsync(i.ToString("D4", CultureInfo.InvariantCulture));
            await conversation.ExpectResponseAsync(200);
        }
    }

    private static Task<TestServer> StartAsync(
        HttpHandler handler, Network network = Network.Memory, HttpTimeouts? timeouts = null, int windowBytes = 64 * 1024) =>
        TestServer.StartAsync(handler, network, HttpLimits.Default, timeouts ?? Timeouts, windowBytes: windowBytes);
}
