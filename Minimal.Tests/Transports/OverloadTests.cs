using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using Minimal.Echo;
using Minimal.Http;
using Minimal.Http.Transports;
using Minimal.Testing;
using Minimal.Tests.Http;
using Xunit;

namespace Minimal.Tests.Transports;

/// <summary>More connections than there is room for: a program can pause its listeners, and the system can run out of descriptors.</summary>
public sealed class OverloadTests
{
    private const int FewDescriptors = 150;
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    [Theory]
    [InlineData(Network.Memory)]
    [InlineData(Network.Tcp)]
    [InlineData(Network.Epoll)]
    public async Task Who_comes_while_a_listener_is_paused_waits_and_who_is_there_is_served(Network network)
    {
        Listener listener = network == Network.Memory ? new MemoryListener() : TestServer.ListenOn(network, new IPEndPoint(IPAddress.Loopback, 0));
        await using HttpServer server = await StartAsync(listener);
        await using Conversation first = await ConnectAsync(server, listener);
        await first.SendAsync(Get);
        await first.ExpectResponseAsync(200);

        listener.Pause();
        var waiting = new List<Conversation>();
        for (int i = 0; i < 10; i++)
        {
            waiting.Add(await ConnectAsync(server, listener));
            await waiting[i].SendAsync(Get);
            await first.SendAsync(Get);
            await first.ExpectResponseAsync(200);
        }

        Assert.Equal(1, server.ConnectionCount);
        foreach (Conversation each in waiting) each.ExpectNothing();
        listener.Pause();
        listener.Resume();
        listener.Resume();
        foreach (Conversation each in waiting)
        {
            await each.ExpectResponseAsync(200);
            await each.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(Network.Memory)]
    [InlineData(Network.Tcp)]
    [InlineData(Network.Epoll)]
    public async Task Who_came_while_a_listener_was_paused_is_answered_by_a_server_that_stops(Network network)
    {
        Listener listener = network == Network.Memory ? new MemoryListener() : TestServer.ListenOn(network, new IPEndPoint(IPAddress.Loopback, 0));
        await using HttpServer server = await StartAsync(listener);
        listener.Pause();
        await using Conversation waiting = await ConnectAsync(server, listener);
        await waiting.SendAsync(Get);
        Task stopping = server.StopAsync();
        await waiting.ExpectResponseAsync(200);
        await waiting.ExpectEndAsync();
        waiting.HalfClose();
        await stopping.WaitAsync(Conversation.Patience, TimeProvider.System);
    }

    [Fact]
    public async Task Disposing_ends_accepting_also_when_it_is_paused()
    {
        foreach (Listener listener in (Listener[])
            [
                new MemoryListener(PipeScheduler.Inline), TestServer.ListenOn(Network.Tcp, new IPEndPoint(IPAddress.Loopback, 0)), TestServer.ListenOn(Network.Epoll, new IPEndPoint(IPAddress.Loopback, 0)),
            ])
        {
            EndPoint endPoint = listener.Bind();
            Task running = listener.RunAsync(transport => transport.DisposeAsync().AsTask(), CancellationToken.None);
            listener.Pause();
            await using Transport client = listener is MemoryListener memory ? memory.Connect() : await SocketTransport.ConnectAsync(endPoint);
            await listener.DisposeAsync();
            await running.WaitAsync(Conversation.Patience, TimeProvider.System);
        }
    }

    [Fact]
    public async Task One_listener_that_is_paused_does_not_pause_another()
    {
        MemoryListener paused = new(), other = new();
        await using var server = new HttpServer(exchange => exchange.RespondAsync(200), [paused, other]);
        await server.StartAsync();
        paused.Pause();
        await using Conversation waiting = Conversation.Over(paused), served = Conversation.Over(other);
        await waiting.SendAsync(Get);
        await served.SendAsync(Get);
        await served.ExpectResponseAsync(200);
        waiting.ExpectNothing();
        paused.Resume();
        await waiting.ExpectResponseAsync(200);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--epoll")]
    public async Task A_server_without_descriptors_to_spare_stops_in_order(string argument)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/bin/sh")) return;
        using Process echo = StartWithFewDescriptors(argument);
        try
        {
            Queue<Conversation> clients = await ConnectAsync(echo, 200);
            await clients.Peek().ExpectResponseAsync(200);
            using Process kill = Process.Start("/bin/sh", ["-c", $"kill -TERM {echo.Id}"]);
            await echo.WaitForExitAsync().WaitAsync(Conversation.Patience, TimeProvider.System);
            Assert.Equal(0, echo.ExitCode);
            foreach (Conversation client in clients) await client.DisposeAsync();
        }
        finally
        {
            if (!echo.HasExited) echo.Kill();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("--epoll")]
    public async Task Running_out_of_descriptors_is_survived(string argument)
    {
        // Only a process of its own can be given few, and only some systems let a shell do that.
        if (!OperatingSystem.IsLinux() || !File.Exists("/bin/sh")) return;
        using Process echo = StartWithFewDescriptors(argument);
        try
        {
            Queue<Conversation> waiting = await ConnectAsync(echo, 200);

            // The first is answered, and goes on being answered; each that leaves makes room for one that waits.
            await using Conversation first = waiting.Dequeue();
            await first.ExpectResponseAsync(200);
            Assert.InRange(waiting.Count(each => each.Peek().Length > 0), 0, FewDescriptors);
            while (waiting.TryDequeue(out Conversation? next))
            {
                await next.ExpectResponseAsync(200);
                await next.DisposeAsync();
                await first.SendAsync(Get);
                await first.ExpectResponseAsync(200);
            }

            Assert.False(echo.HasExited);
        }
        finally
        {
            echo.Kill();
            await echo.WaitForExitAsync();
        }
    }

    private static async Task<HttpServer> StartAsync(Listener listener)
    {
        var server = new HttpServer(exchange => exchange.RespondAsync(200), [listener]);
        await server.StartAsync();
        return server;
    }

    private static Process StartWithFewDescriptors(string argument)
    {
        string[] command = ["-c", $"ulimit -n {FewDescriptors}; exec dotnet \"$0\" --port 0 {argument}", typeof(EchoRoutes).Assembly.Location];
        return Process.Start(new ProcessStartInfo("/bin/sh", command) { RedirectStandardOutput = true })!;
    }

    /// <summary>Clients that have each asked once, more than the server has room for.</summary>
    private static async Task<Queue<Conversation>> ConnectAsync(Process echo, int count)
    {
        string line = await echo.StandardOutput.ReadLineAsync().WaitAsync(Conversation.Patience, TimeProvider.System) ?? "";
        var endPoint = new IPEndPoint(IPAddress.Loopback, new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..]).Port);
        var clients = new Queue<Conversation>();
        for (int i = 0; i < count; i++)
        {
            Conversation client = await Conversation.ConnectAsync(endPoint);
            await client.SendAsync(Get);
            clients.Enqueue(client);
        }

        return clients;
    }

    private static async Task<Conversation> ConnectAsync(HttpServer server, Listener listener) =>
        listener is MemoryListener memory ? Conversation.Over(memory) : await Conversation.ConnectAsync(server.EndPoints[0]);
}
