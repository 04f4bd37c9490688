using Minimal.Http;
using Minimal.Http.Wire;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>One answer for each request, in order, for as many connections as there may be (RFC 9112 §9.2 to §9.5).</summary>
public sealed class ConnectionOrderTests
{
    [Fact]
    [Requirement("H1-9.2-01")]
    public async Task A_handler_answers_once()
    {
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            await exchange.RespondAsync(200, "first");
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await exchange.RespondAsync(200, "second"));
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await exchange.ResponseBody.WriteAsync("third"u8.ToArray()));
            Assert.Throws<InvalidOperationException>(() => exchange.Response.Status = 201);
            Assert.Throws<InvalidOperationException>(() => exchange.Response.Fields.Set("X", "y"));
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("first", (await conversation.ExpectResponseAsync(200)).Text);
        Assert.Equal("first", (await conversation.ExpectResponseAsync(200)).Text);
    }

    [Fact]
    [Requirement("H1-9.3.2-01", "H1-9.3.2-02")]
    public async Task Pipelined_requests_are_answered_in_order_and_one_after_the_other()
    {
        TaskCompletionSource first = new(), third = new();
        int count = 0;
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            int turn = ++count;
            if (exchange.Request.Path == "/first") await first.Task;
            if (exchange.Request.Path == "/third") await third.Task;
            Assert.Equal(turn, count);
            await exchange.RespondAsync(200, $"{exchange.Request.Path} {turn}");
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(string.Concat(((string[])["first", "second", "third"]).Select(path => $"GET /{path} HTTP/1.1\r\nHost: a\r\n\r\n")));
        Assert.Equal(1, count);
        first.SetResult();

        // What is done leaves, though the third one waits.
        Assert.Equal("/first 1", (await conversation.ExpectResponseAsync(200)).Text);
        Assert.Equal("/second 2", (await conversation.ExpectResponseAsync(200)).Text);
        third.SetResult();
        Assert.Equal("/third 3", (await conversation.ExpectResponseAsync(200)).Text);
    }

    [Fact]
    [Requirement("H1-9.3.2-03")]
    public async Task Behind_a_held_request_the_server_stops_reading()
    {
        var held = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            _ = exchange.Aborted;
            await held.Task;
            await exchange.RespondAsync(200);
        });
        await using Conversation conversation = await server.ConnectAsync();
        byte[] request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray();
        byte[] many = [.. Enumerable.Repeat(request, 1000).SelectMany(bytes => bytes)];
        long written = 0;
        Task<System.IO.Pipelines.FlushResult> writing;
        do
        {
            writing = conversation.Transport.Output.WriteAsync(many).AsTask();
            written += many.Length;
        }
        while (writing.IsCompleted && written < 100 * 1024 * 1024);

        // The window of the transport and what is read ahead, not a hundred megabytes.
        Assert.False(writing.IsCompleted);
        Assert.True(written < 1024 * 1024, $"{written} bytes went");
        conversation.Reset();
        held.SetResult();
        await Assert.ThrowsAsync<IOException>(() => writing);
        Assert.Equal([ConnectionEnd.Reset], await server.EndsAsync());
    }

    [Fact]
    [Rule(nameof(HttpRules.TooManyConnections))]
    [Requirement("H1-9.4-01", "HS-15.6.4-01")]
    public async Task One_connection_too_many_is_told_so_and_a_place_that_is_free_is_taken()
    {
        await using TestServer server = await TestServer.StartAsync(exchange => exchange.RespondAsync(200), Network.Tcp, new HttpLimits { MaxConnections = 2, MaxConnectionsPerAddress = 2 });
        await using Conversation first = await server.ConnectAsync(), second = await server.ConnectAsync();
        await AskAsync(first, 200);
        await AskAsync(second, 200);
        await using (Conversation third = await server.ConnectAsync())
        {
            ReceivedResponse refused = await third.ExpectResponseAsync(503);
            Assert.True(refused.SaysClose);
            Assert.Equal("1", refused["Retry-After"]);
            await third.ExpectEndAsync();
        }

        await AskAsync(first, 200);
        second.HalfClose();
        await second.ExpectEndAsync();
        await server.EndsAsync(2);
        await using Conversation fourth = await server.ConnectAsync();
        await AskAsync(fourth, 200);
    }

    [Fact]
    [Requirement("H1-9.5-03")]
    public async Task A_client_that_reads_late_gets_everything()
    {
        const int Length = 8 * 1024 * 1024;
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            exchange.Response.ContentLength = Length;
            for (int i = 0; i < Length / 65_536; i++) await exchange.ResponseBody.WriteAsync(new byte[65_536]);
        }, Network.Tcp);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(Length, (await conversation.ExpectResponseAsync(200)).Content.Count);
    }

    [Fact]
    [Requirement("H1-9.5-02")]
    public async Task A_client_that_vanishes_while_a_handler_waits_is_noticed()
    {
        TaskCompletionSource waiting = new(), left = new();
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            exchange.Aborted.Register(left.SetResult);
            waiting.SetResult();
            await left.Task;
        }, Network.Tcp);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await waiting.Task;
        conversation.Reset();
        await left.Task.WaitAsync(Conversation.Patience);
        Assert.Equal([ConnectionEnd.Reset], await server.EndsAsync());
    }

    [Fact]
    [Requirement("H1-3.3-02")]
    public async Task Nobody_says_by_a_field_where_a_request_was_sent()
    {
        await using TestServer server = await TestServer.StartAsync(exchange => exchange.RespondAsync(200, exchange.Request.Authority));
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\nForwarded: proto=https;host=evil\r\n\r\n");
        Assert.Equal("a", (await conversation.ExpectResponseAsync(200)).Text);
    }

    [Fact]
    [Requirement("HS-15.5.5-01", "HS-7.4-02")]
    public async Task What_a_handler_refuses_leaves_the_connection_open()
    {
        await using TestServer server = await TestServer.StartAsync(exchange => exchange.Request.Authority == "a" ? exchange.RespondAsync(404, "no") : exchange.RespondAsync(421, "elsewhere"));
        await using Conversation conversation = await server.ConnectAsync();
        await AskAsync(conversation, 404);
        await conversation.SendAsync("GET / HTTP/1.1\r\nHost: b\r\n\r\n");
        await conversation.ExpectResponseAsync(421);
        await AskAsync(conversation, 404);
    }

    private static async Task AskAsync(Conversation conversation, int status)
    {
        await conversation.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await conversation.ExpectResponseAsync(status);
    }
}
