// Runs the checks of one exercise, or lists all of them. README.md says what they are for.
using Exercises.Checks;

Exercise[] all =
[
    new(1, "A rule of your own", "1-a-rule", (list, _) => RuleChecks.RunAsync(list)),
    new(2, "Keep-alive in HTTP/1.0", "2-keep-alive", (list, solved) => KeepAliveChecks.RunAsync(list, solved ? Exercises.Solutions.SmallServer.Answer : Exercises.KeepAlive.SmallServer.Answer)),
    new(3, "Keep trailers", "3-trailers", (list, solved) => TrailerChecks.RunAsync(list, solved ? Exercises.Solutions.TrailerEcho.AnswerAsync : Exercises.Trailers.TrailerEcho.AnswerAsync)),
    new(4, "Say for how long", "4-for-how-long", (list, _) => HowLongChecks.RunAsync(list)),
    new(5, "A line protocol", "5-line-protocol", (list, solved) => LineChecks.RunAsync(list, solved ? Exercises.Solutions.SumProtocol.ServeAsync : Exercises.LineProtocol.SumProtocol.ServeAsync)),
    new(6, "A topic as CSV", "6-csv", (list, solved) => CsvChecks.RunAsync(list, solved ? new Exercises.Solutions.CsvStream() : new Exercises.Csv.CsvStream())),
    new(7, "A heartbeat", "7-heartbeat", (list, solved) => HeartbeatChecks.RunAsync(list, solved ? Exercises.Solutions.NewsStream.ServeAsync : Exercises.Heartbeat.NewsStream.ServeAsync)),
    new(8, "How far away is the peer?", "8-latency", (list, solved) => LatencyChecks.RunAsync(list, solved ? Exercises.Solutions.LatencyMeter.RunAsync : Exercises.Latency.LatencyMeter.RunAsync)),
    new(9, "Find the race", "9-a-race", (list, solved) => RaceChecks.RunAsync(list, solved ? Exercises.Solutions.RaceTest.LosesAsync : Exercises.Race.RaceTest.LosesAsync)),
];

// With --solution the same checks look at the solution that lies in Solutions; those of the library are patches, see README.md.
bool solved = args.Contains("--solution");
string? wanted = args.FirstOrDefault(argument => !argument.StartsWith('-'));
Exercise[] chosen = wanted == "all" ? all : [.. all.Where(exercise => exercise.Number.ToString(System.Globalization.CultureInfo.InvariantCulture) == wanted)];
if (chosen.Length == 0)
{
    Console.WriteLine("Which exercise? Say its number behind --, or all.\n");
    foreach (Exercise exercise in all) Console.WriteLine($"  {exercise.Number}  {exercise.Title,-26} samples/Exercises/{exercise.Folder}/README.md");
    return wanted is null ? 0 : 2;
}

int notYet = 0;
foreach (Exercise exercise in chosen)
{
    Console.WriteLine($"{exercise.Number}. {exercise.Title}");
    var list = new Checklist(Console.Out);
    await exercise.RunAsync(list, solved);
    notYet += list.NotYet;
    Console.WriteLine(list.NotYet == 0 ? "   All checks pass: the exercise is done.\n" : $"   {list.NotYet} of {list.Count} not yet. The task: samples/Exercises/{exercise.Folder}/README.md\n");
}

return notYet == 0 ? 0 : 1;

/// <summary>One exercise.</summary>
/// <param name="Number">What it is asked for by.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Folder">Where its task lies.</param>
/// <param name="RunAsync">Runs its checks, over the reader's code or over the solution.</param>
internal sealed record Exercise(int Number, string Title, string Folder, Func<Checklist, bool, Task> RunAsync);
