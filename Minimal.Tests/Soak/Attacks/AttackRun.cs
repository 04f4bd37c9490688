using System.Globalization;
using System.Net;
using Minimal.Http;
using Minimal.Http.Transports;
using Minimal.Http.Transports.Epoll;

namespace Minimal.Soak;

/// <summary>Every attack, one after the other, in thousands of connections over loopback sockets, while honest clients ask on: a table of what ended them.</summary>
internal sealed class AttackRun(SoakOptions options, TextWriter output)
{
    // How long a connection is watched that no limit ends, and how long one that should have been ended.
    private const int EndlessSeconds = 30, MostSeconds = 150;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Findings _findings = new();

    /// <summary>Runs them; whether each ended by its limit, within its memory, and honest clients were served.</summary>
    public async Task<bool> RunAsync()
    {
        var terms = new HttpServerOptions();
        output.WriteLine(terms.DescribeLimits());
        output.WriteLine();
        output.WriteLine("| attack | connections | ended by | after, s | honest before, p50 / p99 ms | during | answers | memory per connection, bytes |");
        output.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (Attack attack in Attack.All) await RunAsync(attack);
        foreach (string finding in _findings.First) output.WriteLine($"FOUND: {finding}");
        return _findings.Count == 0;
    }

    private async Task RunAsync(Attack attack)
    {
        var log = new SoakLog(_findings);
        var terms = new HttpServerOptions { Timeouts = AttackTarget.Times, Logging = log };
        await using var server = new HttpServer(AttackTarget.Handler(AttackTarget.Sockets), [Listen()], terms);
        await server.StartAsync();
        await using var honest = new HonestClients(server.EndPoints[0], _findings);
        honest.Start();
        await Task.Delay(3 * Second, TimeProvider.System);
        (_, double halfBefore, double mostBefore) = honest.Take();

        long before = GC.GetTotalMemory(forceFullCollection: true), peak = before, began = TimeProvider.System.GetTimestamp();
        Attacker[] attackers = [.. Enumerable.Range(0, options.Clients).Select(_ => new Attacker(attack, server.EndPoints[0]))];
        double first = 0, last = 0;
        for (int second = 0; second < (attack.End is null ? EndlessSeconds : MostSeconds) && last == 0; second++)
        {
            await Task.Delay(Second, TimeProvider.System);
            foreach (Attacker attacker in attackers) attacker.Tick();
            peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false));
            long ended = log.Ends.Values.Sum();
            double now = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            if (ended > 0 && first == 0) first = now;
            if (ended >= attackers.Length) last = now;
        }

        (int answers, double half, double most) = honest.Take();
        long each = (peak - before) / attackers.Length, allowed = terms.MaxBufferBytes / terms.Limits.MaxConnections;
        string ends = log.Ends.Count == 0 ? "nothing" : string.Join(", ", log.Ends.Select(ended => $"{ended.Key}{(ended.Value == attackers.Length ? "" : $" × {ended.Value}")}"));
        long expected = attack.End is { } end ? log.Ends.GetValueOrDefault(end) : attackers.Length - log.Ends.Values.Sum();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {attack.Name} | {attackers.Length:N0} | {ends}: {attack.Limit} | {first:0}–{last:0} | {halfBefore:0.0} / {mostBefore:0.0} | {half:0.0} / {most:0.0} | {answers:N0} | {each:N0} |"));
        _findings.Demand(expected == attackers.Length, $"{attack}: {attack.End} should have ended all {attackers.Length}, and the ends are {ends}");
        _findings.Demand(answers > 0, $"{attack}: honest clients were not answered");
        _findings.Demand(each < allowed, $"{attack}: a connection took {each} bytes, and {allowed} are documented");
        foreach (Attacker attacker in attackers) attacker.Dispose();
    }

    private Listener Listen()
    {
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        return options.IsEpoll && OperatingSystem.IsLinux() ? new EpollListener(any) : new SocketListener(any);
    }
}
