using System.Globalization;
using Minimal.Http;
using Minimal.Sse;
using Xunit;

namespace Minimal.Tests.Sse;

/// <summary>What keeps a stream open, and all the ways in which it ends.</summary>
public sealed class SseStreamEndTests
{
    private const string LastChunk = "0\r\n\r\n";

    [Fact]
    [Requirement("SSE-9.2.7-01")]
    public async Task A_silent_stream_has_a_comment_every_15_seconds()
    {
        await using SseStreaming streaming = await SseStreaming.StartAsync();
        for (int i = 0; i < 3; i++)
        {
            streaming.Server.Time.Advance(TimeSpan.FromSeconds(14.9));
            Assert.Equal("", streaming.Wire.ReadWhatIsThere());
            streaming.Server.Time.Advance(TimeSpan.FromSeconds(0.1));
            Assert.Equal("2\r\n:\n\r\n", streaming.Wire.ReadWhatIsThere());
        }
    }

    [Fact]
    [Requirement("SSE-9.2.7-01")]
    public async Task What_is_sent_puts_the_comment_off()
    {
        await using SseStreaming streaming = await SseStreaming.StartAsync(new SseStreamOptions { Heartbeat = TimeSpan.FromSeconds(1) });
        streaming.Server.Time.Advance(TimeSpan.FromSeconds(0.9));
        await streaming.Stream.SendAsync(new SseEvent("x"));
        await streaming.Wire.ReadChunkAsync();
        streaming.Server.Time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Equal("", streaming.Wire.ReadWhatIsThere());
        streaming.Server.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(":\n", await streaming.Wire.ReadChunkAsync());
    }

    [Fact]
    [Requirement("SSE-9.2.7-01")]
    public async Task Comments_do_not_pile_up_behind_a_client_that_takes_nothing_and_go_on_when_it_does()
    {
        var noRate = new HttpServerOptions { Timeouts = new HttpTimeouts { MinResponseRate = 0 } };
        await using SseStreaming streaming = await SseStreaming.StartAsync(http: noRate);
        Task<bool> large = streaming.Stream.SendAsync(new SseEvent(new string('x', 2 * SseStreaming.NarrowBytes))).AsTask();
        streaming.Server.Time.Advance(TimeSpan.FromMinutes(5));
        await streaming.Wire.ReadChunkAsync();
        Assert.True(await large);
        Assert.Equal("", streaming.Wire.ReadWhatIsThere());
        streaming.Server.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(":\n", await streaming.Wire.ReadChunkAsync());
    }

    [Fact]
    public async Task Comments_can_be_switched_off()
    {
        await using SseStreaming streaming = await SseStreaming.StartAsync(new SseStreamOptions { Heartbeat = Timeout.InfiniteTimeSpan });
        streaming.Server.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal("", streaming.Wire.ReadWhatIsThere());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Requirement("SSE-OP-03", "SSE-9.2.7-01")]
    public async Task A_client_that_leaves_is_gone_at_once_and_nothing_is_left_of_it(bool reset)
    {
        await using SseStreaming streaming = await SseStreaming.StartAsync();
        if (reset) streaming.Wire.Transport.Abort();
        else streaming.Wire.Transport.Output.Complete();   // FIN: a client that only listens has nothing to say behind its request

        await streaming.Stream.WhenEndedAsync();
        Assert.False(await streaming.Stream.SendAsync(new SseEvent("x")));
        Assert.False(await streaming.Stream.SendAsync("data:x\n\n"u8.ToArray()));
        await UntilAsync(() => streaming.Server.Http.ConnectionCount == 0);
        Assert.Equal(0, streaming.Server.Http.Deadlines.Count);
    }

    [Fact]
    [Requirement("SSE-OP-03")]
    public async Task A_thousand_clients_that_vanish_leave_nothing_behind()
    {
        int open = 0;
        await using SseServer server = await SseServer.StartAsync(async exchange =>
        {
            await using SseStream stream = await SseStream.StartAsync(exchange);
            Interlocked.Increment(ref open);
            await stream.WhenEndedAsync();
            Interlocked.Decrement(ref open);
        });
        var clients = new List<SseWire>();
        for (int i = 0; i < 1000; i++) clients.Add(await server.RequestAsync());
        Assert.Equal(1000, open);

        clients.ForEach(client => client.Transport.Abort());
        await UntilAsync(() => server.Http.ConnectionCount == 0);
        Assert.Equal(0, open);
        Assert.Equal(0, server.Http.Deadlines.Count);
    }

