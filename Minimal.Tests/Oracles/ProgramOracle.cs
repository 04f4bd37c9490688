using System.Diagnostics;

namespace Minimal.Tests.Oracles;

/// <summary>A server that is another program.</summary>
internal abstract class ProgramOracle : RequestOracle
{
    private Process? _process;

    /// <summary>Where a program is: in PATH or where Debian puts it; null when it is not installed.</summary>
    public static string? Find(string program)
    {
        string[] folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries), "/usr/bin", "/usr/sbin"];
        return folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
    }

    /// <summary>What a program says when it is asked for its version, on either of its outputs.</summary>
    public static string VersionOf(string program, string argument)
    {
        if (Find(program) is not { } file) return "";
        using Process process = Process.Start(new ProcessStartInfo(file, argument) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return said.Trim();
    }

    public override async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    protected async Task StartAsync(string program, params string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo(Find(program)!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        await WaitForPortAsync();
    }
}
