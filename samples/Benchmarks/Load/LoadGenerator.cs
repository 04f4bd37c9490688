using System.Globalization;
using System.Text.Json;
using Benchmarks.Servers;

namespace Benchmarks.Load;

/// <summary>Drives a server from outside, and counts what it costs the server.</summary>
internal sealed class LoadGenerator(string program)
{
    private const int Core = 1;

    // Long enough to count what lives while the connections are there.
    private const double HoldSeconds = 6;

    public const string Source = "samples/Benchmarks/Load/rtload.c";

    public static async Task<LoadGenerator> BuildAsync(CancellationToken stop) => new(await CSource.BuildAsync(Source, stop));

    /// <summary>One run against a server.</summary>
    /// <param name="server">It runs.</param>
    /// <param name="load">Mode and options.</param>
    /// <param name="seconds">How long is measured.</param>
    /// <param name="warmUp">How long is not measured before.</param>
    /// <param name="stop">Ends the run early.</param>
    /// <exception cref="BenchmarkException">The generator could not run.</exception>
    public async Task<Sample> RunAsync(RunningServer server, string load, double seconds, double warmUp, CancellationToken stop)
    {
        long? allocatedBefore = await server.ReadAllocatedAsync(stop);
        ProcessorTimes before = ProcessorTimes.Read(server.Pids);
        JsonElement result = await RunOnceAsync(server, load, seconds, warmUp, stop);
        ProcessorTimes after = ProcessorTimes.Read(server.Pids);
        long? allocated = await server.ReadAllocatedAsync(stop) - allocatedBefore;
        return new Sample(result) { AllocatedBytes = allocated / Answers(result), OthersShare = after.OthersShareSince(before, GeneratorSeconds(result)) };
    }

    /// <summary>One more run, in which the server's system calls are counted.</summary>
    /// <inheritdoc cref="RunAsync" />
    public async Task<Sample> CountSystemCallsAsync(RunningServer server, string load, double seconds, CancellationToken stop)
    {
        using SystemCallCount? count = SystemCallCount.Start(server.Pids);
        if (count is null) return Sample.Empty;
        JsonElement result = await RunOnceAsync(server, load, seconds, 0, stop);
        return new Sample(default) { SystemCalls = await count.ReadAsync() / Answers(result) };
    }

    /// <summary>One more run of connections that are held, in which the objects that live for them are counted.</summary>
    /// <inheritdoc cref="RunAsync" />
    public async Task<Sample> CountLiveAsync(RunningServer server, string load, CancellationToken stop)
    {
        if (!server.Server.IsManaged) return Sample.Empty;
        int connections = int.Parse(load.Split(' ')[Array.IndexOf(load.Split(' '), "-c") + 1], CultureInfo.InvariantCulture);
        await RunOnceAsync(server, $"{load} -c 100", 0.5, 0, stop);
        long? before = await server.ReadLiveAsync(stop);
        Task<JsonElement> run = RunOnceAsync(server, load, HoldSeconds, 0, stop);
        await server.WaitForConnectionsAsync(connections, stop);
        long? live = await server.ReadLiveAsync(stop) - before;
        double opened = (await run).GetProperty("opened").GetDouble();
        return new Sample(default) { LiveBytes = live / opened };
    }

    private static double Answers(JsonElement result) => result.TryGetProperty("answers", out JsonElement answers) ? answers.GetDouble() : 0;

    private static double GeneratorSeconds(JsonElement result) => result.GetProperty("gen_cpu_s").GetDouble();

    private async Task<JsonElement> RunOnceAsync(RunningServer server, string load, double seconds, double warmUp, CancellationToken stop)
    {
        string[] options = [.. load.Split(' '), .. Target(server), "--secs", Number(seconds), "--warmup", Number(warmUp)];
        (int code, string output, string error) = await Tool.RunAsync(Tool.OnCore(Core, [program, .. options]), stop);
        if (code != 0) throw new BenchmarkException($"The load generator failed on {server.Title}: {error.Trim()}");
        using JsonDocument document = JsonDocument.Parse(output);
        return document.RootElement.Clone();
    }

    private static string[] Target(RunningServer server) => ["--port", Number(server.Port), "--pid", string.Join(',', server.Pids)];

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
