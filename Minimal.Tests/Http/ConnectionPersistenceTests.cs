using Minimal.Http;
using Minimal.Http.Wire;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>RFC 9112 §9.3: which connections go on, and what is said about it.</summary>
public sealed class ConnectionPersistenceTests
{
    public static TheoryData<Network> Networks => [Network.Memory, Network.Tcp, Network.Epoll];

    [Theory]
    [Requirement("H1-9.3-01")]
    [MemberData(nameof(Networks))]
    public async Task A_hundred_requests_go_over_one_connection(Network network)
    {
        await using TestServer server = await TestServer.StartAsync(new LedgerApplication().HandleAsync, network);
        await using Conversation conversation = await server.ConnectAsync();
        for (int i = 0; i < 100; i++)
        {
            await conversation.SendAsync(LedgerProbe.Probe);
            Assert.False((await conversation.ExpectResponseAsync(200)).SaysClose);
        }

        Assert.Equal(1, server.Accepted);
        conversation.HalfClose();
        await conversation.ExpectEndAsync();
        Assert.Equal([ConnectionEnd.ClosedByClient], await server.EndsAsync());
    }

    [Theory]
    [Requirement("H1-9.3-02", "H1-9.6-01", "H1-9.6-02", "HS-7.6.1-01", "HS-5.6.1.2-01")]
    [InlineData("GET / HTTP/1.1\r\n{H}", true)]
    [InlineData("GET / HTTP/1.1\r\n{H}Connection: close\r\n", false)]
    [InlineData("GET / HTTP/1.0\r\n", false)]
    [InlineData("GET / HTTP/1.0\r\nConnection: keep-alive\r\n", true)]
    [InlineData("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n", true)]
    [InlineData("GET / HTTP/1.1\r\n{H}Connection: keep-alive, close\r\n", false)]
    [InlineData("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n", false)]
    [InlineData("GET / HTTP/1.2\r\n{H}", true)]
    [InlineData("GET / HTTP/1.1\r\n{H}Connection: CLOSE\r\n", false)]
    [InlineData("GET / HTTP/1.1\r\n{H}Connection: foo, Close\r\n", false)]
    [InlineData("GET / HTTP/1.1\r\n{H}Connection: keep-alive\r\nConnection: close\r\n", false)]
    [InlineData("GET / HTTP/1.1\r\n{H}Connection: , close,,\r\n", false)]
    [InlineData("GET / HTTP/1.1\r\n{H}Connection: closed\r\n", true)]
    public async Task The_order_of_9_3_decides(string head, bool goesOn)
    {
        await using TestServer server = await TestServer.StartAsync(new LedgerApplication().HandleAsync);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(LedgerProbe.Expand($"{head}\r\n"));
        ReceivedResponse response = await conversation.ExpectResponseAsync(200);
        Assert.Equal(!goesOn, response.SaysClose);
        Assert.Equal(goesOn && head.Contains("HTTP/1.0", StringComparison.Ordinal) ? "keep-alive" : goesOn ? null : "close", response["Connection"]);
        if (goesOn)
        {
            conversation.ExpectNothing();
            await conversation.SendAsync(LedgerProbe.Probe);
            await conversation.ExpectResponseAsync(200);
            return;
        }

        await conversation.ExpectEndAsync();
        Assert.Equal([ConnectionEnd.CloseRequested], await server.EndsAsync());
    }

