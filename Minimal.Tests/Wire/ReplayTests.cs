using System.Text;
using Minimal.Echo;
using Minimal.Http;
using Minimal.Testing;
using Minimal.WireTool;
using Xunit;

namespace Minimal.Tests.Wire;

/// <summary>What was recorded is sent again, and only what differs is shown.</summary>
public sealed class ReplayTests
{
    private const string Recording = """
        wire 1
        0 1 open
        0.1 1 >
          GET /hello HTTP/1.1\r\nHost: a\r\n\r\n
        0.2 1 <
          HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello
        0.3 1 >
          HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n
        0.4 1 <
          HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\n
        0.5 1 close
        """;

    [Fact]
    public async Task The_same_answers_are_the_same_whatever_the_date()
    {
        (int exitCode, string output, string error) = await ReplayAsync(Recording, exchange => exchange.RespondAsync(200, "text/plain", "hello"u8.ToArray()));
        Assert.Equal("#1 1. GET, 200: the same\n#1 2. HEAD, 200: the same\n2 answers, 0 different\n", output + error);
        Assert.Equal(ExitCode.Fine, exitCode);
    }

    [Fact]
    public async Task What_differs_is_shown()
    {
        (int exitCode, string output, _) = await ReplayAsync(Recording, exchange =>
        {
            exchange.Response.Fields.Set("X-New", "1");
            return exchange.RespondAsync(203, "text/plain", "help"u8.ToArray());
        });
        Assert.Equal("""
            #1 1. GET, 200: different
                - status 200
                + status 203
                - Content-Length: 5
                + Content-Length: 4
                + X-New: 1
                - content at byte 3: lo
                + content at byte 3: p
            #1 2. HEAD, 200: different
                - status 200
                + status 203
                - Content-Length: 5
                + Content-Length: 4
                + X-New: 1
            2 answers, 2 different

            """, output);
        Assert.Equal(ExitCode.Found, exitCode);
    }

    [Fact]
    public async Task A_field_that_does_not_matter_is_ignored()
    {
        string old = Recording.Replace("text/plain", "text/html", StringComparison.Ordinal);
        HttpHandler handler = exchange => exchange.RespondAsync(200, "text/plain", "hello"u8.ToArray());
        Assert.Equal(ExitCode.Found, (await ReplayAsync(old, handler)).ExitCode);
        Assert.Equal(ExitCode.Fine, (await ReplayAsync(old, handler, "--ignore", "content-type")).ExitCode);
    }

    [Fact]
    public async Task The_next_request_waits_for_the_answer()
    {
        int running = 0, most = 0;
        string two = Recording.Replace("HEAD", "GET", StringComparison.Ordinal);
        await ReplayAsync(two, async exchange =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            Assert.False(exchange.Aborted.IsCancellationRequested);
            await exchange.RespondAsync(200, "text/plain", "hello"u8.ToArray());
            Interlocked.Decrement(ref running);
        });
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task A_poll_on_one_connection_is_released_by_another()
    {
        string held = """
            wire 1
            0 1 >
              GET /wait HTTP/1.1\r\nHost: a\r\n\r\n
            0.1 2 >
              GET /release HTTP/1.1\r\nHost: a\r\n\r\n
            0.2 2 <
              HTTP/1.1 204 No Content\r\n\r\n
            0.2 1 <
              HTTP/1.1 204 No Content\r\n\r\n
            """;
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (int exitCode, string output, _) = await ReplayAsync(held, async exchange =>
        {
            if (exchange.Request.Path == "/wait") await released.Task;
            else released.TrySetResult();
            await exchange.RespondAsync(204);
        });
        Assert.Equal("#1 1. GET, 204: the same\n#2 1. GET, 204: the same\n2 answers, 0 different\n", output);
        Assert.Equal(ExitCode.Fine, exitCode);
    }

