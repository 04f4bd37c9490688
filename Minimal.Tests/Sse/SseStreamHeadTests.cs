using System.Text;
using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Sse;
using Xunit;

namespace Minimal.Tests.Sse;

/// <summary>How a stream begins: its head, its first bytes, and what the client says it has seen.</summary>
public sealed class SseStreamHeadTests
{
    [Fact]
    [Requirement("SSE-9.2.5-01", "SSE-OP-01")]
    public async Task The_head_says_what_the_stream_is_and_that_nobody_keeps_it()
    {
        await using SseServer server = await SseServer.StartAsync(Silent);
        SseWire wire = await server.RequestAsync();
        string[] lines = (await wire.ReadHeadAsync()).Split("\r\n");

        Assert.Equal("HTTP/1.1 200 OK", lines[0]);
        Assert.Equal(
            ["Date: Thu, 01 Jan 2026 00:00:00 GMT", "Content-Type: text/event-stream", "Cache-Control: no-cache, no-transform", "X-Accel-Buffering: no", "Transfer-Encoding: chunked"],
            lines[1..^2]);
    }

    [Fact]
    [Requirement("SSE-OP-02")]
    public async Task Head_and_first_bytes_leave_before_there_is_any_event()
    {
        await using SseServer server = await SseServer.StartAsync(Silent);
        SseWire wire = await server.RequestAsync();
        string first = wire.ReadWhatIsThere();   // the request has returned, and the handler waits: no time has passed
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", first, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nd\r\nretry: 3000\n\n\r\n", first, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 0, ":\n")]
    [InlineData(1500, 0, "retry: 1500\n\n")]
    [InlineData(null, 5, ":   \n")]
    [InlineData(0, 5, ":   \nretry: 0\n\n")]
    [Requirement("SSE-OP-02")]
    public async Task The_first_bytes_are_padding_and_retry_as_wanted_or_a_comment(int? retry, int padding, string expected)
    {
        var options = new SseStreamOptions { Retry = retry is { } ms ? TimeSpan.FromMilliseconds(ms) : null, PaddingBytes = padding };
        await using SseServer server = await SseServer.StartAsync(exchange => HoldAsync(exchange, options));
        SseWire wire = await server.RequestAsync();
        await wire.ReadHeadAsync();
        Assert.Equal(expected, await wire.ReadChunkAsync());
    }

    [Fact]
    public async Task Padding_is_as_long_as_old_browsers_want_it()
    {
        await using SseServer server = await SseServer.StartAsync(exchange => HoldAsync(exchange, new SseStreamOptions { PaddingBytes = 2048, Retry = null }));
        SseWire wire = await server.RequestAsync();
        await wire.ReadHeadAsync();
        Assert.Equal(2048, (await wire.ReadChunkAsync()).Length);
    }

    [Fact]
    [Requirement("SSE-9.2.5-10", "SSE-9.2.7-02")]
    public async Task Each_event_leaves_at_once_in_a_chunk_of_its_own()
    {
        SseStream? stream = null;
        await using SseServer server = await SseServer.StartAsync(async exchange => await (stream = await SseStream.StartAsync(exchange)).WhenEndedAsync());
        SseWire wire = await server.RequestAsync();
        await wire.ReadHeadAsync();
        await wire.ReadChunkAsync();

        Assert.True(await stream!.SendAsync(new SseEvent("1234")));
        Assert.Equal("c\r\ndata: 1234\n\n\r\n", wire.ReadWhatIsThere());
        Assert.True(await stream.SendAsync(SseWriter.Encode(new SseEvent("two", "t", "2"))));
        Assert.Equal("1d\r\nid: 2\nevent: t\ndata: two\n\n\r\n"[2..], wire.ReadWhatIsThere()[2..]);
    }

    [Fact]
    [Requirement("SSE-9.2.7-02")]
    public async Task Without_chunks_the_stream_ends_with_the_connection()
    {
        await using SseServer server = await SseServer.StartAsync(async exchange =>
        {
            await using SseStream stream = await SseStream.StartAsync(exchange, new SseStreamOptions { CloseDelimited = true });
            await stream.SendAsync(new SseEvent("a"));
        });
        SseWire wire = await server.RequestAsync();
        string head = await wire.ReadHeadAsync();
        Assert.DoesNotContain("Transfer-Encoding", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Content-Length", head, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", head, StringComparison.Ordinal);
        Assert.Equal("retry: 3000\n\ndata: a\n\n", await wire.ReadToEndAsync());
    }

    [Fact]
    public async Task HTTP_1_0_gets_no_chunks()
    {
        await using SseServer server = await SseServer.StartAsync(Silent);
        var wire = new SseWire(server.Connect());
        await wire.SendAsync("GET /events HTTP/1.0\r\n\r\n");
        Assert.DoesNotContain("chunked", await wire.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Equal("retry: 3000\n\n", wire.ReadWhatIsThere());
    }

    [Fact]
    public async Task HEAD_is_answered_with_the_head_alone_and_the_connection_goes_on()
    {
        bool hadEnded = false, wasSent = true;
        await using SseServer server = await SseServer.StartAsync(async exchange =>
        {
            await using SseStream stream = await SseStream.StartAsync(exchange);
            hadEnded = stream.HasEnded;
            wasSent = await stream.SendAsync(new SseEvent("a"));
        });
        SseWire wire = await server.RequestAsync(method: "HEAD");
        Assert.Contains("\r\nContent-Type: text/event-stream\r\n", await wire.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Equal("", wire.ReadWhatIsThere());
        Assert.True(hadEnded);
        Assert.False(wasSent);

        await wire.SendAsync("HEAD /events HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", await wire.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_can_answer_a_POST_whose_body_is_read_and_no_other()
    {
        await using SseServer server = await SseServer.StartAsync(async exchange =>
        {
            if (exchange.Request.Path == "/read") await exchange.RequestBody.ReadAllAsync(100);
            await using SseStream stream = await SseStream.StartAsync(exchange);
        });
        const string Body = "Content-Length: 2\r\n\r\nhi";
        SseWire wire = await server.RequestAsync("/read", method: "POST", fields: Body);
        Assert.StartsWith("HTTP/1.1 200", await wire.ReadHeadAsync(), StringComparison.Ordinal);
        wire = await server.RequestAsync("/unread", method: "POST", fields: Body);
        Assert.StartsWith("HTTP/1.1 500", await wire.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("SSE-9.2.1-01")]
    public async Task Who_is_to_stop_gets_204_and_no_body()
    {
        await using SseServer server = await SseServer.StartAsync(exchange => SseStream.StopAsync(exchange));
        SseWire wire = await server.RequestAsync();
        Assert.Equal("HTTP/1.1 204 No Content\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nCache-Control: no-store\r\n\r\n", await wire.ReadHeadAsync());
        Assert.Equal("", wire.ReadWhatIsThere());
    }

    [Fact]
    [Requirement("SSE-9.2.2-08")]
    public async Task Who_is_one_too_many_gets_200_and_a_time_to_come_back()
    {
        var options = new SseStreamOptions { ReturnAfter = TimeSpan.FromSeconds(7), ReturnSpread = TimeSpan.Zero };
        await using SseServer server = await SseServer.StartAsync(exchange => SseStream.TurnAwayAsync(exchange, options));
        SseWire wire = await server.RequestAsync();
        string answer = await wire.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: text/event-stream\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nretry: 7000\n\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("SSE-9.2.2-08")]
    public async Task Who_may_not_read_gets_an_error_status_which_is_for_good()
    {
        await using SseServer server = await SseServer.StartAsync(exchange => exchange.ChallengeAsync("Bearer"));
        SseWire wire = await server.RequestAsync();
        Assert.StartsWith("HTTP/1.1 401 Unauthorized\r\n", await wire.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_handler_set_in_the_head_stays()
    {
        await using SseServer server = await SseServer.StartAsync(exchange =>
        {
            exchange.Response.Fields.Set("Last-Event-ID", "earliest");
            return Silent(exchange);
        });
        SseWire wire = await server.RequestAsync();
        Assert.Contains("\r\nLast-Event-ID: earliest\r\n", await wire.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/events", "", null)]
    [InlineData("/events", "Last-Event-ID: 7\r\n", "7")]
    [InlineData("/events?after=5", "", "5")]
    [InlineData("/events?lastEventId=6&after=5", "", "6")]
    [InlineData("/events?after=5", "Last-Event-ID: 7\r\n", "7")]
    [InlineData("/events?after=5", "Last-Event-ID:\r\n", "5")]
    [InlineData("/events?after=", "", null)]
    [InlineData("/events?x=y", "", null)]
    [InlineData("/events?after=a%20b+c%C3%A9", "", "a b cé")]
    [Requirement("SSE-9.2.4-01")]
    public async Task The_last_event_ID_comes_by_field_or_query_and_the_field_wins(string target, string fields, string? expected)
    {
        Assert.Equal(expected, await LastEventIdAsync(target, fields));
    }

    [Fact]
    [Requirement("SSE-9.2.4-01")]
    public async Task The_field_is_read_as_utf8()
    {
        Assert.Equal("é…", await LastEventIdAsync("/events", "Last-Event-ID: \u00C3\u00A9\u00E2\u0080\u00A6\r\n"));
    }

    [Theory]
    [InlineData("/events", "Last-Event-ID: \u00FF\r\n", "\uFFFD")]
    [InlineData("/events", "Last-Event-ID: 1\u00C3\r\n", "1\uFFFD")]
    [InlineData("/events?after=%FF", "", "\uFFFD")]
    [InlineData("/events?after=1%00", "", "1\uFFFD")]
    [InlineData("/events?after=1%0D%0Adata:evil", "", "1\uFFFD\uFFFDdata:evil")]
    [Requirement("SSE-9.2.4-02")]
    public async Task What_can_be_no_ID_is_one_that_nobody_knows(string target, string fields, string expected)
    {
        string? id = await LastEventIdAsync(target, fields);
        Assert.Equal(expected, id);
        Assert.NotEmpty(SseWriter.Encode(new SseEvent("", Id: id)));   // it can even be sent back
    }

    [Fact]
    [Requirement("SSE-9.2.7-04")]
    public async Task Clients_behind_one_address_are_told_apart_by_an_identifier_in_the_URL()
    {
        var sessions = new Dictionary<string, SseStream>();
        await using SseServer server = await SseServer.StartAsync(async exchange =>
        {
            UrlValues query = (await exchange.ReadQueryAsync())!;
            SseStream stream = sessions[query.First("cid")!] = await SseStream.StartAsync(exchange);
            await stream.WhenEndedAsync();
        });
        SseWire one = await server.RequestAsync("/events?cid=1"), two = await server.RequestAsync("/events?cid=2");
        await one.ReadToAsync("retry: 3000\n\n\r\n");
        await two.ReadToAsync("retry: 3000\n\n\r\n");

        await sessions["2"].SendAsync(new SseEvent("for two"));
        Assert.Equal("data: for two\n\n", await two.ReadChunkAsync());
        Assert.Equal("", one.ReadWhatIsThere());
    }

    private static ValueTask Silent(HttpExchange exchange) => HoldAsync(exchange, SseStreamOptions.Default);

    private static async ValueTask HoldAsync(HttpExchange exchange, SseStreamOptions options) =>
        await (await SseStream.StartAsync(exchange, options)).WhenEndedAsync();

    private static async Task<string?> LastEventIdAsync(string target, string fields)
    {
        string? id = null;
        await using SseServer server = await SseServer.StartAsync(async exchange =>
        {
            await using SseStream stream = await SseStream.StartAsync(exchange);
            id = stream.LastEventId;
        });
        SseWire wire = await server.RequestAsync(target, fields);
        Assert.StartsWith("HTTP/1.1 200", await wire.ReadHeadAsync(), StringComparison.Ordinal);
        return id;
    }
}
