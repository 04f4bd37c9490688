using System.Globalization;
using System.Text;
using Benchmarks.Areas;
using Benchmarks.Servers;

namespace Benchmarks.Reports;

/// <summary>The first metric of an area as horizontal bars, written as SVG by hand; it reads well on a light and on a dark page.</summary>
internal static class BarChart
{
    private const int Width = 720, Left = 150, Right = 90, Row = 24, Bar = 16, Gap = 34, Top = 40;

    private const string Style = """
        <style>
          text { font: 13px system-ui, sans-serif; fill: #1f2328; }
          .title { font-weight: 600; font-size: 15px; }
          .case { font-weight: 600; }
          .peer { fill: #8c959f; }
          .ours { fill: #0969da; }
          .aim { stroke: #cf222e; stroke-width: 2; stroke-dasharray: 4 3; }
          @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3; }
            .peer { fill: #6e7681; }
            .ours { fill: #4493f8; }
            .aim { stroke: #ff7b72; }
          }
        </style>
        """;

    public static string Draw(Area area, IReadOnlyList<CaseResult> results)
    {
        var body = new StringBuilder();
        Metric metric = area.Metrics[0];
        int y = Top;
        foreach (CaseResult result in results) y = Draw(body, result, metric, y);
        string title = $"{area.Title}: {metric.Name} for each {area.Unit}, less is better";
        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {y}" width="{Width}" height="{y}" role="img" aria-label="{title}">
            {Style}
            <text class="title" x="12" y="22">{title}</text>
            {body}</svg>

            """;
    }

    private static int Draw(StringBuilder body, CaseResult result, Metric metric, int y)
    {
        List<(ServerResult Server, double Value)> bars = [.. result.Servers.Select(server => (server, server.Median(metric) ?? 0)).OrderBy(bar => bar.Item2)];
        double longest = Math.Max(bars.Max(bar => bar.Value), double.Epsilon);
        double scale = (Width - Left - Right) / longest;
        body.Append(CultureInfo.InvariantCulture, $"<text class=\"case\" x=\"12\" y=\"{y + 14}\">{result.Case.Name}</text>\n");
        int top = y += Row;
        foreach ((ServerResult server, double value) in bars)
        {
            string kind = server.Server.Name == ServerTable.Ours.Name ? "ours" : "peer";
            body.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 10}\" y=\"{y + 13}\" text-anchor=\"end\">{server.Server.Title}</text>\n");
            body.Append(CultureInfo.InvariantCulture, $"<rect class=\"{kind}\" x=\"{Left}\" y=\"{y}\" width=\"{value * scale:F1}\" height=\"{Bar}\" rx=\"2\"/>\n");
            body.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + (value * scale) + 8:F1}\" y=\"{y + 13}\">{metric.Format(value)}</text>\n");
            y += Row;
        }

        if (AimOf(result, metric) is { } aim && aim <= longest)
        {
            body.Append(CultureInfo.InvariantCulture, $"<line class=\"aim\" x1=\"{Left + (aim * scale):F1}\" x2=\"{Left + (aim * scale):F1}\" y1=\"{top - 4}\" y2=\"{y - 4}\"><title>what ours should reach</title></line>\n");
        }

        return y + Gap - Row;
    }

    private static double? AimOf(CaseResult result, Metric metric) =>
        result.Case.Aim?.Value ?? (result.Case.Aim?.OfKestrel * result.Of(ServerTable.Reference)?.Median(metric));
}
