namespace Minimal.WireTool;

/// <summary>One thing that the program can do.</summary>
/// <param name="Name">How it is called on the command line.</param>
/// <param name="Operands">What must stand behind it, in capitals: <c>FILE URL</c>.</param>
/// <param name="Summary">What it does, in one line.</param>
/// <param name="Help">What it does, by examples.</param>
/// <param name="Run">Does it, and returns the exit code.</param>
internal sealed record Command(string Name, string Operands, string Summary, string Help, Func<CommandLine, WireConsole, Task<int>> Run)
{
    /// <summary>Options without a value.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>Options with a value.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Whether it goes on until it is stopped, and ends itself then. Others are left where they stand.</summary>
    public bool RunsUntilStopped { get; init; }

    /// <summary>All that there are.</summary>
    public static IReadOnlyList<Command> All { get; } =
        [Commands.Explain.Command, Commands.Proxy.Command, Commands.Replay.Command, Commands.Check.Command, Commands.ToTest.Command];
}
