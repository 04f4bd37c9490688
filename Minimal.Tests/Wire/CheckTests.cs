using System.IO.Pipelines;
using System.Text;
using Minimal.Echo;
using Minimal.Http.Transports;
using Minimal.WireTool;
using Minimal.WireTool.Checks;
using Xunit;

namespace Minimal.Tests.Wire;

/// <summary>What every server should refuse: ours does, one that says yes to everything is found out.</summary>
public sealed class CheckTests
{
    [Fact]
    public async Task Ours_refuses_every_row()
    {
        await using ToolServer server = await ToolServer.StartAsync(EchoRoutes.Create());
        (int exitCode, string output, string error) = await ToolConsole.RunAsync(null, "check", server.Url + "/", "--ws", "/ws", "--wait", "30");
        Assert.True(exitCode == ExitCode.Fine, output + error);
        Assert.Contains(" 0 accepted, 0 wait. Against a MUST: 0.", output, StringComparison.Ordinal);
        Assert.Equal(CheckRow.All.Count, output.Split('\n').Count(line => line.Contains("  RFC ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_server_that_says_yes_to_everything_is_found_out()
    {
        await using ToolServer server = ToolServer.Play(SayYesAsync);
        (int exitCode, string output, _) = await ToolConsole.RunAsync(null, "check", server.Url, "--must", "--markdown", "--wait", "1");
        Assert.Equal(ExitCode.Found, exitCode);
        Assert.Contains("| no Host | must | RFC 9112 §3.2 | **ACCEPTED** | 200 |", output, StringComparison.Ordinal);
        Assert.Contains("| two different Content-Lengths | must | RFC 9112 §6.3 | **ACCEPTED** | 200, and waits for more |", output, StringComparison.Ordinal);
        Assert.Contains(" 0 refused, 0 closed,", output, StringComparison.Ordinal);
        Assert.Contains("WebSocket was not checked", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_says_nothing_cannot_be_checked()
    {
        await using ToolServer server = ToolServer.Play(async transport => await transport.Input.ReadAsync());
        (int exitCode, _, string error) = await ToolConsole.RunAsync(null, "check", server.Url, "--wait", "1");
        Assert.Equal(ExitCode.Impossible, exitCode);
        Assert.Contains("a valid GET / is not answered", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_is_not_there_cannot_be_checked()
    {
        await using ToolServer server = await ToolServer.StartAsync(EchoRoutes.Create());
        (int exitCode, _, string error) = await ToolConsole.RunAsync(null, "check", server.Url + "/nothing");
        Assert.Equal(ExitCode.Impossible, exitCode);
        Assert.Contains("answered 404", error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Impossible, (await ToolConsole.RunAsync(null, "check", server.Url, "--ws", "/", "--wait", "1")).ExitCode);
    }

    [Fact]
    public void There_are_enough_rows_and_each_is_its_own()
    {
        Assert.InRange(CheckRow.All.Count(row => !row.IsWebSocket), 40, 1000);
        Assert.InRange(CheckRow.All.Count(row => row.IsWebSocket), 30, 1000);
        Assert.Equal(CheckRow.All.Count, CheckRow.All.Select(row => row.What).Distinct().Count());
        Assert.Equal(CheckRow.All.Count, CheckRow.All.Select(row => row.Bytes).Distinct().Count());
        Assert.All(CheckRow.All, row => Assert.Matches(@"^RFC \d{4} §\d+(\.\d+)*$", row.Section));
        Assert.All(CheckRow.All, row => Assert.True(row.Bytes.All(character => character <= 0xFF)));
    }

    // It looks at nothing but that something came, and keeps the connection open.
    private static async Task SayYesAsync(Transport transport)
    {
        bool asked = false;
        while (true)
        {
            ReadResult read = await transport.Input.ReadAsync();
            bool isTwo = Encoding.Latin1.GetString(read.Buffer.FirstSpan).Contains("Content-Length: 5\r\n\r\nhelloGET", StringComparison.Ordinal);
            transport.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return;
            if (asked) continue;
            asked = true;
            byte[] answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray();
            await transport.Output.WriteAsync(isTwo ? [.. answer, .. answer] : answer);
        }
    }
}
