using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Http.Wire;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>How the server delimits what handlers write, and what it says about it (RFC 9112 §6, RFC 9110 §6.4 to §6.6, §8.6).</summary>
public sealed class ResponseFramingTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Probe = "GET /probe HTTP/1.1\r\nHost: a\r\n\r\n";

    [Theory]
    [Requirement("H1-6.3-01", "H1-6.1-04", "HS-6.4.1-01", "HS-8.6-01", "HS-15.3.5-01")]
    [InlineData("HEAD", 200)]
    [InlineData("GET", 204)]
    [InlineData("GET", 304)]
    public async Task Answers_without_content_end_at_the_empty_line(string method, int status)
    {
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            exchange.Response.Status = exchange.Request.Path == "/probe" ? 200 : status;
            await exchange.ResponseBody.WriteAsync("hello"u8.ToArray());
            await exchange.ResponseBody.FlushAsync();
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n{Probe}");

        ReceivedResponse first = await conversation.ExpectHeadAsync(status);
        if (status != 200)
        {
            Assert.Null(first["Content-Length"]);
            Assert.Null(first["Transfer-Encoding"]);
        }

        Assert.Equal("hello", (await conversation.ExpectResponseAsync(200)).Text);
    }

    [Theory]
    [Requirement("H1-7.1-09", "HS-8.6-06")]
    [InlineData(null)]
    [InlineData(10L)]
    public async Task A_handler_that_fails_in_the_middle_leaves_a_cut_that_is_seen(long? length)
    {
        var fail = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            exchange.Response.ContentLength = length;
            await exchange.ResponseBody.WriteAsync("abc"u8.ToArray());
            await exchange.ResponseBody.FlushAsync();
            await fail.Task;
            throw new InvalidOperationException("planted");
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(Get);
        await conversation.ExpectHeadAsync(200);
        await conversation.ExpectAsync(length is null ? "3\r\nabc\r\n" : "abc");
        fail.SetResult();
        await conversation.ExpectResetAsync();
        Assert.Equal([ConnectionEnd.HandlerFailed], await server.EndsAsync());
    }

    [Fact]
    [Requirement("H1-7.1-10", "H1-7.1-08")]
    public async Task Each_flush_is_a_chunk_that_leaves_at_once()
    {
        var more = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            await exchange.ResponseBody.WriteAsync(default);
            await exchange.ResponseBody.FlushAsync();
            await exchange.ResponseBody.WriteAsync("tick"u8.ToArray());
            await exchange.ResponseBody.FlushAsync();
            await more.Task;
            await exchange.ResponseBody.WriteAsync("x"u8.ToArray());
            await exchange.ResponseBody.FlushAsync();
            await exchange.ResponseBody.WriteAsync(default);
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(Get);
        await conversation.ExpectHeadAsync(200);
        await conversation.ExpectAsync("4\r\ntick\r\n");
        more.SetResult();
        await conversation.ExpectAsync("1\r\nx\r\n0\r\n\r\n");
    }

    [Theory]
    [Requirement("HS-8.6-06", "H1-6.2-01")]
    [InlineData(5, "toolong")]
    [InlineData(10, "short")]
    public async Task A_length_that_was_announced_is_kept_or_the_answer_is_none(int announced, string written)
    {
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            exchange.Response.ContentLength = announced;
            await exchange.ResponseBody.WriteAsync(System.Text.Encoding.ASCII.GetBytes(written));
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(Get);
        await conversation.ExpectResponseAsync(500);
    }

    [Fact]
    [Requirement("HS-8.6-02", "HS-8.6-03", "HS-8.6-04", "HS-8.3-01")]
    public async Task A_length_is_said_when_it_is_known_and_never_a_wrong_one()
    {
        await using TestServer server = await TestServer.StartAsync(exchange => exchange.Request.Path switch
        {
            "/whole" => exchange.RespondAsync(200, "text/plain; charset=utf-8", "hello"u8.ToArray()),
            "/silent" => exchange.Request.Method == "HEAD" ? default : exchange.RespondAsync(200, "hello"),
            _ => exchange.RespondAsync(304),
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("GET /whole HTTP/1.1\r\nHost: a\r\n\r\nHEAD /whole HTTP/1.1\r\nHost: a\r\n\r\nHEAD /silent HTTP/1.1\r\nHost: a\r\n\r\nGET /same HTTP/1.1\r\nHost: a\r\n\r\n");

        ReceivedResponse whole = await conversation.ExpectResponseAsync(200);
        Assert.Equal("5", whole["Content-Length"]);
        Assert.Equal("text/plain; charset=utf-8", whole["Content-Type"]);
        Assert.Equal("5", (await conversation.ExpectHeadAsync(200))["Content-Length"]);
        Assert.Null((await conversation.ExpectHeadAsync(200))["Content-Length"]);
        Assert.Null((await conversation.ExpectHeadAsync(304))["Content-Length"]);
    }

    [Fact]
    [Requirement("HS-15.3.6-01")]
    public async Task Reset_content_has_none_and_says_so()
    {
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            exchange.Response.Status = 205;
            await exchange.ResponseBody.WriteAsync("hello"u8.ToArray());
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(Get + Get);
        for (int i = 0; i < 2; i++)
        {
            ReceivedResponse response = await conversation.ExpectResponseAsync(205);
            Assert.Equal("0", response["Content-Length"]);
            Assert.Equal("", response.Text);
        }
    }

    [Theory]
    [Requirement("HS-6.6.1-01", "HS-15.5-01")]
    [InlineData("GET /200 HTTP/1.1\r\nHost: a\r\n\r\n", 200)]
    [InlineData("GET /204 HTTP/1.1\r\nHost: a\r\n\r\n", 204)]
    [InlineData("GET /301 HTTP/1.1\r\nHost: a\r\n\r\n", 301)]
    [InlineData("GET /304 HTTP/1.1\r\nHost: a\r\n\r\n", 304)]
    [InlineData("GET /404 HTTP/1.1\r\nHost: a\r\n\r\n", 404)]
    [InlineData("GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n", 417)]
    [InlineData("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505)]
    public async Task Every_answer_has_one_date(string request, int status)
    {
        await using TestServer server = await TestServer.StartAsync(exchange =>
            status == 301 ? exchange.RedirectAsync(301, "/x") : exchange.RespondAsync(int.Parse(exchange.Request.Path[1..], System.Globalization.CultureInfo.InvariantCulture)));
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(request);
        ReceivedResponse response = await conversation.ExpectResponseAsync(status);
        Assert.Equal("Thu, 01 Jan 2026 00:00:00 GMT", Assert.Single(response.Fields, field => field.Name == "Date").Value);
        Assert.DoesNotContain(response.Fields, field => field.Name == "Server");
        if (status is 400 or 417 or 505) Assert.Contains("(RFC 91", response.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("HS-6.5.1-01", "HS-6.5.1-02", "HS-6.6.2-01")]
    public async Task Trailers_are_announced_go_to_who_takes_them_and_frame_nothing()
    {
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            exchange.ResponseBody.AnnounceTrailers("X-Sum");
            await exchange.ResponseBody.WriteAsync("abc"u8.ToArray());
            exchange.ResponseBody.Trailers.Set("X-Sum", "6");
            foreach (string name in (string[])["Content-Length", "Host", "Set-Cookie", "Authorization", "Content-Type", "Transfer-Encoding"])
            {
                Assert.Throws<InvalidOperationException>(() => exchange.ResponseBody.Trailers.Add(name, "1"));
            }
        });
        await using Conversation conversation = await server.ConnectAsync();

        await conversation.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n\r\n");
        Assert.Equal("X-Sum", (await conversation.ExpectHeadAsync(200))["Trailer"]);
        await conversation.ExpectAsync("3\r\nabc\r\n0\r\nX-Sum: 6\r\n\r\n");

        await conversation.SendAsync(Get);
        await conversation.ExpectHeadAsync(200);
        await conversation.ExpectAsync("3\r\nabc\r\n0\r\n\r\n");
    }

    [Fact]
    [Requirement("HS-15.2-01", "HS-6.2-01")]
    public async Task Interim_answers_come_first_and_never_to_HTTP_1_0()
    {
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            await exchange.SendInterimAsync(103, new HttpField("Link", "</a.css>; rel=preload"));
            await exchange.RespondAsync(200, "done");
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(Get);
        await conversation.ExpectAsync("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n");
        Assert.Equal("done", (await conversation.ExpectResponseAsync(200)).Text);
        await conversation.SendAsync("GET / HTTP/1.0\r\n\r\n");
        Assert.Equal("done", (await conversation.ExpectResponseAsync(200)).Text);
    }

    [Fact]
    [Requirement("HS-15.6.1-01")]
    public async Task A_handler_that_fails_before_it_answers_is_500_without_a_word_of_why()
    {
        await using TestServer server = await TestServer.StartAsync(exchange => exchange.Request.Path == "/probe" ? exchange.RespondAsync(200) : throw new InvalidOperationException("secret"));
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(Get + Probe);
        Assert.DoesNotContain("secret", (await conversation.ExpectResponseAsync(500)).Text, StringComparison.Ordinal);
        await conversation.ExpectResponseAsync(200);
    }
}
