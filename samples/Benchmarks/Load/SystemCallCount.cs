using System.Diagnostics;
using System.Globalization;

namespace Benchmarks.Load;

/// <summary>Counts the system calls of processes by the kernel's own trace points, which, unlike strace, does not slow them down.</summary>
internal sealed class SystemCallCount : IDisposable
{
    private const string Event = "raw_syscalls:sys_enter";

    private readonly Process _perf;

    private SystemCallCount(Process perf) => _perf = perf;

    /// <summary>Begins to count; null where perf is not installed or not allowed.</summary>
    public static SystemCallCount? Start(IEnumerable<int> pids)
    {
        if (Tool.Find("perf") is not { } perf) return null;
        return new SystemCallCount(Process.Start(Tool.Describe([perf, "stat", "-x,", "-e", Event, "-p", string.Join(',', pids)]))!);
    }

    /// <summary>Ends the count.</summary>
    public async Task<double?> ReadAsync()
    {
        await Tool.RunAsync(["/bin/kill", "-INT", $"{_perf.Id}"], CancellationToken.None);
        string output = await _perf.StandardError.ReadToEndAsync();
        string? line = output.Split('\n').FirstOrDefault(line => line.Contains(Event, StringComparison.Ordinal));
        return double.TryParse(line?.Split(',')[0], CultureInfo.InvariantCulture, out double count) ? count : null;
    }

    public void Dispose()
    {
        if (!_perf.HasExited) _perf.Kill();
        _perf.Dispose();
    }
}
