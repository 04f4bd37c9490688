using Benchmarks.Areas;
using Benchmarks.Load;
using Benchmarks.Servers;

namespace Benchmarks;

/// <summary>Measures the servers at one area: in each round all of them, one after the other, so that what disturbs one disturbs all.</summary>
internal sealed class AreaRun(CommandLine command, LoadGenerator generator, Area area)
{
    // Until the runtime has compiled everything for good; it does so in the background, which takes its time on a busy machine.
    private const double WarmUpSeconds = 5;

    public async Task<IReadOnlyList<CaseResult>> RunAsync(IReadOnlyList<BenchmarkServer> servers, CancellationToken stop)
    {
        var results = new List<CaseResult>();
        foreach (Case @case in area.Cases)
        {
            var result = new CaseResult(@case, [.. servers.Select(server => new ServerResult(server, server.Load(area, @case.Load)))]);
            results.Add(result);
            Console.WriteLine($"{area.Name}, {@case.Name}");
            await (area.IsFresh ? RunFreshAsync(result, stop) : RunKeptAsync(result, stop));
            foreach (ServerResult server in result.Servers) Print(server);
        }

        return results;
    }

    /// <summary>Memory: a new process for each run.</summary>
    private async Task RunFreshAsync(CaseResult result, CancellationToken stop)
    {
        for (int round = 0; round <= command.Rounds; round++)
        {
            foreach (ServerResult server in result.Servers)
            {
                await using RunningServer running = await RunningServer.StartAsync(server.Server, area, stop);
                bool isLast = round == command.Rounds;
                server.Add(isLast ? await generator.CountLiveAsync(running, server.Load, stop) : await generator.RunAsync(running, server.Load, command.Seconds, 0, stop));
            }
        }
    }

    /// <summary>Speed: the servers stay, so that what is compiled at run time is compiled; the first round is not counted.</summary>
    private async Task RunKeptAsync(CaseResult result, CancellationToken stop)
    {
        var running = new List<RunningServer>();
        try
        {
            foreach (ServerResult server in result.Servers) running.Add(await RunningServer.StartAsync(server.Server, area, stop));
            for (int round = 0; round <= command.Rounds; round++)
            {
                foreach ((ServerResult server, RunningServer process) in result.Servers.Zip(running))
                {
                    Sample sample = await generator.RunAsync(process, server.Load, command.Seconds, warmUp: round == 0 ? WarmUpSeconds : 0.5, stop);
                    if (round > 0) server.Add(sample);
                }
            }

            foreach ((ServerResult server, RunningServer process) in result.Servers.Zip(running))
            {
                server.Add(await generator.CountSystemCallsAsync(process, server.Load, command.Seconds, stop));
            }
        }
        finally
        {
            foreach (RunningServer process in running) await process.DisposeAsync();
        }
    }

    private void Print(ServerResult server)
    {
        IEnumerable<string> values = area.Metrics.Select(metric => $"{metric.Name} {metric.Format(server.Median(metric))}");
        Console.WriteLine($"  {server.Server.Title,-18} {string.Join("  ", values)}{(server.Fault is { } fault ? $"  ({fault})" : "")}");
    }
}