    [Fact]
    public async Task A_client_that_leaves_while_it_is_waited_for_frees_the_senders()
    {
        await using SseStreaming streaming = await SseStreaming.StartAsync();
        Task<bool>[] sending = [.. Enumerable.Range(0, 3).Select(_ => streaming.Stream.SendAsync(new SseEvent(new string('x', 2 * SseStreaming.NarrowBytes))).AsTask())];
        streaming.Wire.Transport.Abort();
        Assert.All(await Task.WhenAll(sending), Assert.False);
    }

    [Fact]
    public async Task Who_is_gone_before_the_stream_begins_gets_one_that_has_ended()
    {
        var go = new TaskCompletionSource();
        var ended = new TaskCompletionSource<bool>();
        await using SseServer server = await SseServer.StartAsync(async exchange =>
        {
            await go.Task;
            await using SseStream stream = await SseStream.StartAsync(exchange);
            await stream.WhenEndedAsync();
            ended.SetResult(await stream.SendAsync(new SseEvent("x")));
        });
        SseWire wire = await server.RequestAsync();
        wire.Transport.Output.Complete();
        go.SetResult();
        Assert.False(await ended.Task);
    }

    [Fact]
    [Requirement("SSE-OP-05")]
    public async Task When_the_server_stops_every_client_gets_a_time_of_its_own_to_come_back()
    {
        const int Clients = 100;
        var options = new SseStreamOptions { ReturnAfter = TimeSpan.FromSeconds(2), ReturnSpread = TimeSpan.FromSeconds(8), Random = new Random(1) };
        await using SseServer server = await SseServer.StartAsync(async exchange =>
        {
            await using SseStream stream = await SseStream.StartAsync(exchange, options);
            while (await stream.SendAsync(new SseEvent("last"))) await stream.WhenEndedAsync();
        });
        var clients = new List<SseWire>();
        for (int i = 0; i < Clients; i++) clients.Add(await server.RequestAsync());

        Task stopping = server.Http.StopAsync();
        var retries = new HashSet<int>();
        foreach (SseWire client in clients)
        {
            await client.ReadToAsync("data: last\n\n\r\n");
            retries.Add(Retry(await client.ReadChunkAsync(), 2000, 10_000));
            Assert.Equal("", await client.ReadChunkAsync());   // a clean end: no event is cut
        }

        Assert.InRange(retries.Count, Clients * 9 / 10, Clients);
        while (!stopping.IsCompleted)
        {
            server.Time.Advance(TimeSpan.FromSeconds(0.1));
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A_stream_that_begins_while_the_server_stops_ends_at_once_and_says_when_to_come_back()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using SseServer server = await SseServer.StartAsync(async exchange =>
        {
            await go.Task;
            await using SseStream stream = await SseStream.StartAsync(exchange, new SseStreamOptions { ReturnSpread = TimeSpan.Zero });
            await stream.WhenEndedAsync();
        });
        SseWire wire = await server.RequestAsync();
        _ = server.Http.StopAsync();
        await UntilAsync(() => server.Http.Draining.IsCancellationRequested);
        go.SetResult();
        Assert.EndsWith("d\r\nretry: 3000\n\n\r\nd\r\nretry: 1000\n\n\r\n0\r\n\r\n", await wire.ReadToAsync(LastChunk), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("SSE-OP-05")]
    public async Task A_stream_that_is_old_ends_with_its_connection()
    {
        const int Clients = 100;
        var options = new SseStreamOptions { MaxAge = TimeSpan.FromSeconds(1), Random = new Random(2) };
        await using SseServer server = await SseServer.StartAsync(async exchange => await (await SseStream.StartAsync(exchange, options)).WhenEndedAsync());
        var clients = new List<SseWire>();
        for (int i = 0; i < Clients; i++) clients.Add(await server.RequestAsync());
        foreach (SseWire client in clients)
        {
            Assert.Contains("\r\nConnection: close\r\n", await client.ReadHeadAsync(), StringComparison.Ordinal);
            await client.ReadChunkAsync();
        }

        server.Time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.All(clients, client => Assert.Equal("", client.ReadWhatIsThere()));
        server.Time.Advance(TimeSpan.FromSeconds(0.1));
        var retries = new HashSet<int>();
        foreach (SseWire client in clients)
        {
            retries.Add(Retry(await client.ReadChunkAsync(), 1000, 5000));
            Assert.Equal(LastChunk, await client.ReadToEndAsync());
        }

        Assert.InRange(retries.Count, Clients * 9 / 10, Clients);
    }

    [Fact]
    [Requirement("SSE-OP-05")]
    public async Task A_stream_that_is_long_ends_behind_the_event_that_made_it_so()
    {
        var options = new SseStreamOptions { MaxBytes = 39, ReturnSpread = TimeSpan.Zero };
        await using SseStreaming streaming = await SseStreaming.StartAsync(options);
        Assert.True(await streaming.Stream.SendAsync(new SseEvent("12345")));
        Assert.False(streaming.Stream.HasEnded);
        Assert.True(await streaming.Stream.SendAsync(new SseEvent("67890")));
        Assert.True(streaming.Stream.HasEnded);
        Assert.False(await streaming.Stream.SendAsync(new SseEvent("more")));

        Assert.Equal("data: 12345\n\n", await streaming.Wire.ReadChunkAsync());
        Assert.Equal("data: 67890\n\n", await streaming.Wire.ReadChunkAsync());
        Assert.Equal("retry: 1000\n\n", await streaming.Wire.ReadChunkAsync());
        Assert.Equal(LastChunk, await streaming.Wire.ReadToEndAsync());
        Assert.Equal(13 + 13 + 13 + 13, streaming.Stream.BytesSent);
    }

    [Fact]
    public async Task The_last_event_leaves_also_when_nobody_waited_for_it()
    {
        await using SseServer server = await SseServer.StartAsync(
            async exchange =>
            {
                SseStream stream = await SseStream.StartAsync(exchange);
                for (int i = 0; i < 100; i++) _ = stream.SendAsync(new SseEvent(new string('x', 100) + i)).AsTask();
            },
            windowBytes: SseStreaming.NarrowBytes);
        SseWire wire = await server.RequestAsync();
        string all = await wire.ReadToAsync(LastChunk);
        for (int i = 0; i < 100; i++) Assert.Contains($"x{i}\n\n", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_was_kept_beyond_its_handler_cannot_reach_the_next_response()
    {
        SseStream? kept = null;
        await using SseServer server = await SseServer.StartAsync(async exchange =>
        {
            if (exchange.Request.Path == "/events") kept = await SseStream.StartAsync(exchange);   // and no word of disposing
            else await exchange.RespondAsync(200, "next\n");
        });
        SseWire wire = await server.RequestAsync();
        await wire.ReadToAsync(LastChunk);
        Assert.True(kept!.HasEnded);

        await wire.SendAsync("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.False(await kept.SendAsync(new SseEvent("evil")));
        server.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.EndsWith("\r\n\r\nnext\n", wire.ReadWhatIsThere(), StringComparison.Ordinal);
        await kept.DisposeAsync();
    }

    [Fact]
    public async Task A_handler_that_fails_cuts_the_stream_visibly()
    {
        await using SseServer server = await SseServer.StartAsync(async exchange =>
        {
            await SseStream.StartAsync(exchange);
            throw new InvalidOperationException("planted");
        });
        await Assert.ThrowsAsync<IOException>(async () => await (await server.RequestAsync()).ReadToEndAsync());
        await UntilAsync(() => server.Http.ConnectionCount == 0);
        Assert.Equal(0, server.Http.Deadlines.Count);
    }

    [Fact]
    public async Task The_connection_goes_on_behind_a_stream()
    {
        await using SseServer server = await SseServer.StartAsync(async exchange =>
        {
            await using SseStream stream = await SseStream.StartAsync(exchange);
            await stream.SendAsync(new SseEvent("x"));
        });
        var wire = new SseWire(server.Connect());
        for (int i = 0; i < 3; i++)
        {
            await wire.SendAsync("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.EndsWith("data: x\n\n\r\n0\r\n\r\n", await wire.ReadToAsync(LastChunk), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Options_that_mean_nothing_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new SseStreamOptions { Heartbeat = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new SseStreamOptions { MaxAge = TimeSpan.FromTicks(-5) });
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new SseStreamOptions { PaddingBytes = 2 });
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new SseStreamOptions { MaxBytes = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new SseStreamOptions { MaxWaitingBytes = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new SseStreamOptions { Retry = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new SseStreamOptions { ReturnAfter = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new SseStreamOptions { ReturnSpread = TimeSpan.FromTicks(-1) });
    }

    private static int Retry(string chunk, int from, int to)
    {
        Assert.StartsWith("retry: ", chunk, StringComparison.Ordinal);
        Assert.EndsWith("\n\n", chunk, StringComparison.Ordinal);
        int milliseconds = int.Parse(chunk["retry: ".Length..^2], CultureInfo.InvariantCulture);
        Assert.InRange(milliseconds, from, to);
        return milliseconds;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Yield();
    }
}
