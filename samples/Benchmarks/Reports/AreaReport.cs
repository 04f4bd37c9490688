using System.Globalization;
using System.Text;
using Benchmarks.Areas;
using Benchmarks.Servers;

namespace Benchmarks.Reports;

/// <summary>The figures of one area as Markdown: a table for each case, and how they were taken.</summary>
internal sealed class AreaReport(CommandLine command, Machine machine, Area area, IReadOnlyList<CaseResult> results)
{
    private readonly StringBuilder _text = new();

    private Metric First => area.Metrics[0];

    public string ToMarkdown()
    {
        Line($"# {area.Title}");
        Line();
        Line(area.Description);
        Line();
        Line($"![{area.Title}]({area.Name}.svg)");
        foreach (CaseResult result in results) Write(result);
        WriteConditions();
        return _text.ToString();
    }

    private void Write(CaseResult result)
    {
        ServerResult? reference = result.Of(ServerTable.Reference);
        Line();
        Line($"## {Capital(result.Case.Name)}");
        Line();
        Line($"| for each {area.Unit} | {string.Join(" | ", area.Metrics.Select(metric => metric.Name))} | of Kestrel's |");
        Line($"| --- |{string.Concat(Enumerable.Repeat(" ---: |", area.Metrics.Count + 1))}");
        foreach (ServerResult server in result.Servers.OrderBy(server => server.Median(First) ?? double.MaxValue))
        {
            IEnumerable<string> values = area.Metrics.Select(metric => metric.Format(server.Median(metric)));
            string title = server.Server.Name == ServerTable.Ours.Name || server.Server.Name == ServerTable.OursOnEpoll.Name ? $"**{server.Server.Title}**" : server.Server.Title;
            Line($"| {title} | {string.Join(" | ", values)} | {Ratio(server, reference)} |");
        }

        foreach (ServerResult server in result.Servers.Where(server => server.Fault is not null)) Line($"\n{server.Server.Title}: {server.Fault}.");
        if (result.Case.Aim is { } aim) WriteAim(aim, result, reference);
    }

    private void WriteAim(Aim aim, CaseResult result, ServerResult? reference)
    {
        double? wanted = aim.Value ?? (aim.OfKestrel * reference?.Median(First));
        if (wanted is null) return;
        string said = aim.OfKestrel is { } share ? string.Create(CultureInfo.InvariantCulture, $"{share:0.##} of Kestrel's") : First.Format(aim.Value);
        IEnumerable<string> verdicts =
            from name in new[] { ServerTable.Ours.Name, ServerTable.OursOnEpoll.Name }
            let ours = result.Of(name)
            where ours?.Median(First) is not null
            select $"{ours.Server.Title}: {(ours.Median(First) <= wanted ? "reached" : "not reached")}";
        Line($"\nThe aim is {First.Name} of at most {said}. {string.Join("; ", verdicts)}.");
    }

    private void WriteConditions()
    {
        Line();
        Line("## How it was measured");
        Line();
        Line($"On {machine.Day}, on {machine.Processor}, {machine.System}. {string.Join(". ", machine.Versions)}.");
        Line();
        string rounds = area.IsFresh ? "a new process for each round" : "one round before that is not counted";
        Line(string.Create(CultureInfo.InvariantCulture, $"{command.Rounds} rounds of {command.Seconds:0.#} s, the servers one after the other in each, {rounds}; medians. The server has core 0, the generator core 1, over loopback. "
            + $"Other programs took {results.Select(result => result.OthersShare).DefaultIfEmpty().Max():P0} of the machine meanwhile. CPU is user and system time of the server's process; system calls were counted in a round of their own."));
        Line();
        Line("```sh");
        Line($"dotnet run -c Release --project samples/Benchmarks -- {area.Name}{(command.IsQuick ? " --quick" : "")}");
        Line("# which runs, against each server:");
        foreach (CaseResult result in results) Line($"rtload {result.Servers[0].Load}");
        Line("```");
    }

    private string Ratio(ServerResult server, ServerResult? reference) =>
        (server.Median(First) / reference?.Median(First))?.ToString("F2", CultureInfo.InvariantCulture) ?? "–";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private void Line(string text = "") => _text.Append(text).Append('\n');
}
