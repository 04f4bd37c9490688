using Minimal.Http;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>How a server stops: nothing that was received is lost, and it does not take for ever.</summary>
public sealed class DrainTests
{
    [Fact]
    [Requirement("H1-POL-02", "H1-9.6-04")]
    public async Task Idle_connections_end_held_ones_are_answered_and_running_ones_finish()
    {
        var running = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(async exchange =>
        {
            if (exchange.Request.Path == "/running") await running.Task;
            if (exchange.Request.Path == "/held")
            {
                var drained = new TaskCompletionSource();
                using CancellationTokenRegistration told = exchange.Draining.Register(drained.SetResult);
                await drained.Task;
            }

            await exchange.RespondAsync(200, "done");
        });
        await using Conversation idle = await server.ConnectAsync(), held = await server.ConnectAsync(), busy = await server.ConnectAsync();
        await idle.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
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
}
