using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Minimal.Echo;
using Minimal.Http.Diagnostics;
using Minimal.Http.Transports;
using Minimal.Testing;
using Minimal.WireTool;
using Minimal.WireTool.Commands;
using Xunit;

namespace Minimal.Tests.Wire;

/// <summary>The proxy over real sockets: what passes is neither changed nor held up, and is shown.</summary>
public sealed class ProxyTests
{
    [Fact]
    public async Task A_request_and_its_answer_pass_and_are_shown()
    {
        await using ToolServer server = await ToolServer.StartAsync(EchoRoutes.Create());
        await using var proxy = await RunningProxy.StartAsync(server);
        await using (Conversation client = await Conversation.ConnectAsync(proxy.EndPoint))
        {
            await client.SendAsync("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
            Assert.Equal("hello", (await client.ExpectResponseAsync(200)).Text);
        }

        await proxy.Console.LineAsync("#1 closed");
        Assert.Equal(ExitCode.Fine, await proxy.StopAsync());
        Assert.Contains("#1 >       0  50 4F 53 …   POST", proxy.Console.Out, StringComparison.Ordinal);
        Assert.Contains("RFC 9112 §4", proxy.Console.Out, StringComparison.Ordinal);
        Assert.Contains("#1 open 127.0.0.1:", proxy.Console.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_have_numbers_and_the_file_has_every_byte()
    {
        string path = Path.GetTempFileName();
        await using ToolServer server = await ToolServer.StartAsync(EchoRoutes.Create());
        await using var proxy = await RunningProxy.StartAsync(server, "--save", path, "--quiet");
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), async (number, _) =>
        {
            await using Conversation client = await Conversation.ConnectAsync(proxy.EndPoint);
            string body = new('a', 100_000 + number);
            await client.SendAsync($"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n{body}");
            Assert.Equal(body, (await client.ExpectResponseAsync(200)).Text);
        });

        foreach (int number in Enumerable.Range(1, 8)) await proxy.Console.LineAsync($"#{number} closed");
        Assert.Equal(ExitCode.Fine, await proxy.StopAsync());
        Assert.DoesNotContain("RFC", proxy.Console.Out, StringComparison.Ordinal);

        IReadOnlyList<WireFileEvent>? events = WireFileReader.Read(await File.ReadAllBytesAsync(path), out WireFileError? error);
        File.Delete(path);
        Assert.True(events is not null, $"{error}");
        Assert.Equal(Enumerable.Range(1, 8), events.Select(item => item.Connection).Distinct().Order());
        int[] lengths = [.. events.Where(item => item.Direction == WireDirection.FromClient).GroupBy(item => item.Connection)
            .Select(connection => connection.Sum(item => item.Bytes.Span.Count((byte)'a'))).Order()];
        Assert.Equal(Enumerable.Range(0, 8).Select(number => 100_000 + number + "a".Length), lengths);
    }

    [Fact]
    public async Task A_half_close_is_passed_on()
    {
        await using ToolServer server = ToolServer.Play(async transport =>
        {
            await using var peer = new Conversation(transport);
            await peer.ExpectAsync("question");
            await peer.ExpectEndAsync();
            await peer.SendAsync("answer");
        });
        await using var proxy = await RunningProxy.StartAsync(server);
        await using Conversation client = await Conversation.ConnectAsync(proxy.EndPoint);
        await client.SendAsync("question");
        await client.Transport.Output.CompleteAsync();
        Assert.Equal("answer", Encoding.ASCII.GetString(await client.ReadToEndAsync()));
        await proxy.Console.LineAsync("#1 > end");
        await proxy.Console.LineAsync("#1 closed");
    }

    [Fact]
    public async Task A_reset_is_passed_on_to_the_client()
    {
        await using ToolServer server = ToolServer.Play(async transport =>
        {
            await transport.Input.ReadAsync();
            transport.Abort();
        });
        await using var proxy = await RunningProxy.StartAsync(server);
        await using Conversation client = await Conversation.ConnectAsync(proxy.EndPoint);
        await client.SendAsync("question");
        await client.ExpectResetAsync();
        Assert.Contains("reset", await proxy.Console.LineAsync(" reset"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reset_is_passed_on_to_the_server()
    {
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ToolServer server = ToolServer.Play(async transport =>
        {
            try
            {
                transport.Input.AdvanceTo((await transport.Input.ReadAsync()).Buffer.End);
                seen.SetResult((await transport.Input.ReadAsync()).IsCompleted ? "end" : "bytes");
            }
            catch (IOException)
            {
                seen.SetResult("reset");
            }
        });
        await using var proxy = await RunningProxy.StartAsync(server);
        await using (Conversation client = await Conversation.ConnectAsync(proxy.EndPoint))
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            await proxy.Console.LineAsync("request-target");
            client.Transport.Abort();
        }

        Assert.Equal("reset", await seen.Task.WaitAsync(Conversation.Patience, TimeProvider.System));
    }

    [Fact]
    public async Task Who_reads_slowly_is_waited_for()
    {
        const int Window = 64 * 1024;
        (MemoryTransport client, MemoryTransport clientEnd) = MemoryTransport.CreatePair(PipeScheduler.Inline, Window);
        (MemoryTransport serverEnd, MemoryTransport server) = MemoryTransport.CreatePair(PipeScheduler.Inline, Window);
        using var console = new ToolConsole();
        using var connection = new ProxyConnection(1, clientEnd, new Listing(console.Console, false, false), new Recorder(null, TimeProvider.System), isQuiet: true);
        Task relaying = connection.RunAsync("a", _ => Task.FromResult<Transport>(serverEnd));

        // Nobody reads. All goes on inline, so what does not complete at once waits: in two windows and in the proxy's own hands.
        ValueTask<FlushResult> sending;
        int sent = 0;
        do
        {
            sending = server.Output.WriteAsync(new byte[1024]);
            sent += 1024;
        }
        while (sending.IsCompletedSuccessfully && sent < 100 * Window);
        Assert.InRange(sent, Window, 4 * Window);

        var stream = client.Input.AsStream();
        await stream.ReadExactlyAsync(new byte[sent - 1024]);
        await sending;
        connection.Abort();
        await relaying;
    }

    [Fact]
    public async Task Without_a_server_the_client_is_reset_and_the_proxy_goes_on()
    {
        IPEndPoint nobody;
        await using (ToolServer gone = ToolServer.Play(_ => Task.CompletedTask)) nobody = gone.EndPoint;
        await using var proxy = await RunningProxy.StartAsync(nobody);
        await ExpectResetAsync(proxy);
        Assert.Contains("cannot connect", await proxy.Console.LineAsync("#1 cannot"), StringComparison.Ordinal);
        await ExpectResetAsync(proxy);
        Assert.Equal(ExitCode.Fine, await proxy.StopAsync());
    }

    [Fact]
    public async Task Stopping_ends_open_connections()
    {
        await using ToolServer server = ToolServer.Play(async transport => await transport.Input.ReadAsync());
        await using var proxy = await RunningProxy.StartAsync(server);
        await using Conversation client = await Conversation.ConnectAsync(proxy.EndPoint);
        await proxy.Console.LineAsync("#1 open");
        Assert.Equal(ExitCode.Fine, await proxy.StopAsync());
        await client.ExpectResetAsync();
    }

    // It may come while the client still connects.
    private static async Task ExpectResetAsync(RunningProxy proxy)
    {
        try
        {
            await using Conversation client = await Conversation.ConnectAsync(proxy.EndPoint);
            await client.ExpectResetAsync();
        }
        catch (SocketException e)
        {
            Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        }
    }

    [Fact]
    public async Task A_port_in_use_is_told()
    {
        await using ToolServer server = ToolServer.Play(_ => Task.CompletedTask);
        (int exitCode, _, string error) = await ToolConsole.RunAsync(null, "proxy", $"{server.EndPoint}", "localhost:1");
        Assert.Equal(ExitCode.Impossible, exitCode);
        Assert.Contains("in use", error, StringComparison.Ordinal);
    }
}

/// <summary><c>wire proxy</c> while it runs.</summary>
internal sealed class RunningProxy : IAsyncDisposable
{
    private readonly Task<int> _running;

    private RunningProxy(ToolConsole console, Task<int> running) => (Console, _running) = (console, running);

    public ToolConsole Console { get; }

    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.Loopback, 0);

    public static Task<RunningProxy> StartAsync(ToolServer server, params string[] options) => StartAsync(server.EndPoint, options);

    public static async Task<RunningProxy> StartAsync(IPEndPoint target, params string[] options)
    {
        var console = new ToolConsole();
        Task<int> running = WireProgram.RunAsync(["proxy", "0", $"{target}", .. options], console.Console);
        string line = await console.LineAsync("Listening on");
        return new RunningProxy(console, running) { EndPoint = IPEndPoint.Parse(line.Split(' ')[2].TrimEnd(',')) };
    }

    public async Task<int> StopAsync()
    {
        Console.Stop();
        return await _running.WaitAsync(Conversation.Patience, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Console.Dispose();
    }
}
