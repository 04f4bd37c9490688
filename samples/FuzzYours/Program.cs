using Minimal.FuzzYours;
using Minimal.FuzzYours.Planted;

if (args is ["--help"] or ["-h"])
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}

if (CommandLine.Parse(args, out string wrong) is not { } line)
{
    Console.Error.WriteLine($"{wrong}\n\n{CommandLine.Usage}");
    return 2;
}

var hunt = new Hunt(line.Attacks, line.Most, line.Seed, TimeProvider.System);
return line.Url is null ? await TryPlantedAsync() : await TryAsync(new Aim(line.Url));

async Task<int> TryPlantedAsync()
{
    await using var server = new PlantedServer(PlantedBugs.All);
    IReadOnlyList<Finding> findings = Show(Targets.Planted(server.Url, hunt));
    var found = findings.Select(finding => finding.Rule).ToHashSet();
    string[] missed = [.. PlantedBugs.Rules.Where(bug => !found.Contains(bug.Value)).Select(bug => $"{bug.Key}")];
    int unexpected = found.Except(PlantedBugs.Rules.Values).Count();
    Console.WriteLine($"{PlantedBugs.All.Count - missed.Length} of {PlantedBugs.All.Count} planted bugs found{(missed.Length > 0 ? $"; not {string.Join(", ", missed)}" : "")}; {unexpected} others.");
    return missed.Length == 0 ? 0 : 1;
}

async Task<int> TryAsync(Aim aim)
{
    if (!await aim.IsThereAsync())
    {
        Console.Error.WriteLine($"Nobody listens at {aim.Host}.");
        return 2;
    }

    Console.WriteLine($"{aim.Host} is sent malformed {(aim.Url.Scheme == "ws" ? "frames" : "requests")} and what goes with them, for at most {line.Most.TotalSeconds:0} s. Only servers that are yours.\n");
    return Show(hunt.Run(aim, Targets.Of(aim, line.IsTopic))).Count == 0 ? 0 : 1;
}

IReadOnlyList<Finding> Show(IEnumerable<Finding> findings)
{
    var all = new List<Finding>();
    foreach (Finding finding in findings)
    {
        all.Add(finding);
        Report.Write(finding, Console.Out);
    }

    Report.WriteTable(all, hunt, Console.Out);
    return all;
}
