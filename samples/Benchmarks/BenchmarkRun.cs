using Benchmarks.Areas;
using Benchmarks.Load;
using Benchmarks.Reports;
using Benchmarks.Servers;

namespace Benchmarks;

/// <summary>The whole run: builds all that is needed, measures each area, writes each report.</summary>
internal sealed class BenchmarkRun(CommandLine command)
{
    public async Task RunAsync(CancellationToken stop)
    {
        LoadGenerator generator = await LoadGenerator.BuildAsync(stop);
        await DotnetServer.BuildAsync(Repository.PathOf("samples/Benchmarks/Peers/Counters"), stop);
        List<BenchmarkServer> servers = await PrepareAsync(stop);
        Machine machine = await Machine.DescribeAsync(servers);
        foreach (Area area in command.Areas)
        {
            List<BenchmarkServer> able = await AbleAsync(area, servers, stop);
            if (able.Count == 0 || able[0].Name != ServerTable.Ours.Name) continue;
            IReadOnlyList<CaseResult> results = await new AreaRun(command, generator, area).RunAsync(able, stop);
            string folder = Repository.PathOf(command.Out);
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, $"{area.Name}.md"), new AreaReport(command, machine, area, results).ToMarkdown(), stop);
            await File.WriteAllTextAsync(Path.Combine(folder, $"{area.Name}.svg"), BarChart.Draw(area, results), stop);
            Console.WriteLine($"  written: {command.Out}/{area.Name}.md and .svg");
        }
    }

    private async Task<List<BenchmarkServer>> PrepareAsync(CancellationToken stop)
    {
        var servers = new List<BenchmarkServer>();
        foreach (BenchmarkServer listed in command.Servers)
        {
            BenchmarkServer server = listed == ServerTable.Ours || listed == ServerTable.OursOnEpoll ? ((DotnetServer)listed).In(command.Ours) : listed;
            if (await server.PrepareAsync(stop) is not { } missing) servers.Add(server);
            else if (server.Name == ServerTable.Ours.Name || !command.HasDefaultPeers) throw new BenchmarkException($"{server.Title} cannot be measured: {missing}.");
            else Console.WriteLine($"{server.Title} is left out: {missing}.");
        }

        return servers;
    }

    /// <summary>The servers that can take part in an area.</summary>
    private static async Task<List<BenchmarkServer>> AbleAsync(Area area, List<BenchmarkServer> servers, CancellationToken stop)
    {
        var able = new List<BenchmarkServer>();
        foreach (BenchmarkServer server in servers.Where(server => server.Takes(area)))
        {
            try
            {
                await using RunningServer running = await RunningServer.StartAsync(server, area, stop);
                if (await running.KnowsAsync(area.Route, stop)) able.Add(server);
                else Console.WriteLine($"{area.Name}: {server.Title} has no {area.Route} and is left out.");
            }
            catch (BenchmarkException e)
            {
                Console.WriteLine($"{area.Name}: {e.Message}");
            }
        }

        return able;
    }
}
