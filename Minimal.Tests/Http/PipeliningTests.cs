using Minimal.Http;
using Minimal.Http.Wire;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>RFC 9112 §9.3.2: several requests in one go. Answers keep their order, leave together, and never wait for what they do not depend on.</summary>
public sealed class PipeliningTests
{
    private static readonly string[] OneThenHeld = ["GET /probe HTTP/1.1\r\nHost: a\r\n\r\n", "GET /held HTTP/1.1\r\nHost: a\r\n\r\n"];

    [Theory]
    [Requirement("H1-9.3.2-01", "H1-9.2-01")]
    [InlineData(Network.Memory)]
    [InlineData(Network.Tcp)]
    [InlineData(Network.Epoll)]
    public async Task Answers_come_in_the_order_of_the_requests(Network network)
    {
        // The first takes longest.
        var gates = new TaskCompletionSource[] { new(), new(), new() };
        var begun = new SemaphoreSlim(0);
        await using TestServer server = await TestServer.StartAsync(
            async exchange =>
            {
                begun.Release();
                string path = exchange.Request.Path;
                await gates[path[1] - '0'].Task;
                await exchange.RespondAsync(200, path);
            },
            network);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(string.Concat(Enumerable.Range(0, 3).Select(n => $"GET /{n} HTTP/1.1\r\nHost: a\r\n\r\n")));
        gates[1].SetResult();
        gates[2].SetResult();
        Assert.True(await begun.WaitAsync(Conversation.Patience));
        conversation.ExpectNothing();
        gates[0].SetResult();
        for (int i = 0; i < 3; i++) Assert.Equal($"/{i}", (await conversation.ExpectResponseAsync(200)).Text);
    }

