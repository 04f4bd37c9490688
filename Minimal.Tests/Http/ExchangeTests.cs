using System.Text;
using Minimal.Http;
using Minimal.Http.Wire;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>What a handler can do with an exchange, what leaves then, and what an exchange does not let it do.</summary>
public sealed class ExchangeTests
{
    private static readonly byte[] Hello = "hello"u8.ToArray();

    [Fact]
    [Requirement("HS-8.6-04", "H1-6.3-07", "HS-8.3-01")]
    public async Task What_is_collected_until_the_end_gets_a_length()
    {
        ReceivedResponse response = await AnswerAsync(async exchange =>
        {
            await exchange.ResponseBody.WriteAsync(Hello);
            await exchange.ResponseBody.WriteAsync(ReadOnlyMemory<byte>.Empty);
            Hello.CopyTo(exchange.ResponseBody.Writer.GetMemory(5));
            exchange.ResponseBody.Writer.Advance(5);
        });
        Assert.Equal((10L, "hellohello"), (response.ContentLength, response.Text));
    }

    [Fact]
    [Requirement("H1-7.1-08", "H1-7.1-10", "H1-7.4-01")]
    public async Task Each_flush_is_a_chunk_that_leaves_at_once_and_an_empty_one_is_none()
    {
        var go = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            await exchange.ResponseBody.WriteAsync(Array.Empty<byte>());
            await exchange.ResponseBody.FlushAsync();
            await go.Task;
            await exchange.ResponseBody.WriteAsync("x"u8.ToArray());
            await exchange.ResponseBody.FlushAsync();
            await exchange.ResponseBody.FlushAsync();
            await exchange.ResponseBody.WriteAsync(Array.Empty<byte>());
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nTE:\r\n\r\n");
        Assert.True((await conversation.ExpectHeadAsync(200)).IsChunked);
        conversation.ExpectNothing();
        go.SetResult();
        await conversation.ExpectAsync("1\r\nx\r\n0\r\n\r\n");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16 * 1024 - 1)]
    [InlineData(16 * 1024)]
    [InlineData(16 * 1024 + 1)]
    [InlineData(1_000_000)]
    public async Task Content_of_any_size_arrives_whole_by_any_way(int size)
    {
        byte[] content = new byte[size];
        new Random(size).NextBytes(content);
        Func<HttpExchange, ValueTask>[] ways =
        [
            exchange => exchange.RespondAsync(200, "application/octet-stream", content),
            exchange => exchange.ResponseBody.WriteAsync(content),
            async exchange =>
            {
                exchange.Response.ContentLength = size;
                await exchange.ResponseBody.WriteAsync(content);
            },
            async exchange =>
            {
                await exchange.ResponseBody.WriteAsync(content.AsMemory(0, 1));
                await exchange.ResponseBody.FlushAsync();
                await exchange.ResponseBody.WriteAsync(content.AsMemory(1));
            },
            async exchange =>
            {
                await exchange.ResponseBody.Writer.WriteAsync(content);
                await exchange.ResponseBody.Writer.FlushAsync();
                await exchange.ResponseBody.Writer.CompleteAsync();
            },
            async exchange =>
            {
                for (int at = 0; at < size; at += 997) await exchange.ResponseBody.WriteAsync(content.AsMemory(at, Math.Min(997, size - at)));
            },
            async exchange =>
            {
                for (int at = 0; at < size; at += 997)
                {
                    int count = Math.Min(997, size - at);
                    content.AsSpan(at, count).CopyTo(exchange.ResponseBody.Writer.GetSpan(count));
                    exchange.ResponseBody.Writer.Advance(count);
                }
            },
        ];
        foreach (Func<HttpExchange, ValueTask> way in ways)
        {
            ReceivedResponse response = await AnswerAsync(way, windowBytes: 4 * 1024 * 1024);
            Assert.Equal(content, response.Content);
        }
    }

    [Fact]
    public async Task A_large_buffer_that_was_filled_without_a_flush_can_be_written_behind()
    {
        ReceivedResponse response = await AnswerAsync(async exchange =>
        {
            exchange.ResponseBody.Writer.GetSpan(20_000)[..20_000].Fill((byte)'a');
            exchange.ResponseBody.Writer.Advance(20_000);
            await exchange.ResponseBody.WriteAsync(ReadOnlyMemory<byte>.Empty);
            await exchange.ResponseBody.WriteAsync("b"u8.ToArray());
        });
        Assert.Equal(new string('a', 20_000) + "b", response.Text);
    }

    [Theory]
    [Requirement("H1-6.1-04", "H1-6.3-01", "HS-6.4.1-01", "HS-8.6-01", "HS-8.6-03", "HS-15.3.5-01", "HS-15.3.6-01", "HS-9.3.2-01", "H1-6.1-10")]
    [InlineData("GET", 204, null)]
    [InlineData("GET", 304, null)]
    [InlineData("GET", 205, "0")]
    [InlineData("HEAD", 200, "5")]
    [InlineData("HEAD", 404, "5")]
    [InlineData("HEAD", 205, "0")]
    public async Task Answers_without_content_have_none_whatever_the_handler_writes(string method, int status, string? length)
    {
        Func<HttpExchange, ValueTask>[] ways =
        [
            exchange => exchange.RespondAsync(status, "text/plain", Hello),
            async exchange =>
            {
                exchange.Response.Status = status;
                await exchange.ResponseBody.WriteAsync(Hello);
            },
            async exchange =>
            {
                await exchange.ResponseBody.WriteAsync(Hello);
                exchange.Response.Status = status;
            },
            async exchange =>
            {
                exchange.Response.Status = status;
                exchange.Response.ContentLength = 5;
                await exchange.ResponseBody.WriteAsync(Hello);
                await exchange.ResponseBody.FlushAsync();
            },
        ];
        foreach (Func<HttpExchange, ValueTask> way in ways)
        {
            await using TestServer server = await TestServer.StartAsync(exchange => exchange.Request.Path == "/probe" ? exchange.RespondAsync(200) : way(exchange));
            await using Conversation conversation = await server.ConnectAsync();
            await conversation.SendAsync($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n{LedgerProbe.Probe}");
            ReceivedResponse response = await conversation.ExpectHeadAsync(status);
            Assert.Equal(length, response["Content-Length"]);
            Assert.False(response.IsChunked);
            await conversation.ExpectResponseAsync(200);
        }
    }

    [Theory]
    [Requirement("HS-9.3.2-01", "HS-9.3.2-02", "HS-8.6-02", "H1-6.1-10")]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(100_000)]
    public async Task HEAD_gets_the_head_that_GET_gets_and_no_content(int size)
    {
        Func<HttpExchange, ValueTask>[] ways =
        [
            exchange => exchange.RespondAsync(200, "text/plain", new byte[size]),
            async exchange =>
            {
                for (int left = size; left > 0; left -= 1000) await exchange.ResponseBody.WriteAsync(new byte[Math.Min(left, 1000)]);
                await exchange.ResponseBody.FlushAsync();
            },
            exchange => throw new InvalidOperationException("a failure"),
        ];
        foreach (Func<HttpExchange, ValueTask> way in ways)
        {
            await using TestServer server = await TestServer.StartAsync(exchange => way(exchange), windowBytes: 1_000_000);
            await using Conversation conversation = await server.ConnectAsync();
            await conversation.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            ReceivedResponse get = await conversation.ExpectResponseAsync();
            await conversation.SendAsync("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nHEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            for (int i = 0; i < 2; i++)
            {
                ReceivedResponse head = await conversation.ExpectResponseAsync(get.Status, "HEAD");
                Assert.Equal(get.Fields, head.Fields);
            }

            conversation.ExpectNothing();
        }
    }

    [Theory]
    [Requirement("HS-8.6-02")]
    [InlineData("HEAD")]
    public async Task A_HEAD_handler_that_writes_nothing_claims_no_length(string method)
    {
        await using TestServer server = await TestServer.StartAsync(exchange => default);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n");
        ReceivedResponse response = await conversation.ExpectResponseAsync(200, method);
        Assert.Null(response.ContentLength);
    }

    [Theory]
    [Requirement("HS-6.4.1-01")]
    [InlineData(200)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task An_answer_without_a_word_has_length_0(int status)
    {
        ReceivedResponse response = await AnswerAsync(exchange =>
        {
            exchange.Response.Status = status;
            return default;
        });
        Assert.Equal((status, 0L), (response.Status, response.ContentLength));
    }

    [Fact]
    [Requirement("H1-9.2-01")]
    public async Task There_is_one_answer()
    {
        var faults = new List<string>();
        ReceivedResponse response = await AnswerAsync(async exchange =>
        {
            await exchange.RespondAsync(200, "first");
            faults.Add((await Assert.ThrowsAsync<InvalidOperationException>(() => exchange.RespondAsync(200, "second").AsTask())).Message);
            await Assert.ThrowsAsync<InvalidOperationException>(() => exchange.ResponseBody.WriteAsync(Hello).AsTask());
            await Assert.ThrowsAsync<InvalidOperationException>(() => exchange.ResponseBody.WriteAsync(new byte[100_000]).AsTask());
            Assert.Throws<InvalidOperationException>(() => exchange.ResponseBody.Writer.GetMemory());
            Assert.Throws<InvalidOperationException>(() => exchange.Response.Status = 404);
            Assert.Throws<InvalidOperationException>(() => exchange.Response.Fields.Add("X", "y"));
            await exchange.ResponseBody.FlushAsync();
        });
        Assert.Equal("first", response.Text);
        Assert.Equal(2, faults.Count);
    }

    [Fact]
    public async Task Answering_whole_behind_a_piece_is_refused_and_the_piece_stays()
    {
        ReceivedResponse response = await AnswerAsync(async exchange =>
        {
            await exchange.ResponseBody.WriteAsync(Hello);
            await Assert.ThrowsAsync<InvalidOperationException>(() => exchange.RespondAsync(200, "second").AsTask());
            exchange.Response.ContentLength = null;
        });
        Assert.Equal("hello", response.Text);
    }

    [Theory]
    [Requirement("HS-8.6-06", "H1-6.2-01")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task More_than_announced_is_refused(bool isLarge)
    {
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            exchange.Response.ContentLength = 5;
            await exchange.ResponseBody.WriteAsync(Hello);
            await Assert.ThrowsAsync<InvalidOperationException>(() => exchange.ResponseBody.WriteAsync(new byte[isLarge ? 100_000 : 1]).AsTask());
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(LedgerProbe.Probe);
        Assert.Equal((5L, "hello"), await conversation.ExpectResponseAsync(200) is var response ? (response.ContentLength, response.Text) : default);
        conversation.ExpectNothing();
    }

    [Theory]
    [Requirement("HS-8.6-06", "H1-7.1-09")]
    [InlineData(3, true)]
    [InlineData(0, true)]
    public async Task Less_than_announced_ends_in_a_reset_when_the_head_has_left(int written, bool isFlushed)
    {
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            exchange.Response.ContentLength = 5;
            await exchange.ResponseBody.WriteAsync(Hello.AsMemory(0, written));
            if (isFlushed) await exchange.ResponseBody.FlushAsync();
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(LedgerProbe.Probe);
        await conversation.ExpectResetAsync();
        Assert.Equal([ConnectionEnd.HandlerFailed], await server.EndsAsync());
        Assert.Contains("only", Assert.Single(server.Log.Complaints), StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("HS-8.6-06")]
    [InlineData(5, 3)]
    [InlineData(3, 5)]
    public async Task A_length_that_is_wrong_before_the_head_left_is_a_failure_of_the_handler(int announced, int written)
    {
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            await exchange.ResponseBody.WriteAsync(Hello.AsMemory(0, written));
            exchange.Response.ContentLength = announced;
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(LedgerProbe.Probe + LedgerProbe.Probe);
        await conversation.ExpectResponseAsync(500);
        await conversation.ExpectResponseAsync(500);
        Assert.Equal(2, server.Log.Complaints.Count);
    }

    [Fact]
    [Requirement("HS-15.6.1-01")]
    public async Task A_handler_that_fails_before_it_answered_is_a_500_without_a_word_of_why()
    {
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            if (exchange.Request.Path == "/probe")
            {
                await exchange.RespondAsync(200);
                return;
            }

            exchange.Response.Status = 201;
            exchange.Response.Fields.Add("X-Secret", "s");
            await exchange.ResponseBody.WriteAsync(Hello);
            if (exchange.Request.Path == "/later") await Task.Yield();
            throw new InvalidOperationException("secret");
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbodyGET /later HTTP/1.1\r\nHost: a\r\n\r\n" + LedgerProbe.Probe);
        for (int i = 0; i < 2; i++)
        {
            ReceivedResponse response = await conversation.ExpectResponseAsync(500);
            Assert.Equal("500 Internal Server Error\n", response.Text);
            Assert.Null(response["X-Secret"]);
            Assert.False(response.SaysClose);
        }

        await conversation.ExpectResponseAsync(200);
        Assert.Equal(2, server.Log.Complaints.Count);
        Assert.Contains("secret", server.Log.Complaints[0], StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("H1-7.1-09")]
    [InlineData(null)]
    [InlineData(10L)]
    public async Task A_handler_that_fails_behind_its_head_cuts_the_body_visibly(long? length)
    {
        await using TestServer server = await TestServer.StartAsync(
            async exchange =>
            {
                exchange.Response.ContentLength = length;
                await exchange.ResponseBody.WriteAsync("abc"u8.ToArray());
                await exchange.ResponseBody.FlushAsync();
                throw new InvalidOperationException("late");
            },
            Network.Tcp);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(LedgerProbe.Probe);
        await conversation.ExpectResetAsync();
        Assert.DoesNotContain("\\n0\\r\\n", conversation.Transcript, StringComparison.Ordinal);
        Assert.Equal([ConnectionEnd.HandlerFailed], await server.EndsAsync());
    }

    [Fact]
    public async Task An_exchange_is_not_to_be_used_when_its_handler_has_ended()
    {
        HttpExchange? kept = null;
        RequestBody? requestBody = null;
        ResponseBody? responseBody = null;
        await using TestServer server = await TestServer.StartAsync(exchange =>
        {
            (kept, requestBody, responseBody) = (exchange, exchange.RequestBody, exchange.ResponseBody);
            return exchange.RespondAsync(200);
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(LedgerProbe.Probe);
        await conversation.ExpectResponseAsync(200);
        Assert.Throws<InvalidOperationException>(() => kept!.Request);
        Assert.Throws<InvalidOperationException>(() => kept!.Response);
        Assert.Throws<InvalidOperationException>(() => kept!.Aborted);
        Assert.Throws<InvalidOperationException>(() => kept!.AbortOnHalfClose());
        Assert.Throws<InvalidOperationException>(() => kept!.ReleaseRequest());
        await Assert.ThrowsAsync<InvalidOperationException>(() => kept!.RespondAsync(200).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => requestBody!.ReadAsync(new byte[1]).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => responseBody!.WriteAsync(Hello).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => responseBody!.FlushAsync());
        Assert.Throws<InvalidOperationException>(() => responseBody!.Writer.GetSpan());

        // Aborting late does nothing: another exchange may be under way.
        kept!.Abort();
        await conversation.SendAsync(LedgerProbe.Probe);
        await conversation.ExpectResponseAsync(200);
    }

    [Fact]
    public async Task Synchronous_reads_and_writes_are_refused()
    {
        await AnswerAsync(exchange =>
        {
            Assert.Throws<NotSupportedException>(() => exchange.RequestBody.Read(new byte[1], 0, 1));
            Assert.Throws<NotSupportedException>(() => exchange.ResponseBody.Write(new byte[1], 0, 1));
            Assert.Throws<NotSupportedException>(() => exchange.ResponseBody.Flush());
            return default;
        });
    }

    [Fact]
    public async Task A_request_that_was_given_back_is_gone_and_the_answer_still_knows_it()
    {
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            string path = exchange.Request.Path;
            exchange.ReleaseRequest();
            Assert.Equal("", exchange.Request.Target);
            if (path == "/fail") throw new InvalidOperationException(path);
            if (path == "/read") await exchange.RequestBody.ReadAllAsync(10);
            await exchange.RespondAsync(200, "text/plain", Encoding.ASCII.GetBytes(path));
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\nHEAD /fail HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(2, (await conversation.ExpectResponseAsync(200, "HEAD")).ContentLength);
        await conversation.ExpectResponseAsync(500, "HEAD");
        await conversation.SendAsync("HEAD /read HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n");
        await conversation.ExpectResponseAsync(400, "HEAD");
        await conversation.ExpectEndAsync();
    }

    [Theory]
    [InlineData("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "garbage\n", "GET")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HEAD / HTTP/1.1\r\n\r\n", "HEAD")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", "HEAD")]
    public async Task A_refusal_is_framed_for_its_own_request_and_not_for_the_one_before(string first, string refused, string method)
    {
        await using TestServer server = await TestServer.StartAsync(exchange => exchange.RespondAsync(200));
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(first + refused);
        await conversation.ExpectResponseAsync(200, "HEAD");
        ReceivedResponse response = await conversation.ExpectResponseAsync(400, method);
        Assert.Equal(method == "GET", response.Content.Count > 0);
        await conversation.ExpectEndAsync();
    }

    [Fact]
    public async Task A_body_that_broke_a_rule_is_not_read_on_by_a_handler_that_caught_it()
    {
        // What stands behind the broken line looks like chunks, and then like a request.
        var faults = new List<string>();
        LedgerApplication application = new();
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            if (exchange.Request.Path != "/e")
            {
                await application.HandleAsync(exchange);
                return;
            }

            for (int i = 0; i < 2; i++)
            {
                faults.Add((await Assert.ThrowsAsync<Minimal.Http.HttpProtocolException>(() => exchange.RequestBody.ReadAllAsync(100).AsTask())).Rule.Name);
            }

            await exchange.RespondAsync(200, "caught");
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("POST /e HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5x\r\n5\r\nhello\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
        ReceivedResponse response = await conversation.ExpectResponseAsync(200);
        Assert.Equal("caught", response.Text);
        Assert.True(response.SaysClose);
        await conversation.ExpectEndAsync();
        conversation.HalfClose();
        Assert.Equal(2, faults.Count);
        Assert.Equal(faults[0], faults[1]);
        Assert.Empty(application.Seen);
        Assert.Equal([ConnectionEnd.Refused], await server.EndsAsync());
    }

    [Fact]
    public async Task A_broken_body_behind_a_response_that_has_begun_ends_in_a_reset()
    {
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            await exchange.ResponseBody.WriteAsync(Hello);
            await exchange.ResponseBody.FlushAsync();
            await exchange.RequestBody.ReadAllAsync(100);
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("POST /e HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        await conversation.ExpectHeadAsync(200);
        await conversation.SendAsync("x\r\n");
        await conversation.ExpectResetAsync();
        Assert.Equal([ConnectionEnd.Refused], await server.EndsAsync());
    }

    [Fact]
    [Requirement("H1-7.1.2-02")]
    public async Task Trailers_of_one_request_are_not_seen_with_the_next()
    {
        var seen = new List<int?>();
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            await exchange.RequestBody.ReadAllAsync(100);
            seen.Add(exchange.RequestBody.Trailers?.Count);
            await exchange.RespondAsync(200);
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("POST /e HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\n");
        await conversation.SendAsync("POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx" + LedgerProbe.Probe);
        Assert.Equal([1, null, null], seen);
    }

    [Fact]
    public async Task A_read_can_be_cancelled_and_read_again()
    {
        using var source = new CancellationTokenSource();
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            byte[] buffer = new byte[10];
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => exchange.RequestBody.ReadAsync(buffer, source.Token).AsTask());
            int count = await exchange.RequestBody.ReadAsync(buffer);
            await exchange.RespondAsync(200, "text/plain", buffer.AsMemory(0, count));
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
        await source.CancelAsync();
        await conversation.SendAsync("hello");
        Assert.Equal("hello", (await conversation.ExpectResponseAsync(200)).Text);
    }

    [Fact]
    [Requirement("HS-6.5.1-02", "HS-6.6.2-01")]
    public async Task Trailers_go_to_whom_takes_them()
    {
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            exchange.ResponseBody.AnnounceTrailers("X-Sum");
            await exchange.ResponseBody.WriteAsync(Hello);
            exchange.ReleaseRequest();
            exchange.ResponseBody.Trailers.Set("X-Sum", "5");
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: TE\r\nTE: trailers\r\n\r\n");
        Assert.Equal("X-Sum", (await conversation.ExpectHeadAsync(200))["Trailer"]);
        await conversation.ExpectAsync("5\r\nhello\r\n0\r\nX-Sum: 5\r\n\r\n");
        await conversation.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await conversation.ExpectHeadAsync(200);
        await conversation.ExpectAsync("5\r\nhello\r\n0\r\n\r\n");
    }

    [Theory]
    [Requirement("HS-6.5.1-02", "HS-6.6.2-01")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_is_whole_or_measured_goes_in_chunks_when_trailers_follow(bool isWhole)
    {
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            exchange.ResponseBody.AnnounceTrailers("X-Sum");
            exchange.Response.ContentLength = 5;
            if (isWhole) await exchange.RespondAsync(200, "text/plain", Hello);
            else await exchange.ResponseBody.WriteAsync(Hello);
            exchange.ResponseBody.Trailers.Set("X-Sum", "5");
        });
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: TE\r\nTE: trailers\r\n\r\n");
        Assert.True((await conversation.ExpectHeadAsync(200)).IsChunked);
        await conversation.ExpectAsync("5\r\nhello\r\n0\r\nX-Sum: 5\r\n\r\n");
        await conversation.SendAsync("GET / HTTP/1.0\r\n\r\n");
        Assert.Equal(5, (await conversation.ExpectResponseAsync(200)).ContentLength);
    }

    [Fact]
    [Requirement("HS-6.6.1-01")]
    public async Task Every_answer_has_the_date_of_its_second()
    {
        await using TestServer server = await TestServer.StartAsync(new LedgerApplication().HandleAsync);
        await using Conversation conversation = await server.ConnectAsync();
        foreach (string date in (string[])["Thu, 01 Jan 2026 00:00:00 GMT", "Thu, 01 Jan 2026 00:00:01 GMT", "Thu, 01 Jan 2026 00:00:02 GMT"])
        {
            for (int i = 0; i < 2; i++)
            {
                await conversation.SendAsync(LedgerProbe.Probe);
                Assert.Equal(date, (await conversation.ExpectResponseAsync(200))["Date"]);
                server.Time.Advance(TimeSpan.FromSeconds(0.5));
            }
        }
    }

    private static async Task<ReceivedResponse> AnswerAsync(Func<HttpExchange, ValueTask> handler, int windowBytes = 64 * 1024)
    {
        await using TestServer server = await TestServer.StartAsync(exchange => handler(exchange), windowBytes: windowBytes);
        await using Conversation conversation = await server.ConnectAsync();
        await conversation.SendAsync(LedgerProbe.Probe + LedgerProbe.Probe);
        await conversation.ExpectResponseAsync();
        ReceivedResponse response = await conversation.ExpectResponseAsync();
        Assert.Empty(server.Log.Complaints);
        return response;
    }
}
