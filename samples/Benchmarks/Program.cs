using Benchmarks;

CommandLine command = CommandLine.Parse(args);
if (command.Text is { } text)
{
    Console.WriteLine(text);
    return command.IsWrong ? 1 : 0;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

try
{
    await new BenchmarkRun(command).RunAsync(stop.Token);
    return 0;
}
catch (BenchmarkException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (OperationCanceledException)
{
    return 130;
}
