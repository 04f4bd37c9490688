using System.Diagnostics;
using System.Globalization;
using Minimal.Testing;

namespace Minimal.Soak;

/// <summary>The whole soak: server, network, a wave to warm up, the run, and what is left behind.</summary>
internal sealed class Soak(SoakOptions options, TextWriter output) : IDisposable
{
    // What may be left besides: pools keep buffers for a while, and code that was compiled meanwhile stays.
    private const long SpareBytes = 32 * 1024 * 1024;

    private readonly Findings _findings = new();
    private readonly PooledMemory _pool = new();
    private readonly long _began = TimeProvider.System.GetTimestamp();

    /// <summary>Runs it; whether everything was as it should be.</summary>
    public async Task<bool> RunAsync()
    {
        TaskScheduler.UnobservedTaskException += OnUnobserved;
        var log = new SoakLog(_findings);
        var network = new ChaosNetwork(ChaosOptions.Default with { Forget = options.Forget }, options.Seed);
        Remains before, after;
        await using (SoakServer server = await SoakServer.StartAsync(options, log, network))
        {
            Say($"listening on {server.Plain}, and behind a bad network on {server.Bad}; seed {options.Seed}, {(options.IsEpoll ? "epoll" : "portable")}");
            SoakOptions warmUp = options with { Length = TimeSpan.FromSeconds(3), Clients = Math.Min(options.Clients, 100), Pause = TimeSpan.FromMilliseconds(50), Operations = Math.Max(1, options.Operations / 4) };
            before = await WaveAsync(warmUp, server, network);
            Say($"warm: {before}");
            after = await WaveAsync(options, server, network);
            Say($"left: {after}");
            Say("ended: " + string.Join(", ", log.Ends.OrderByDescending(end => end.Value).Select(end => string.Create(CultureInfo.InvariantCulture, $"{end.Key} {end.Value:N0}"))));
        }

        Say($"faults: {network}; buffers rented {_pool.Rents.ToString("N0", CultureInfo.InvariantCulture)} times");
        Judge(before, after);
        TaskScheduler.UnobservedTaskException -= OnUnobserved;
        foreach (string finding in _findings.First) output.WriteLine($"FOUND: {finding}");
        Say(_findings.Count == 0 ? "everything is where it was" : $"{_findings.Count} findings");
        return _findings.Count == 0;
    }

    public void Dispose() => _pool.Dispose();

    private async Task<Remains> WaveAsync(SoakOptions wave, SoakServer server, ChaosNetwork network)
    {
        // A run of its own, so that nothing here holds what it held.
        await LiveAsync(wave, server, network);
        await QuietAsync(server, network);
        return Remains.Take(server, network, _pool);
    }

    private async Task LiveAsync(SoakOptions wave, SoakServer server, ChaosNetwork network)
    {
        using var run = new SoakRun(wave, server, network, _findings);
        await run.LiveAsync(now => Progress(now, network));
        Progress(run, network);
        foreach (SoakTopic topic in server.All) topic.Model.Forget();
    }

    /// <summary>Waits until nobody is there any more; dropped connections take longest, for nobody tells the server of their end.</summary>
    private static async Task QuietAsync(SoakServer server, ChaosNetwork network)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        for (int turn = 0; turn < 3000 && (server.Connections, network.Open, server.Waiters, server.Deadlines) != (0, 0, (0, 0), 0); turn++) await timer.WaitForNextTickAsync();
    }

    private void Judge(Remains before, Remains after)
    {
        foreach (Remains remains in (Remains[])[before, after])
        {
            _findings.Demand(remains.Connections == 0, $"{remains.Connections} connections are left");
            _findings.Demand(remains.Waiters == (0, 0), $"waiters are left: {remains.Waiters}");
            _findings.Demand(remains.Deadlines == 0, $"{remains.Deadlines} deadlines are left");
            _findings.Demand(remains.Network == 0, $"{remains.Network} connections of the network are left");
            _findings.Demand(remains.Buffers == 0, $"{remains.Buffers} pooled buffers, {remains.BufferBytes} bytes, were not returned");
        }

        _findings.Demand(after.LiveBytes < before.LiveBytes + SpareBytes, $"live memory has grown from {before.LiveBytes} to {after.LiveBytes} bytes");
    }

    private void Progress(SoakRun run, ChaosNetwork network)
    {
        using var process = Process.GetCurrentProcess();
        string kinds = string.Join(' ', run.Kinds.Select(kind => $"{kind.Kind} {kind.Count}"));
        Say(string.Create(CultureInfo.InvariantCulture, $"{kinds} | {run.Operations:N0} operations, {run.Messages:N0} messages, {network.Faults:N0} faults, {run.Losses:N0} connections lost | {run.Server.Connections} connections, {run.Server.Waiters.Topics} waiters, {_pool.Buffers} buffers, heap {GC.GetTotalMemory(false) >> 20} MB, resident {process.WorkingSet64 >> 20} MB | {_findings.Count} findings"));
    }

    private void Say(string line) => output.WriteLine($@"{TimeProvider.System.GetElapsedTime(_began):hh\:mm\:ss} {line}");

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs e) => _findings.Add($"nobody looked at an exception: {e.Exception}");
}
