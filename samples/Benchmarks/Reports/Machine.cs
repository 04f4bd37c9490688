using System.Globalization;
using Benchmarks.Servers;

namespace Benchmarks.Reports;

/// <summary>What was measured on.</summary>
internal sealed record Machine(string Processor, string System, IReadOnlyList<string> Versions, string Day)
{
    public static async Task<Machine> DescribeAsync(IEnumerable<BenchmarkServer> servers)
    {
        string model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor";
        string kernel = string.Join('.', (await File.ReadAllTextAsync("/proc/sys/kernel/osrelease")).Split('.').Take(2));
        var versions = new List<string>();
        foreach (BenchmarkServer server in servers) versions.Add($"{server.Title}: {await server.VersionAsync()}");
        string day = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return new Machine($"{model}, {Environment.ProcessorCount} cores", $"Linux {kernel}", versions, day);
    }
}
