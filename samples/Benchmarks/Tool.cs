using System.Diagnostics;

namespace Benchmarks;

/// <summary>Programs of the machine: where they are, and running one to its end.</summary>
internal static class Tool
{
    /// <summary>The path of a program; null when it is not installed.</summary>
    public static string? Find(string name) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin".Split(':').Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>The command, bound to one core where the machine can do that.</summary>
    public static string[] OnCore(int core, params string[] command) =>
        Environment.ProcessorCount > 1 && Find("taskset") is { } taskset ? [taskset, "-c", $"{core}", .. command] : command;

    /// <summary>What a program says of itself in its first line; null when it is not installed.</summary>
    public static async Task<string?> VersionAsync(string name, string argument)
    {
        if (Find(name) is not { } path) return null;
        (_, string output, string error) = await RunAsync([path, argument], CancellationToken.None);
        return $"{output}{error}".Split('\n')[0].Trim();
    }

    /// <summary>Runs a program to its end; when the run is cancelled it is killed.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(string[] command, CancellationToken stop)
    {
        using Process process = Process.Start(Describe(command))!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None), error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        return (process.ExitCode, await output, await error);
    }

    public static ProcessStartInfo Describe(string[] command) =>
        new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root };
}