    [Fact]
    public async Task What_a_server_said_behind_the_client_that_left_a_stream_is_not_expected()
    {
        const string cut = """
            wire 1
            0 1 open
            0.1 1 >
              GET /hello HTTP/1.1\r\nHost: a\r\n\r\n
            0.2 1 <
              HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n
            0.3 1 > end
            0.4 1 <
              1\r\nb\r\n
            0.5 1 close
            """;
        (int exitCode, string output, string error) = await ReplayAsync(cut, async exchange =>
        {
            exchange.AbortOnHalfClose();
            await exchange.ResponseBody.WriteAsync("a"u8.ToArray());
            await exchange.ResponseBody.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, exchange.Time, exchange.Aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        Assert.Equal("#1 1. GET, 200: the same\n1 answers, 0 different\n", output + error);
        Assert.Equal(ExitCode.Fine, exitCode);
    }

    [Fact]
    public async Task A_WebSocket_and_a_stream_are_recorded_and_replayed()
    {
        string path = Path.GetTempFileName();
        await using ToolServer server = await ToolServer.StartAsync(EchoRoutes.Create());
        await using (RunningProxy proxy = await RunningProxy.StartAsync(server, "--save", path, "--quiet"))
        {
            await using (Conversation socket = await Conversation.ConnectAsync(proxy.EndPoint))
            {
                await socket.SendAsync(
                    "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
                await socket.ExpectHeadAsync(101);
                await socket.SendAsync("\u0081\u0085\0\0\0\0Hello");
                await socket.ExpectAsync("\u0081\u0005Hello");
                await socket.SendAsync("\u0088\u0080\0\0\0\0");
                await socket.ReadToEndAsync();
            }

            await using (Conversation stream = await Conversation.ConnectAsync(proxy.EndPoint))
            {
                await stream.SendAsync("GET /sse/1 HTTP/1.1\r\nHost: a\r\n\r\n");
                await stream.ExpectHeadAsync(200);
                await stream.ExpectMatchAsync(new System.Text.RegularExpressions.Regex("(?s)\\A.*id: 2\n"));
            }

            await proxy.Console.LineAsync("#1 closed");
            await proxy.Console.LineAsync("#2 closed");
        }

        (int exitCode, string output, string error) = await ToolConsole.RunAsync(null, "replay", path, server.Url);
        File.Delete(path);
        Assert.True(exitCode == ExitCode.Fine, output + error);
        Assert.Contains("#1 2. a frame: the same", output, StringComparison.Ordinal);
        Assert.Contains("#2 1. GET, 200: the same", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_not_waited_for_for_ever()
    {
        await using ToolServer server = ToolServer.Play(async transport => await transport.Input.ReadAsync());
        string path = await SaveAsync(Recording);
        (int exitCode, string output, _) = await ToolConsole.RunAsync(null, "replay", path, server.Url, "--wait", "1", "--pace");
        File.Delete(path);
        Assert.Equal(ExitCode.Found, exitCode);
        Assert.Contains("- 200\n    + nothing", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_replayed_is_told()
    {
        Assert.Equal(ExitCode.Impossible, (await ToolConsole.RunAsync("wire 1\n"u8.ToArray(), "replay", "-", "http://localhost:1")).ExitCode);
        Assert.Equal(ExitCode.Impossible, (await ToolConsole.RunAsync(Encoding.UTF8.GetBytes(Recording), "replay", "-", "http://127.0.0.1:1")).ExitCode);
    }

    private static async Task<(int ExitCode, string Out, string Error)> ReplayAsync(string recording, HttpHandler handler, params string[] options)
    {
        await using ToolServer server = await ToolServer.StartAsync(handler);
        string path = await SaveAsync(recording);
        (int, string, string) result = await ToolConsole.RunAsync(null, ["replay", path, server.Url, .. options]);
        File.Delete(path);
        return result;
    }

    private static async Task<string> SaveAsync(string recording)
    {
        string path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, recording);
        return path;
    }
}
