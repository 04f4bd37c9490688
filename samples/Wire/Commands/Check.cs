using System.Globalization;
using Minimal.WireTool.Checks;

namespace Minimal.WireTool.Commands;

/// <summary><c>wire check</c>: sends what a server should refuse, and tells what it does.</summary>
internal static class Check
{
    private const int AtOnce = 8;

    public static Command Command { get; } = new("check", "URL", "sends requests that a server should refuse, and tells which it does", """
        Sends one raw request after the other that breaks a rule of HTTP/1.1 or WebSocket, each on a connection of its own, and prints a
        table: what the server answered, and whether it refused. The path must be one that a GET is answered on with success; better if
        a POST is, too, for then bodies are checked by POST.

          wire check http://localhost:8080/
          wire check http://localhost:8080/ --ws /ws         WebSocket frames too, on that path
          wire check http://localhost:8080/ --must           only what an RFC says MUST be refused
          wire check http://localhost:8080/ --markdown       a table for a document

          --ws PATH       the path of a WebSocket on the same server; it must answer a Ping
          --must          leaves out what servers may or should refuse
          --markdown      prints Markdown
          --wait SECONDS  how long each answer may take (2)
          --elsewhere     allows another host than this machine. Ask its owner first: these are the requests of an attacker

        How to read the table. "must", "should" and "may" is what the RFC says about refusing. "may" is no licence to accept it:
        where two servers in a row differ in such a thing, one can be played off against the other.

          refused     an error status, a Close frame that says why, or a closed connection
          closed      an answer, but the connection ended with it; what stood behind it was not read
          ACCEPTED    taken for valid
          WAITS       no answer and no end in time

        Exit codes: 0 all were refused; 1 some were not; 2 the arguments are wrong; 3 the server cannot be asked.
        """, RunAsync)
    { Flags = ["--must", "--markdown", "--elsewhere"], Values = ["--ws", "--wait"] };

    private static async Task<int> RunAsync(CommandLine line, WireConsole console)
    {
        Remote server = Remote.Parse(line[0]);
        if (!server.IsLoopback && !line.Has("--elsewhere"))
        {
            throw CommandLine.Wrong($"{server.Host} is not this machine; --elsewhere says that its owner agrees");
        }

        var patience = TimeSpan.FromSeconds(line.Number("--wait", 2, 1, 60));
        CheckTarget? webSocket = line.Value("--ws") is { } path ? new CheckTarget(server, path) : null;
        var run = new CheckRun(new CheckTarget(server, server.Target), webSocket, patience, console.Time);
        await run.PrepareAsync();

        CheckRow[] rows = [.. CheckRow.All.Where(row => webSocket is not null || !row.IsWebSocket).Where(row => !line.Has("--must") || row.Demand == Demand.Must)];
        CheckResult[] results = await RunAllAsync(run, rows);
        Print(results, console, line.Has("--markdown"));
        if (webSocket is null) await console.Out.WriteLineAsync("WebSocket was not checked; --ws PATH names one.");
        return results.All(result => result.IsFine) ? ExitCode.Fine : ExitCode.Found;
    }

    private static async Task<CheckResult[]> RunAllAsync(CheckRun run, CheckRow[] rows)
    {
        var results = new CheckResult[rows.Length];
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = AtOnce };
        await Parallel.ForEachAsync(Enumerable.Range(0, rows.Length), atOnce, async (at, _) => results[at] = await run.RunAsync(rows[at]));
        return results;
    }

    private static void Print(CheckResult[] results, WireConsole console, bool isMarkdown)
    {
        if (isMarkdown) console.Out.WriteLine("| what is sent | RFC | section | | answer |\n| --- | --- | --- | --- | --- |");
        foreach (CheckResult result in results) console.Out.WriteLine(isMarkdown ? Markdown(result) : Plain(result, console.HasColours));
        console.Out.WriteLine();
        console.Out.WriteLine(Sum(results));
    }

    private static string Plain(CheckResult result, bool hasColours)
    {
        string text = $"{Word(result.Outcome),-9} {result.Row.What,-46} {Word(result.Row.Demand),-6}  {result.Row.Section,-16}  {result.Answer}";
        return hasColours && !result.IsFine ? $"\e[1;31m{text}\e[0m" : text;
    }

    private static string Markdown(CheckResult result) =>
        $"| {result.Row.What} | {Word(result.Row.Demand)} | {result.Row.Section} | {(result.IsFine ? Word(result.Outcome) : $"**{Word(result.Outcome)}**")} | {result.Answer} |";

    private static string Sum(CheckResult[] results)
    {
        int Count(CheckOutcome outcome) => results.Count(result => result.Outcome == outcome);
        int against = results.Count(result => !result.IsFine && result.Row.Demand == Demand.Must);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{results.Length} sent: {Count(CheckOutcome.Refused)} refused, {Count(CheckOutcome.Closed)} closed, {Count(CheckOutcome.Accepted)} accepted, {Count(CheckOutcome.Waits)} wait. Against a MUST: {against}.");
    }

    private static string Word(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Refused => "refused",
        CheckOutcome.Closed => "closed",
        CheckOutcome.Accepted => "ACCEPTED",
        _ => "WAITS",
    };

    private static string Word(Demand demand) => demand switch { Demand.Must => "must", Demand.Should => "should", _ => "may" };
}
