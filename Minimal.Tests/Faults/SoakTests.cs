using System.Diagnostics;
using Minimal.Soak;
using Xunit;

namespace Minimal.Tests.Faults;

/// <summary>
/// The soak, small: in a process of its own, for what it looks at (pooled buffers, the heap, exceptions that nobody looked at) belongs to a process. It ends
/// after so many operations, however long they take.
/// </summary>
public sealed class SoakTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Theory]
    [InlineData("--seed", "1")]
    [InlineData("--seed", "2", "--epoll")]
    public async Task Everything_returns_to_where_it_was_and_nothing_is_lost(params string[] more)
    {
        string[] small = ["--operations", "2000", "--clients", "60", "--pause", "50", "--forget", "3", "--minutes", "1"];
        var start = new ProcessStartInfo("dotnet", [typeof(SoakOptions).Assembly.Location, .. small, .. more]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience, TimeProvider.System);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }

        string said = await output + await errors;
        Assert.True(process.ExitCode == 0, said);
        Assert.Contains("everything is where it was", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--minutes")]
    [InlineData("--minutes", "x")]
    [InlineData("--seed", "-1")]
    [InlineData("fly")]
    public void What_the_command_line_does_not_know_is_refused(params string[] arguments) => Assert.Null(SoakOptions.Parse(arguments));

    [Fact]
    public void The_command_line_is_read()
    {
        var options = SoakOptions.Parse(["--minutes", "0.5", "--clients", "7", "--epoll", "--operations", "9", "--pause", "3", "--forget", "4", "--seed", "5"]);
        Assert.Equal(
            new SoakOptions
            {
                Length = TimeSpan.FromSeconds(30),
                Clients = 7,
                IsEpoll = true,
                Operations = 9,
                Pause = TimeSpan.FromMilliseconds(3),
                Forget = TimeSpan.FromSeconds(4),
                Seed = 5,
            },
            options);
        Assert.Equal(4000, SoakOptions.Parse(["attacks"])!.Clients);
    }
}
