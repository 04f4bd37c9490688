using System.Net.Sockets;
using Minimal.Http;
using Minimal.Http.Transports;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>How a server stops: nothing that was received is lost, and it does not take for ever. The clock is turned by hand.</summary>
public sealed class DrainTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n", Switch = "GET /switch HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    [Requirement("H1-POL-02", "H1-9.6-04")]
    public async Task Idle_connections_end_held_ones_are_answered_and_running_ones_finish()
    {
        var running = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            if (exchange.Request.Path == "/running") await running.Task;
            if (exchange.Request.Path == "/held") await FiresAsync(exchange.Draining);
            await exchange.RespondAsync(200, "done");
        });
        await using Conversation idle = await server.ConnectAsync(), held = await server.ConnectAsync(), busy = await server.ConnectAsync();
        await idle.SendAsync(Get);
        await idle.ExpectResponseAsync(200);
        await held.SendAsync("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
        await busy.SendAsync("GET /running HTTP/1.1\r\nHost: a\r\n\r\n");

        Task stopping = server.Server.StopAsync();
        Assert.True((await held.ExpectResponseAsync(200)).SaysClose);
        await held.ExpectEndAsync();
        held.HalfClose();
        Task ended = idle.ExpectEndAsync();
        await server.AdvanceUntilAsync(ended, TimeSpan.FromMilliseconds(100));
        idle.HalfClose();
        Assert.False(stopping.IsCompleted);

        running.SetResult();
        Assert.True((await busy.ExpectResponseAsync(200)).SaysClose);
        busy.HalfClose();
        await server.AdvanceUntilAsync(stopping, TimeSpan.FromMilliseconds(100));
    }

    [Theory]
    [Requirement("H1-POL-02")]
    [InlineData(Network.Memory)]
    [InlineData(Network.Tcp)]
    [InlineData(Network.Epoll)]
    public async Task Nobody_is_accepted_any_more_when_handlers_hear_of_it(Network network)
    {
        var done = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(
            async exchange =>
            {
                await done.Task;
                await exchange.RespondAsync(200, "done");
            },
            network);
        await using Conversation busy = await server.ConnectAsync();
        await busy.SendAsync(Get);
        Task stopping = server.Server.StopAsync();
        await FiresAsync(server.Server.Draining);
        Exception refused = await Assert.ThrowsAnyAsync<Exception>(server.ConnectAsync);
        Assert.True(refused is IOException or SocketException);
        done.SetResult();
        Assert.True((await busy.ExpectResponseAsync(200)).SaysClose);
        busy.HalfClose();
        await server.AdvanceUntilAsync(stopping, Second);
    }

    [Theory]
    [Requirement("H1-POL-02")]
    [InlineData(1000, 10, 5.0)]
    [InlineData(200, 10, 2.0)]
    [InlineData(1, 10, 0.0)]
    public async Task Idle_connections_close_one_after_the_other_within_half_the_window(int count, int window, double over)
    {
        SpyTransport? oldest = null;
        await using TestServer server = await TestServer.StartAsync(
            exchange => exchange.RespondAsync(200, "done"),
            timeouts: new HttpTimeouts { Drain = TimeSpan.FromSeconds(window) },
            around: transport => oldest is null ? oldest = new SpyTransport(transport) : transport);
        for (int i = 0; i < count; i++) await (await server.ConnectAsync()).SendAsync(i % 2 == 0 ? Get : "");
        int reads = oldest!.Log.Count(line => line == "read");
        Task stopping = server.Server.StopAsync();

        // The oldest is told last, and waits anew.
        while (oldest.Log.Count(line => line == "read") == reads) await Task.Yield();

        // A tick of the wheel is a tenth of a second, and a deadline may come one later.
        const double tick = 0.1;
        for (double time = tick; time < over; time += tick)
        {
            server.Time.Advance(tick * Second);
            Assert.InRange(server.Ends.Count, count * ((time - (2 * tick)) / over), count * ((time + tick) / over));
        }

        server.Time.Advance(3 * tick * Second);
        Assert.Equal(Enumerable.Repeat(ConnectionEnd.Drained, count), server.Ends);
        await stopping;
    }

    [Theory]
    [Requirement("H1-POL-02", "H1-9.6-04")]
    [InlineData("")]
    [InlineData("G")]
    [InlineData("GET / HTTP/1.1\r\nHost")]
    public async Task A_request_that_has_begun_or_comes_before_its_connection_closes_is_answered(string begun)
    {
        await using TestServer server = await TestServer.StartAsync(exchange => exchange.RespondAsync(200, "done"));
        await using Conversation late = await server.ConnectAsync();
        await late.SendAsync(begun);

        // The newest close first: as many come before this one as take two seconds.
        for (int i = 0; i < 200; i++) await server.ConnectAsync();
        Task stopping = server.Server.StopAsync();
        await FiresAsync(server.Server.Draining);
        late.Advance(begun.Length > 0 ? 9 * Second : Second);
        late.ExpectNothing();
        await late.SendAsync(Get[begun.Length..]);
        Assert.True((await late.ExpectResponseAsync(200)).SaysClose);
        await late.ExpectEndAsync();
        late.HalfClose();
        await server.AdvanceUntilAsync(stopping, Second);
    }

    [Theory]
    [Requirement("H1-POL-02", "H1-9.6-03")]
    [InlineData(Get, true)]
    [InlineData(Get, false)]
    [InlineData("G", true)]
    [InlineData("GET / HTTP/1.1\r\nHost: a", false)]
    [InlineData(Get, true, Network.Tcp)]
    [InlineData("G", true, Network.Epoll)]
    [InlineData("G", false, Network.Tcp)]
    public async Task Requests_that_came_behind_a_running_one_are_answered_too(string begun, bool isWatched, Network network = Network.Memory)
    {
        TaskCompletionSource running = new(), done = new();
        await using TestServer server = await TestServer.StartAsync(
            async exchange =>
            {
                if (isWatched) _ = exchange.Aborted;
                await exchange.RequestBody.ReadAllAsync(10);
                running.TrySetResult();
                await done.Task;
                await exchange.RespondAsync(200, "done");
            },
            network);
        await using Conversation busy = await server.ConnectAsync();
        await busy.SendAsync($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab{Get}{begun}");
        await running.Task.WaitAsync(Conversation.Patience, TimeProvider.System);
        Task stopping = server.Server.StopAsync();
        await FiresAsync(server.Server.Draining);
        done.SetResult();
        Assert.False((await busy.ExpectResponseAsync(200)).SaysClose);
        Assert.False((await busy.ExpectResponseAsync(200)).SaysClose);
        await busy.SendAsync(Get[begun.Length..]);
        Assert.True((await busy.ExpectResponseAsync(200)).SaysClose);
        await busy.ExpectEndAsync();
        busy.HalfClose();
        await server.AdvanceUntilAsync(stopping, Second);
    }

    [Fact]
    [Requirement("H1-POL-02")]
    public async Task Behind_the_window_what_is_left_is_aborted_and_handlers_are_told()
    {
        var told = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            await exchange.ResponseBody.FlushAsync();
            await FiresAsync(exchange.Aborted);
            told.SetResult();
        });
        await using Conversation busy = await server.ConnectAsync();
        await busy.SendAsync(Get);
        await busy.ExpectHeadAsync(200);
        DateTimeOffset begun = server.Time.GetUtcNow();
        Task stopping = server.Server.StopAsync();
        await FiresAsync(server.Server.Draining);
        server.Time.Advance(14.9 * Second);
        busy.ExpectNothing();
        Assert.False(stopping.IsCompleted);

        await server.AdvanceUntilAsync(busy.ExpectResetAsync(), 0.1 * Second);
        Assert.True(server.Time.GetUtcNow() - begun >= 15 * Second);
        await told.Task;
        await stopping;
        Assert.Equal([ConnectionEnd.DrainTimeout], server.Ends);
        Assert.Empty(server.Log.Complaints);
    }

    [Fact]
    public async Task A_handler_that_hears_nothing_is_left_behind_and_the_log_says_so()
    {
        var never = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(async exchange => await never.Task);
        await using Conversation busy = await server.ConnectAsync();
        await busy.SendAsync(Get);
        await server.AdvanceUntilAsync(server.Server.StopAsync(), Second);
        Assert.Contains("1 connections were left behind", Assert.Single(server.Log.Complaints), StringComparison.Ordinal);
        Assert.Equal(1, server.Server.ConnectionCount);
        never.SetResult();
        Assert.Equal([ConnectionEnd.DrainTimeout], await server.EndsAsync());
    }

    [Fact]
    public async Task Who_is_in_a_hurry_does_not_wait_for_the_window()
    {
        await using TestServer server = await TestServer.StartAsync(exchange => new ValueTask(FiresAsync(exchange.Aborted)), timeouts: new HttpTimeouts { Drain = Timeout.InfiniteTimeSpan });
        await using Conversation busy = await server.ConnectAsync();
        await busy.SendAsync(Get);
        using var hurry = new CancellationTokenSource();
        Task stopping = server.Server.StopAsync(hurry.Token);
        await FiresAsync(server.Server.Draining);
        server.Time.Advance(TimeSpan.FromDays(1));
        Assert.False(stopping.IsCompleted);
        await hurry.CancelAsync();
        await busy.ExpectResetAsync();
        await stopping;
    }

    [Fact]
    public async Task A_protocol_that_took_over_is_told_and_ends_by_itself()
    {
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            await using UpgradedConnection wire = await exchange.SwitchProtocolsAsync("echo");
            await FiresAsync(wire.Draining);
            await wire.Output.WriteAsync("bye"u8.ToArray());
        });
        await using Conversation switched = await server.ConnectAsync();
        await switched.SendAsync(Switch);
        await switched.ExpectHeadAsync(101);
        Task stopping = server.Server.StopAsync();
        await switched.ExpectAsync("bye");
        await switched.ExpectEndAsync();
        switched.HalfClose();
        await server.AdvanceUntilAsync(stopping, Second);
        Assert.Equal([ConnectionEnd.UpgradeEnded], server.Ends);
    }

    [Fact]
    public async Task What_hears_of_it_and_fails_holds_nothing_up()
    {
        await using TestServer server = await TestServer.StartAsync(exchange => exchange.RespondAsync(200));
        using CancellationTokenRegistration registration = server.Server.Draining.Register(() => throw new InvalidOperationException("planted"));
        Task first = server.Server.StopAsync(), second = server.Server.StopAsync();
        await Task.WhenAll(first, second);
        Assert.Equal(["Draining 0 connections within 00:00:15", "Stopped"], server.Log.All.Where(line => line.StartsWith("Drain", StringComparison.Ordinal) || line == "Stopped"));
    }

    [Fact]
    public async Task A_server_that_did_not_start_says_nothing_when_it_is_disposed_of()
    {
        var log = new RecordingLog();
        await using TestServer taken = await TestServer.StartAsync(exchange => exchange.RespondAsync(200), Network.Tcp);
        var options = new HttpServerOptions { Logging = log };
        await using (var failed = new HttpServer(exchange => default, [new MemoryListener(), new SocketListener(taken.Server.EndPoints[0])], options))
        {
            await Assert.ThrowsAsync<IOException>(() => failed.StartAsync());
            Assert.Empty(failed.EndPoints);
        }

        await using (var never = new HttpServer(exchange => default, [new MemoryListener()], options)) await never.StopAsync();
        Assert.Empty(log.All);
    }

    private static async Task FiresAsync(CancellationToken token)
    {
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = token.Register(fired.SetResult);
        await fired.Task.WaitAsync(Conversation.Patience, TimeProvider.System, CancellationToken.None);
    }
}
