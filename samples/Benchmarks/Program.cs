using System.Runtime.InteropServices;
using Benchmarks;

CommandLine command = CommandLine.Parse(args);
if (command.Text is { } text)
{
    Console.WriteLine(text);
    return command.IsWrong ? 1 : 0;
}

using var stop = new CancellationTokenSource();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

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

// The servers that were started must not outlive the run.
void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