    [Fact]
    [Requirement("H1-9.3.2-02")]
    public async Task A_later_request_sees_what_an_earlier_one_did()
    {
        await using TestServer server = await TestServer.StartAsync(new LedgerApplication().HandleAsync);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("POST /inc HTTP/1.1\r\nHost: a\r\n\r\nPOST /inc HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("1", (await conversation.ExpectResponseAsync(200)).Text);
        Assert.Equal("2", (await conversation.ExpectResponseAsync(200)).Text);
    }

    [Theory]
    [InlineData(Network.Memory, 1)]
    [InlineData(Network.Memory, 16)]
    [InlineData(Network.Tcp, 16)]
    [InlineData(Network.Epoll, 16)]
    public async Task Answers_to_what_came_together_leave_together(Network network, int count)
    {
        SpyTransport? spy = null;
        await using TestServer server = await TestServer.StartAsync(new LedgerApplication().HandleAsync, network, around: transport => spy = new SpyTransport(transport));
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(string.Concat(Enumerable.Repeat(LedgerProbe.Probe, count)));
        for (int i = 0; i < count; i++) await conversation.ExpectResponseAsync(200);
        Assert.Equal(1, spy!.Flushes);
    }

    [Fact]
    public async Task Answers_that_fill_a_buffer_do_not_wait_for_the_last()
    {
        SpyTransport? spy = null;
        await using TestServer server = await TestServer.StartAsync(
            exchange => exchange.RespondAsync(200, "text/plain", new byte[4000]), around: transport => spy = new SpyTransport(transport));
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(string.Concat(Enumerable.Repeat(LedgerProbe.Probe, 100)));
        for (int i = 0; i < 100; i++) await conversation.ExpectResponseAsync(200);

        // 400 KB, and no more than 16 KiB and an answer at a time.
        Assert.InRange(spy!.Flushes, 18, 30);
    }

    [Fact]
    public async Task Output_leaves_before_any_wait_for_input()
    {
        SpyTransport? spy = null;
        await using TestServer server = await TestServer.StartAsync(new LedgerApplication().HandleAsync, around: transport => spy = new SpyTransport(transport));
        await using Conversation conversation = await server.ConnectAsync();

        // Before the rest of a head, of a body, of a body that is thrown away, and of what lingers.
        string[] beginnings =
        [
            "GET / HTTP/1.1\r\n", "Host: a\r\n\r\n",
            "POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n", "xx",
            "POST /ignored HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n", "xx",
            "POST /e HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", "xx",
            "garbage\n",
        ];
        for (int i = 0; i < beginnings.Length; i++) await conversation.SendAsync((i % 2 == 0 ? LedgerProbe.Probe : "") + beginnings[i]);

        // A flush has something to send, and between two waits there is one at most: where the client is to go on, it has all that there is.
        Assert.DoesNotContain("flush 0", spy!.Log);
        Assert.Equal(["read", "flush", "read", "flush", "read", "flush", "read", "flush", "read", "flush", "read"], spy.Log.Take(11).Select(line => line.Split(' ')[0]));
        int answers = 0;
        while (conversation.Peek().Length > 0) answers += (await conversation.ExpectResponseAsync()).Status >= 200 ? 1 : 0;
        Assert.Equal(10, answers);
    }

    [Theory]
    [InlineData(Network.Memory)]
    [InlineData(Network.Tcp)]
    [InlineData(Network.Epoll)]
    public async Task An_answer_does_not_wait_for_a_later_handler(Network network)
    {
        var application = new LedgerApplication();
        SpyTransport? spy = null;
        await using TestServer server = await TestServer.StartAsync(application.HandleAsync, network, around: transport => spy = new SpyTransport(transport));
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(string.Concat(OneThenHeld));
        Assert.Equal("/probe", (await conversation.ExpectResponseAsync(200)).Text);
        conversation.ExpectNothing();
        application.Held.SetResult();
        Assert.Equal("held", (await conversation.ExpectResponseAsync(200)).Text);
        Assert.Equal(1, spy!.Log.Count(line => line.StartsWith("try", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_handler_that_answers_while_earlier_answers_are_being_sent_garbles_nothing()
    {
        // The handler goes on on another thread, at the moment when its own connection sends what stood before.
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            if (exchange.Request.Path == "/held") await Task.Yield();
            await exchange.ResponseBody.WriteAsync("answer"u8.ToArray());
            await exchange.ResponseBody.FlushAsync();
        });
        await using Conversation conversation = await server.ConnectAsync();
        for (int round = 0; round < 300; round++)
        {
            await conversation.SendAsync(string.Concat(OneThenHeld) + string.Concat(OneThenHeld));
            for (int i = 0; i < 4; i++) Assert.Equal("answer", (await conversation.ExpectResponseAsync(200)).Text);
        }
    }

    [Fact]
    public async Task A_peer_that_vanished_before_an_earlier_answer_left_does_not_disturb_the_handler()
    {
        var held = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(
            async exchange =>
            {
                if (exchange.Request.Path == "/held")
                {
                    await held.Task;
                    _ = exchange.Request;
                    ended.SetResult();
                }

                await exchange.RespondAsync(200, "x");
            },
            around: transport => new SpyTransport(transport) { TryFlushFails = new IOException("gone") });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(string.Concat(OneThenHeld));
        Assert.Empty(server.Ends);
        held.SetResult();
        await ended.Task.WaitAsync(Conversation.Patience, TimeProvider.System);
        Assert.Equal([ConnectionEnd.Reset], await server.EndsAsync());
        Assert.Empty(server.Log.Complaints);
    }

    [Theory]
    [Requirement("H1-9.3.2-03")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_pumps_requests_behind_a_held_one_has_to_wait(bool isWatched)
    {
        var held = new TaskCompletionSource();
        int seen = 0;
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            if (Interlocked.Increment(ref seen) == 1)
            {
                if (isWatched) _ = exchange.Aborted;
                await held.Task;
            }

            await exchange.RespondAsync(200, "");
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(LedgerProbe.Probe);

        // 100 MiB of requests; it stops where the transport's window and what is read ahead are full.
        byte[] requests = System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(LedgerProbe.Probe, 1000)));
        const int Pumps = 3000;
        Task pumping = PumpAsync(conversation, requests, Pumps);
        Assert.False(pumping.IsCompleted);
        Assert.InRange(conversation.Transport.BytesSent, 1, (64 * 1024) + (2 * 64 * 1024));
        Assert.Equal(1, seen);

        held.SetResult();
        Task reading = ReadAsync(conversation, 1 + (1000 * Pumps));
        await Task.WhenAll(pumping, reading).WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System);
        Assert.Equal(1 + (1000 * Pumps), seen);
    }

    private static async Task PumpAsync(Conversation conversation, byte[] requests, int times)
    {
        for (int i = 0; i < times; i++) await conversation.Transport.Output.WriteAsync(requests);
    }

    private static async Task ReadAsync(Conversation conversation, int answers)
    {
        // All answers are alike, so their bytes can be counted.
        await Task.Yield();
        long length = 0, left = long.MaxValue;
        while (left > 0)
        {
            System.IO.Pipelines.ReadResult read = await conversation.Transport.Input.ReadAsync();
            if (left == long.MaxValue)
            {
                string text = System.Text.Encoding.ASCII.GetString(System.Buffers.BuffersExtensions.ToArray(read.Buffer));
                length = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
                left = length * answers;
            }

            left -= read.Buffer.Length;
            conversation.Transport.Input.AdvanceTo(read.Buffer.End);
        }

        Assert.Equal(0, left);
    }
}