    [Fact]
    [Requirement("H1-9.3-05")]
    public async Task HTTP_1_0_can_go_on_and_is_told_so()
    {
        await using TestServer server = await TestServer.StartAsync(new LedgerApplication().HandleAsync);
        await using Conversation conversation = await server.ConnectAsync();
        for (int i = 0; i < 2; i++)
        {
            await conversation.SendAsync("GET /fixed HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
            ReceivedResponse response = await conversation.ExpectResponseAsync(200);
            Assert.Equal("keep-alive", response["Connection"]);
            Assert.Equal(6, response.ContentLength);
        }

        conversation.ExpectNothing();
    }

    [Theory]
    [Requirement("H1-9.3-06", "H1-6.1-06", "H1-2.3-02", "H1-6.3-07")]
    [InlineData("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")]
    [InlineData("GET /stream HTTP/1.0\r\n\r\n")]
    public async Task A_response_that_ends_with_the_connection_says_so(string bytes)
    {
        await using TestServer server = await TestServer.StartAsync(new LedgerApplication().HandleAsync);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(bytes + LedgerProbe.Probe);
        ReceivedResponse response = await conversation.ExpectResponseAsync(200);
        Assert.Equal("onetwo", response.Text);
        Assert.True(response.SaysClose);
        Assert.False(response.IsChunked || response.ContentLength is not null);
        await conversation.ExpectEndAsync();
    }

    [Theory]
    [Requirement("H1-9.3-03", "H1-9.6-04")]
    [InlineData(1)]
    [InlineData(3)]
    public async Task The_last_of_so_many_requests_is_answered_with_close(int most)
    {
        await using TestServer server = await TestServer.StartAsync(new LedgerApplication().HandleAsync, limits: new HttpLimits { MaxRequestsPerConnection = most });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("POST /e HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
        await conversation.ExpectAsync("HTTP/1.1 100 Continue\r\n\r\n");
        await conversation.SendAsync("x" + string.Concat(Enumerable.Repeat(LedgerProbe.Probe, most)));
        for (int i = 1; i <= most; i++) Assert.Equal(i == most, (await conversation.ExpectResponseAsync(200)).SaysClose);
        await conversation.ExpectEndAsync();
        conversation.HalfClose();
        Assert.Equal([ConnectionEnd.MaxRequests], await server.EndsAsync());
    }

    [Theory]
    [Requirement("H1-9.3-04")]
    [InlineData(65_536, true)]
    [InlineData(65_537, false)]
    [InlineData(10 * 1024 * 1024, false)]
    public async Task A_body_that_the_handler_left_is_read_or_the_connection_closes(int length, bool goesOn)
    {
        LedgerProbe.Outcome outcome = await LedgerProbe.PlayAsync($"POST /ignored HTTP/1.1\r\n{{H}}Content-Length: {length}\r\n\r\n{new string('G', length)}{{P}}");
        Assert.Equal(goesOn ? ["POST /ignored", "GET /probe"] : ["POST /ignored"], outcome.Seen);
        Assert.Equal(!goesOn, outcome.Responses[0].SaysClose);
        Assert.Equal(goesOn ? 2 : 1, outcome.Responses.Count);
    }

    [Theory]
    [Requirement("H1-9.3-04")]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", true)]
    [InlineData("5\r\nhello\r\n0\r\nA: b\r\n\r\n", true)]
    [InlineData("5\r\nhello\r\n", false)]
    [InlineData("x\r\n", false)]
    public async Task Chunks_that_the_handler_left_are_passed_over_if_they_have_come(string chunks, bool goesOn)
    {
        LedgerProbe.Outcome outcome = await LedgerProbe.PlayAsync($"POST /ignored HTTP/1.1\r\n{{H}}Transfer-Encoding: chunked\r\n\r\n{chunks}{(goesOn ? "{P}" : "")}");
        Assert.Equal(goesOn ? ["POST /ignored", "GET /probe"] : ["POST /ignored"], outcome.Seen);
        Assert.Equal(!goesOn, outcome.Responses[0].SaysClose);
        Assert.Equal(!goesOn, outcome.HasEnded);
    }

    [Fact]
    [Requirement("H1-9.3-04")]
    public async Task The_rest_of_a_body_may_come_behind_the_answer()
    {
        await using TestServer server = await TestServer.StartAsync(new LedgerApplication().HandleAsync);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("POST /ignored HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
        Assert.False((await conversation.ExpectResponseAsync(200)).SaysClose);
        await conversation.SendAsync("world" + LedgerProbe.Probe);
        await conversation.ExpectResponseAsync(200);
    }

    [Theory]
    [Requirement("H1-9.6-05", "H1-9.3-04")]
    [InlineData(Network.Memory)]
    [InlineData(Network.Tcp)]
    public async Task Who_said_close_and_still_sends_its_body_gets_its_answer(Network network)
    {
        await using TestServer server = await TestServer.StartAsync(exchange => exchange.RespondAsync(200, new string('a', 100_000)), network, windowBytes: 1 << 20);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("POST /ignored HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 200000\r\n\r\n");
        await conversation.ExpectHeadAsync(200);
        for (int i = 0; i < 20; i++) await conversation.SendAsync(new byte[10_000]);
        Assert.Equal(100_000, (await conversation.ExpectBytesAsync(100_000)).Length);
        await conversation.ExpectEndAsync();
        conversation.HalfClose();
        Assert.Equal([ConnectionEnd.CloseRequested], await server.EndsAsync());
    }

    [Theory]
    [Requirement("H1-9.3-04", "H1-6.3-05")]
    [InlineData("Content-Length: 5\r\n\r\nhello", true)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nA: b\r\n\r\n", true)]
    [InlineData("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", true)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n|0\r\n\r\n", false)]
    public async Task A_handler_that_has_answered_can_still_read_all_of_the_body(string sent, bool goesOn)
    {
        byte[] body = [];
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            await exchange.RespondAsync(200, "early");
            body = await exchange.RequestBody.ReadAllAsync(100);
        });
        await using Conversation conversation = await server.ConnectAsync();
        foreach (string part in $"POST / HTTP/1.1\r\nHost: a\r\n{sent}".Split('|')) await conversation.SendAsync(part);
        Assert.Equal(!goesOn, (await conversation.ExpectResponseAsync(200)).SaysClose);
        Assert.Equal("hello"u8.ToArray(), body);
        if (!goesOn) return;
        await conversation.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await conversation.ExpectResponseAsync(200);
    }

    [Fact]
    [Requirement("H1-9.6-03", "H1-9.6-04")]
    public async Task Behind_a_close_nothing_is_done()
    {
        var application = new LedgerApplication();
        await using TestServer server = await TestServer.StartAsync(application.HandleAsync);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nPOST /inc HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.True((await conversation.ExpectResponseAsync(200)).SaysClose);
        await conversation.ExpectEndAsync();
        Assert.Equal(0, application.Counter);
    }

    [Fact]
    [Requirement("H1-9.6-03")]
    public async Task A_handler_can_close()
    {
        int seen = 0;
        await using TestServer server = await TestServer.StartAsync(exchange =>
        {
            seen++;
            exchange.Response.Close = true;
            return exchange.RespondAsync(200, "bye");
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(LedgerProbe.Probe + LedgerProbe.Probe);
        Assert.True((await conversation.ExpectResponseAsync(200)).SaysClose);
        await conversation.ExpectEndAsync();
        conversation.HalfClose();
        Assert.Equal(1, seen);
        Assert.Equal([ConnectionEnd.CloseByHandler], await server.EndsAsync());
    }

    [Theory]
    [Requirement("H1-9.6-06")]
    [MemberData(nameof(Networks))]
    public async Task A_client_that_has_closed_its_side_still_gets_its_answers(Network network)
    {
        var application = new LedgerApplication();
        await using TestServer server = await TestServer.StartAsync(application.HandleAsync, network);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("GET /held HTTP/1.1\r\nHost: a\r\n\r\n" + LedgerProbe.Probe);
        conversation.HalfClose();
        application.Held.SetResult();
        Assert.Equal("held", (await conversation.ExpectResponseAsync(200)).Text);
        await conversation.ExpectResponseAsync(200);
        await conversation.ExpectEndAsync();
        Assert.Equal([ConnectionEnd.ClosedByClient], await server.EndsAsync());
    }

    [Theory]
    [Requirement("H1-6.3-05", "H1-8-02")]
    [InlineData("POST /e HTTP/1.1\r\n{H}Content-Length: 10\r\n\r\nhello")]
    [InlineData("POST /e HTTP/1.1\r\n{H}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    [InlineData("POST /e HTTP/1.1\r\n{H}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n")]
    [InlineData("POST /e HTTP/1.1\r\n{H}Transfer-Encoding: chunked\r\n\r\n")]
    public async Task A_body_that_is_cut_never_looks_complete(string bytes)
    {
        var application = new LedgerApplication();
        await using TestServer server = await TestServer.StartAsync(application.HandleAsync);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(LedgerProbe.Expand(bytes));
        conversation.HalfClose();
        Assert.True((await conversation.ExpectResponseAsync(400)).SaysClose);
        await conversation.ExpectEndAsync();
        Assert.Empty(application.Bodies);
        Assert.Equal([ConnectionEnd.Incomplete], await server.EndsAsync());
        Assert.Empty(server.Log.Complaints);
    }

    [Theory]
    [InlineData("GET / HT")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n")]
    [InlineData("\r")]
    public async Task A_head_that_is_cut_gets_no_answer(string bytes)
    {
        await using TestServer server = await TestServer.StartAsync(new LedgerApplication().HandleAsync);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(bytes);
        conversation.HalfClose();
        await conversation.ExpectEndAsync();
        Assert.Equal([ConnectionEnd.Incomplete], await server.EndsAsync());
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task A_client_that_resets_is_no_failure(Network network)
    {
        await using TestServer server = await TestServer.StartAsync(new LedgerApplication().HandleAsync, network);
        string[] moments = ["", "GET", "POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe", LedgerProbe.Probe];
        foreach (string sent in moments)
        {
            Conversation conversation = await server.ConnectAsync();
            if (sent.Length > 0) await conversation.SendAsync(sent);
            if (sent == LedgerProbe.Probe) await conversation.ExpectResponseAsync(200);
            conversation.Reset();
        }

        Assert.All(await server.EndsAsync(moments.Length), end => Assert.Equal(ConnectionEnd.Reset, end));
        Assert.Empty(server.Log.Complaints);
    }

    [Fact]
    [Requirement("H1-9.6-05")]
    public async Task An_upload_gets_its_refusal_although_it_goes_on()
    {
        // The client writes on and reads only behind its 5 MiB: without the staged close a reset would take the answer with it.
        await using TestServer server = await TestServer.StartAsync(
            exchange => exchange.RespondAsync(413, "too large"), Network.Tcp, timeouts: new HttpTimeouts { Linger = TimeSpan.FromSeconds(20) });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 52428800\r\n\r\n");
        byte[] piece = new byte[64 * 1024];
        for (int i = 0; i < 80; i++) await conversation.Transport.Output.WriteAsync(piece);
        ReceivedResponse response = await conversation.ExpectResponseAsync(413);
        Assert.Equal("too large", response.Text);
        Assert.True(response.SaysClose);
        await conversation.ExpectEndAsync();
        conversation.HalfClose();
        Assert.Equal([ConnectionEnd.Unframed], await server.EndsAsync());
    }

    [Theory]
    [Requirement("H1-9.6-05")]
    [InlineData(65_536, false)]
    [InlineData(65_537, true)]
    public async Task What_is_read_behind_the_last_answer_is_bounded_in_bytes(int more, bool isOver)
    {
        await using TestServer server = await TestServer.StartAsync(
            exchange => exchange.RespondAsync(413, "no"), limits: new HttpLimits { MaxLingerBytes = 65_536 + 100_000 });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 52428800\r\n\r\n" + new string('x', 99_999));
        await conversation.ExpectResponseAsync(413);
        await conversation.ExpectEndAsync();
        await conversation.SendAsync(new byte[more]);
        Assert.Equal(isOver, server.Ends.Count == 1);
        if (isOver) await Assert.ThrowsAsync<CheckFailedException>(() => conversation.SendAsync("x"));
        else await conversation.SendAsync("");
    }

    [Fact]
    public async Task The_first_bytes_of_the_next_request_are_not_lost_when_a_body_ends_with_them()
    {
        await using TestServer server = await TestServer.StartAsync(new LedgerApplication().HandleAsync);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET /pro");
        Assert.Equal("hello", (await conversation.ExpectResponseAsync(200)).Text);
        await conversation.SendAsync("be HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("/probe", (await conversation.ExpectResponseAsync(200)).Text);
    }

    [Fact]
    [Requirement("HS-5.3-02")]
    public async Task A_request_is_not_acted_on_before_its_head_is_whole()
    {
        var application = new LedgerApplication();
        await using TestServer server = await TestServer.StartAsync(application.HandleAsync);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("POST /inc HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n");
        conversation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, application.Counter);
        await conversation.SendAsync("\r\n");
        Assert.Equal("1", (await conversation.ExpectResponseAsync(200)).Text);
    }
}
