using Minimal.Fuzz.Instrumentation;
using Minimal.Testing;

namespace Minimal.Fuzz;

/// <summary>The program behind its command line.</summary>
public static class FuzzCommand
{
    private const int Nothing = 0, Found = 1, Wrong = 2;

    /// <summary>Does what the arguments say.</summary>
    /// <param name="args">See <c>--help</c>.</param>
    /// <param name="output">Where everything is printed.</param>
    /// <param name="words">Words that the instrumented code knows, one Latin-1 character for each byte.</param>
    /// <returns>0 when nothing was found, 1 when something was, 2 when the arguments are wrong.</returns>
    public static int Run(string[] args, TextWriter output, IReadOnlyCollection<string> words)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(output);
        if (args is ["--help"] or ["-h"]) return Print(FuzzArguments.Help, output);
        if (args is ["list"]) return Print(string.Join('\n', FuzzTargets.All.Select(target => $"{target.Name,-20}{target.Invariant}")), output);

        // What goes on goes on within the step that lets it.
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            FuzzArguments arguments = FuzzArguments.Parse(args);
            IReadOnlyList<byte[]> latin = [.. words.Select(System.Text.Encoding.Latin1.GetBytes)];
            return Targets(arguments.Target).Select(target => Run(target, arguments, latin, output)).ToArray().Max();
        }
        catch (FormatException wrong)
        {
            Print($"{wrong.Message} Try --help.", output);
            return Wrong;
        }
    }

    private static int Run(FuzzTarget target, FuzzArguments arguments, IReadOnlyList<byte[]> words, TextWriter output)
    {
        if (arguments.ReadsOne) return CheckOne(target, arguments.One);
        if (arguments.Afl is { } input) return ServeAfl(target, input);
        var run = new FuzzRun(target, arguments, words, output);
        if (arguments.Replay is { } file) return run.Replay(ReadFile(file)) ? Nothing : Found;
        if (arguments.Export is { } folder) return run.Export(folder);
        if (arguments.Minimises) return run.Minimise() ? Nothing : Found;
        return run.Fuzz() ? Nothing : Found;
    }

    // What AFL++ and libFuzzer take for a crash is a signal.
    private static int CheckOne(FuzzTarget target, string? file)
    {
        byte[] input = file is null ? ReadAll(Console.OpenStandardInput()) : ReadFile(file);
        var loop = new FuzzLoop(target, Probe.Map, seed: 1);
        if (loop.Failure(input) is { } failure) Environment.FailFast(failure.Message, failure);
        return Nothing;
    }

    private static int ServeAfl(FuzzTarget target, string file) => new AflServer(new FuzzLoop(target, Probe.Map, seed: 1), Probe.Map, file).Run()
        ? Nothing
        : throw new FormatException("There is no afl-fuzz that started this.");

    private static IEnumerable<FuzzTarget> Targets(string name) => name == "all"
        ? FuzzTargets.All
        : [FuzzTargets.Find(name) ?? throw new FormatException($"There is no target {name}; there are {string.Join(", ", FuzzTargets.All.Select(target => target.Name))}.")];

    private static byte[] ReadFile(string path) =>
        File.Exists(path) ? File.ReadAllBytes(path) : throw new FormatException($"There is no file {path}.");

    private static byte[] ReadAll(Stream input)
    {
        var all = new MemoryStream();
        input.CopyTo(all);
        return all.ToArray();
    }

    private static int Print(string text, TextWriter output)
    {
        output.WriteLine(text);
        return Nothing;
    }
}
