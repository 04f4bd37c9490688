namespace Minimal.WireTool;

/// <summary>The program: finds the command, or tells which there are.</summary>
internal static class WireProgram
{
    private const string Version = "0.1.0";

    private static string Usage => $"""
        wire shows what HTTP/1.1, WebSocket and Server-Sent Events are on the wire: each byte with its name, the section of the RFC
        that defines it, and what it is for.

        {string.Join('\n', Command.All.Select(command => $"  {$"wire {command.Name} {command.Operands}",-32}{command.Summary}"))}

          wire COMMAND --help             tells more, with examples
          wire --version                  {Version}

        To begin with, look at what your browser says:

          wire proxy 9000 example.org:80  then open http://localhost:9000
          printf 'GET / HTTP/1.1\r\nHost: a\r\n\r\n' | wire explain -

        Exit codes: 0 all is well; 1 something was found (a broken message, a different answer, a request that should have been
        refused); 2 the arguments are wrong; 3 a file cannot be read or written, or a server cannot be reached.
        """;

    /// <summary>Runs a command line, and returns the exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> words, WireConsole console)
    {
        try
        {
            return await DispatchAsync(words, console);
        }
        catch (ToolException e)
        {
            await console.Error.WriteLineAsync($"wire: {e.Message}.");
            if (e.ExitCode == ExitCode.WrongArguments) await console.Error.WriteLineAsync("wire --help tells what can be said.");
            return e.ExitCode;
        }
        catch (IOException e)
        {
            await console.Error.WriteLineAsync($"wire: {e.Message}");
            return ExitCode.Impossible;
        }
    }

    private static async Task<int> DispatchAsync(IReadOnlyList<string> words, WireConsole console)
    {
        if (words.Count == 0 || words[0] is "--help" or "-h" or "help") return await PrintAsync(words is [_, string about, ..] ? HelpOf(about) : Usage, console);
        if (words[0] == "--version") return await PrintAsync(Version, console);
        if (words.Skip(1).TakeWhile(word => word != "--").Any(word => word is "--help" or "-h")) return await PrintAsync(HelpOf(words[0]), console);

        Command command = Find(words[0]);
        Task<int> run = command.Run(CommandLine.Parse(command, words.Skip(1)), console);
        if (!command.RunsUntilStopped && await Task.WhenAny(run, console.Stopping) != run) throw new ToolException(ExitCode.Impossible, "stopped before the end");
        return await run;
    }

    private static string HelpOf(string name)
    {
        Command command = Find(name);
        return $"wire {command.Name} {command.Operands} [options]: {command.Summary}\n\n{command.Help}";
    }

    private static Command Find(string name) =>
        Command.All.FirstOrDefault(command => command.Name == name) ?? throw CommandLine.Wrong($"{name} is no command of wire");

    private static async Task<int> PrintAsync(string text, WireConsole console)
    {
        await console.Out.WriteLineAsync(text);
        return ExitCode.Fine;
    }
}
