using System.Globalization;
using Minimal.Http.Diagnostics;
using Minimal.WireTool.Inputs;
using Minimal.WireTool.Messages;

namespace Minimal.WireTool.Commands;

/// <summary><c>wire replay</c>: sends the client's side of a recording again, and compares the answers.</summary>
internal static class Replay
{
    public static Command Command { get; } = new("replay", "FILE URL", "sends the client's side of a recording again, and compares the answers", $"""
        Sends what the client of a recording sent, byte for byte, in the recorded order and on as many connections. Before it goes on it waits
        until the server has said as much as it had when it was recorded. Then it shows in what the answers differ: - as recorded, + as now.

          wire proxy 9000 localhost:8080 --save a.wire     record something, then stop it
          wire replay a.wire http://localhost:8080         is it still the same?
          wire replay a.wire http://localhost:8081 --ignore Server --ignore ETag

          --ignore NAME   a field whose value does not matter; {string.Join(", ", AnswerDifference.Usual)} never do
          --pace          keeps the recorded pauses too
          --wait SECONDS  how long to wait for an answer (5)

        Of an answer that the recording breaks off, a stream for example, what there is of it is compared. Behind an upgrade to WebSocket,
        frames are compared. The Host is sent as recorded.

        Exit codes: 0 the answers are the same; 1 they differ; 2 the arguments are wrong; 3 the file cannot be read, or the server cannot
        be reached.
        """, RunAsync)
    { Flags = ["--pace"], Values = ["--ignore", "--wait"] };

    private static async Task<int> RunAsync(CommandLine line, WireConsole console)
    {
        Remote server = Remote.Parse(line[1]);
        IReadOnlyList<WireFileEvent> events = Recorded.WithoutWhatWasLeft(await Input.ReadRecordingAsync(line[0], console));
        if (!events.Any(IsSent)) throw new ToolException(ExitCode.Impossible, $"in {line[0]} no client sends anything");

        var patience = TimeSpan.FromSeconds(line.Number("--wait", 5, 1, 3600));
        IReadOnlyList<Recorded> recorded = Recorded.Of(events);
        await using var run = new ReplayRun(server, recorded, patience, console);
        await run.SendAsync(events, line.Has("--pace"));
        await run.ReceiveAsync();
        return Compare(recorded, run, new AnswerDifference([.. AnswerDifference.Usual, .. line.Values("--ignore")]), console);
    }

    private static bool IsSent(WireFileEvent item) => item.Kind == WireFileEventKind.Bytes && item.Direction == WireDirection.FromClient;

    private static int Compare(IReadOnlyList<Recorded> recorded, ReplayRun run, AnswerDifference difference, WireConsole console)
    {
        int different = 0, all = 0;
        foreach (Recorded connection in recorded)
        {
            IReadOnlyList<Answer> then = connection.Answers.All, now = run.AnswersOf(connection.Number);
            for (int at = 0; at < Math.Max(then.Count, now.Count); at++)
            {
                all++;
                IReadOnlyList<string> lines = at < then.Count ? difference.Of(then[at], at < now.Count ? now[at] : null) : [$"+ {now[at].Message?.Name ?? "a frame"} more"];
                if (lines.Count > 0) different++;
                string name = at < then.Count ? NameOf(then[at]) : "nothing";
                console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"#{connection.Number} {at + 1}. {name}: {(lines.Count == 0 ? "the same" : "different")}"));
                foreach (string text in lines) console.Out.WriteLine("    " + text);
            }
        }

        console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{all} answers, {different} different"));
        return different == 0 ? ExitCode.Fine : ExitCode.Found;
    }

    private static string NameOf(Answer answer) => answer.Message is { } message ? $"{answer.Method}, {message.Name}" : "a frame";
}
