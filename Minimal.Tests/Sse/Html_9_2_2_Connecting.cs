using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Sse;
using Xunit;
using static Minimal.Tests.Sse.SseStreams;

namespace Minimal.Tests.Sse;

/// <summary>HTML §9.2.2: how a client connects, and which answers it takes for a stream.</summary>
public sealed class Html_9_2_2_Connecting
{
    [Fact]
    [Requirement("SSE-9.2.2-01", "SSE-9.2.2-02")]
    public async Task A_client_begins_without_an_id_and_asks_for_an_event_stream()
    {
        await using SseScript script = await SseScript.StartAsync(SseScript.Stream("data:a\n\n"));
        SseClient client = script.CreateClient();
        Assert.Equal(SseClientState.Connecting, client.State);
        Assert.Equal(0, (int)client.State);
        Assert.Equal("", client.LastEventId);
        Assert.InRange(client.ReconnectionTime, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        Assert.Null(client.FinalUri);
        Assert.Null(client.Origin);

        Assert.Equal([Event("a")], await script.ReadAllAsync(client));
        Dictionary<string, string> request = script.Requests[0];
        Assert.Equal("GET", request["method"]);
        Assert.Equal("text/event-stream", request["Accept"]);
        Assert.Equal("no-cache", request["Cache-Control"]);
        Assert.DoesNotContain("Last-Event-ID", request.Keys, StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("Text/Event-Stream;charset=windows-1252")]
    [InlineData("text/event-stream;")]
    [InlineData("text/event-stream ; charset=\"x\"; y")]
    [Requirement("SSE-9.2.2-03")]
    public async Task A_200_of_the_right_type_is_a_stream_whatever_its_parameters(string type)
    {
        await using SseScript script = await SseScript.StartAsync(exchange => exchange.RespondAsync(200, type, "data:é\n\n"u8.ToArray()));
        Assert.Equal([Event("é")], await script.ReadAllAsync(script.CreateClient()));
        Assert.Equal(["Open", "Connecting Ended", "Closed"], script.States);
    }

    [Fact]
    [Requirement("SSE-9.2.2-03")]
    public async Task A_stream_is_open_before_its_first_event_and_also_when_none_comes()
    {
        await using SseScript script = await SseScript.StartAsync(SseScript.Open(""));
        var open = new TaskCompletionSource();
        SseClient client = new(script.Http, new Uri("http://a/"), new SseClientOptions { StateChanged = (_, _) => open.TrySetResult() });
        await using IAsyncEnumerator<SseEvent> reading = client.GetAsyncEnumerator();
        Task<bool> next = reading.MoveNextAsync().AsTask();
        await open.Task;
        Assert.Equal(SseClientState.Open, client.State);
        Assert.False(next.IsCompleted);
        client.Close();
        Assert.False(await next);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("text/x-bogus")]
    [InlineData("application/json")]
    [InlineData("text/event-streamfoo")]
    [InlineData("x text/event-stream")]
    [InlineData("")]
    [InlineData(null)]
    [Requirement("SSE-9.2.2-04", "SSE-9.2.3-04")]
    public async Task Another_type_or_none_is_the_end(string? type)
    {
        await using SseScript script = await SseScript.StartAsync(exchange =>
        {
            if (type is not null) exchange.Response.Fields.Set("Content-Type", type);
            return exchange.ResponseBody.WriteAsync("data:a\n\n"u8.ToArray());
        });
        SseClient client = script.CreateClient();
        var failed = await Assert.ThrowsAsync<SseClientException>(() => script.ReadAllAsync(client));
        Assert.Equal(SseClientFailure.ContentType, failed.Failure);
        Assert.Equal(SseClientState.Closed, client.State);
        Assert.Equal(["Closed ContentType"], script.States);
        Assert.Single(script.Requests);
        Assert.Single(script.Server.Connections);
    }

    [Theory]
    [InlineData(205)]
    [InlineData(210)]
    [InlineData(299)]
    [InlineData(304)]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [Requirement("SSE-9.2.2-05", "SSE-9.2.3-04")]
    public async Task Any_other_status_is_the_end(int status)
    {
        await using SseScript script = await SseScript.StartAsync(exchange => exchange.RespondAsync(status, "text/event-stream", "data:a\n\n"u8.ToArray()));
        SseClient client = script.CreateClient();
        var failed = await Assert.ThrowsAsync<SseClientException>(() => script.ReadAllAsync(client));
        Assert.Equal(SseClientFailure.Status, failed.Failure);
        Assert.Equal(status, failed.Status);
        Assert.Equal(SseClientState.Closed, client.State);
        Assert.Equal(["Closed Status"], script.States);
        Assert.Single(script.Requests);
    }

    [Fact]
    [Requirement("SSE-9.2.2-05", "SSE-9.2.1-01")]
    public async Task A_204_is_the_end_that_the_server_wants()
    {
        await using SseScript script = await SseScript.StartAsync(SseScript.Stream("data:a\n\n"));
        SseClient client = script.CreateClient();
        Assert.Equal([Event("a")], await script.ReadAllAsync(client));
        Assert.Equal(SseClientState.Closed, client.State);
        Assert.Equal(["Open", "Connecting Ended", "Closed"], script.States);

        script.Time.Advance(10 * client.ReconnectionTime);
        Assert.Equal(2, script.Requests.Count);
    }

    [Fact]
    [Requirement("SSE-9.2.2-06")]
    public async Task A_server_that_is_not_there_yet_is_tried_again()
    {
        await using SseScript script = await SseScript.StartAsync(SseScript.Stream("data:a\n\n"));
        int failures = 3;
        using SocketsHttpHandler handler = SseClient.CreateHandler();
        handler.ConnectCallback = (_, _) =>
            failures-- > 0 ? throw new IOException("planted: nobody listens") : new ValueTask<Stream>(script.Server.Connect().AsStream());
        using var http = new HttpClient(handler);
        var client = new SseClient(http, new Uri("http://a/"), new SseClientOptions { Time = script.Time, StateChanged = (state, cause) => script.States.Add($"{state} {cause?.Failure}") });
        Assert.Equal([Event("a")], await script.ReadAllAsync(client));
        Assert.Equal(["Connecting Lost", "Connecting Lost", "Connecting Lost", "Open ", "Connecting Ended", "Closed "], script.States);
    }

    [Fact]
    [Requirement("SSE-9.2.2-07", "SSE-9.2.3-01")]
    public async Task The_end_of_a_stream_in_whatever_way_is_a_reason_to_connect_again()
    {
        var cut = new TaskCompletionSource();
        await using SseScript script = await SseScript.StartAsync(
            exchange => SendAsync(exchange, "a", new SseStreamOptions()),                              // the last chunk
            exchange => SendAsync(exchange, "b", new SseStreamOptions { CloseDelimited = true }),      // FIN
            SseScript.Stream("data:c\n\n"),                                                            // as long as announced
            async exchange =>
            {
                await using SseStream stream = await SseStream.StartAsync(exchange);
                await stream.SendAsync("data:d\n\ndata:never"u8.ToArray());
                await cut.Task;
                exchange.Abort();                                                                      // a reset in mid-event
            });
        List<SseEvent> events = await script.ReadAllAsync(script.CreateClient(), received =>
        {
            if (received.Data == "d") cut.SetResult();
        });
        Assert.Equal(["a", "b", "c", "d"], events.Select(e => e.Data));
        Assert.Equal(["Open", "Connecting Ended", "Open", "Connecting Ended", "Open", "Connecting Ended", "Open", "Connecting Lost", "Closed"], script.States);
        Assert.All(script.Requests, request => Assert.Equal("/events", request["target"]));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    [Requirement("SSE-9.2.1-02", "SSE-9.2.6-20", "SSE-9.2.3-01")]
    public async Task A_redirection_is_followed_and_the_origin_is_the_last_one(int status)
    {
        await using SseScript script = await SseScript.StartAsync(
            exchange => exchange.RedirectAsync(status, "http://b.example:8080/events?x"), SseScript.Stream("id:1\nevent:t\ndata:a\n\n"));
        SseClient client = script.CreateClient(uri: "http://a/old");
        SseEvent received = Assert.Single(await script.ReadAllAsync(client));

        Assert.Equal(Event("a", "t", "1"), received);
        Assert.Equal("http://b.example:8080", client.Origin);
        Assert.Equal("http://b.example:8080/events?x", client.FinalUri!.ToString());
        Assert.Equal(["/old", "/events?x", "/old"], script.Requests.Select(request => request["target"]));   // again to the first URL
        Assert.Equal("b.example:8080", script.Requests[1]["Host"]);
    }

    private static async ValueTask SendAsync(HttpExchange exchange, string data, SseStreamOptions options)
    {
        await using SseStream stream = await SseStream.StartAsync(exchange, options);
        await stream.SendAsync(new SseEvent(data));
    }
}
