using System.Globalization;
using Benchmarks.Areas;
using Benchmarks.Servers;

namespace Benchmarks;

/// <summary>What the program was told.</summary>
internal sealed record CommandLine
{
    private static string Help => $"""
        dotnet run -c Release --project samples/Benchmarks -- [area …] [options]
          area           what is measured: {string.Join(' ', AreaTable.All.Select(area => area.Name))}; all of them when none is named
          --peers A,B    servers beside ours: {string.Join(' ', ServerTable.Peers.Select(peer => peer.Name))}; all that are installed when not said
          --quick        three short rounds, into artifacts/figures: to see a tendency
          --rounds N     rounds, of which the median counts (5)
          --seconds S    measured seconds in a round (3)
          --ours PATH    another project in place of samples/Echo: it takes --port P and has Echo's routes
          --out DIR      where Markdown and SVG go (docs/figures)
        """;

    public IReadOnlyList<Area> Areas { get; private init; } = [];

    public IReadOnlyList<BenchmarkServer> Servers { get; private init; } = [];

    /// <summary>Whether a peer that is not installed is left out silently, since nobody asked for it by name.</summary>
    public bool HasDefaultPeers { get; private init; } = true;

    public bool IsQuick { get; private init; }

    public int Rounds { get; private init; } = 5;

    public double Seconds { get; private init; } = 3;

    public string Ours { get; private init; } = "samples/Echo";

    public string Out { get; private init; } = "docs/figures";

    /// <summary>What to print instead of measuring.</summary>
    public string? Text { get; private init; }

    public bool IsWrong { get; private init; }

    public static CommandLine Parse(string[] args)
    {
        var command = new CommandLine();
        for (int i = 0; i < args.Length; i++)
        {
            string value = i + 1 < args.Length ? args[i + 1] : "";
            bool isNumber = double.TryParse(value, CultureInfo.InvariantCulture, out double number) && number > 0;
            (command, int taken) = args[i] switch
            {
                "--help" or "-h" => (command with { Text = Help }, 0),
                "--quick" => (command with { IsQuick = true, Rounds = 3, Seconds = 1, Out = "artifacts/figures" }, 0),
                "--rounds" when isNumber => (command with { Rounds = (int)number }, 1),
                "--seconds" when isNumber => (command with { Seconds = number }, 1),
                "--ours" when value.Length > 0 => (command with { Ours = value }, 1),
                "--out" when value.Length > 0 => (command with { Out = value }, 1),
                "--peers" when value.Length > 0 => (command.WithPeers(value), 1),
                string name => (command.WithArea(name), 0),
            };
            if (command.Text is not null) return command;
            i += taken;
        }

        return command with
        {
            Areas = command.Areas.Count == 0 ? AreaTable.All : command.Areas,
            Servers = command.HasDefaultPeers ? ServerTable.All : command.Servers,
        };
    }

    private CommandLine WithArea(string name) => AreaTable.All.FirstOrDefault(area => area.Name == name) is { } area
        ? this with { Areas = [.. Areas, area] }
        : Wrong($"'{name}' is neither an area nor an option with its value.");

    private CommandLine WithPeers(string names)
    {
        List<BenchmarkServer> chosen = [ServerTable.Ours];
        foreach (string name in names.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (ServerTable.Peers.FirstOrDefault(peer => peer.Name == name) is not { } peer) return Wrong($"There is no peer '{name}'.");
            chosen.Add(peer);
        }

        return this with { Servers = chosen, HasDefaultPeers = false };
    }

    private CommandLine Wrong(string sentence) => this with { Text = $"{sentence}\n{Help}", IsWrong = true };
}
