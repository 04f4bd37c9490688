using Benchmarks.Areas;
using Benchmarks.Load;
using Benchmarks.Servers;

namespace Benchmarks;

/// <summary>What came out of one case.</summary>
internal sealed record CaseResult(Case Case, IReadOnlyList<ServerResult> Servers)
{
    /// <summary>The middle of what other programs took of the machine meanwhile, 0 to 1.</summary>
    public double OthersShare => Servers.SelectMany(server => server.Shares).Order().ElementAtOrDefault(Servers.Sum(server => server.Shares.Count()) / 2);

    public ServerResult? Of(string name) => Servers.FirstOrDefault(server => server.Server.Name == name);
}

/// <summary>The samples of one server in one case.</summary>
internal sealed class ServerResult(BenchmarkServer server, string load)
{
    private readonly List<Sample> _samples = [];

    public BenchmarkServer Server => server;

    /// <summary>The generator's mode and options, as this server is asked.</summary>
    public string Load => load;

    public IEnumerable<double> Shares => _samples.Where(sample => sample["gen_cpu_s"] is not null).Select(sample => sample.OthersShare);

    /// <summary>Why the numbers say nothing or not all; null when all went well.</summary>
    public string? Fault => _samples.Select(sample => sample.Fault).FirstOrDefault(fault => fault is not null);

    public void Add(Sample sample) => _samples.Add(sample);

    public double? Median(Metric metric)
    {
        double[] values = [.. _samples.Select(metric.Read).OfType<double>().Where(double.IsFinite).Order()];
        if (values.Length == 0) return null;
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
