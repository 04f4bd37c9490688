using System.Reflection;
using System.Runtime.Loader;
using Minimal.Testing;

namespace Minimal.Fuzz.Instrumentation;

/// <summary>
/// This program once more, in a world of its own in which the libraries are instrumented: they are rewritten in memory and loaded beside the ones
/// that everyone else uses.
/// </summary>
public sealed class InstrumentedProgram
{
    private static readonly string[] Libraries = ["Minimal.Http", "Minimal.Sse", "Minimal.WebSocket"];

    private readonly Func<string[], TextWriter, IReadOnlyCollection<string>, int> _run;
    private readonly IReadOnlyCollection<string> _words;

    /// <summary>Rewrites and loads; that takes about half a second.</summary>
    public InstrumentedProgram()
    {
        var instrumenter = new Instrumenter();
        string own = typeof(InstrumentedProgram).Assembly.Location, folder = Path.GetDirectoryName(own)!;
        Dictionary<string, byte[]> rewritten = Libraries.ToDictionary(name => name, name => instrumenter.Rewrite(Path.Combine(folder, name + ".dll")));
        _words = [.. instrumenter.Words.Order(StringComparer.Ordinal)];

        // The planted faults are of this assembly, so that there is something to find.
        AssemblyName program = typeof(InstrumentedProgram).Assembly.GetName();
        rewritten.Add(program.Name!, instrumenter.Rewrite(own, inNamespace: "Minimal.Fuzz.Planted"));
        MethodInfo run = new World(folder, rewritten).LoadFromAssemblyName(program).GetType(typeof(FuzzCommand).FullName!)!.GetMethod(nameof(FuzzCommand.Run))!;
        _run = run.CreateDelegate<Func<string[], TextWriter, IReadOnlyCollection<string>, int>>();
        Blocks = instrumenter.Blocks;
    }

    /// <summary>How many blocks of code report.</summary>
    public int Blocks { get; }

    /// <summary>Runs the program with these arguments. One at a time.</summary>
    /// <returns>The exit code; see <see cref="FuzzCommand.Run"/>.</returns>
    public int Run(string[] args, TextWriter output) => _run(args, output, _words);

    // What is not the project's own comes from where everyone has it.
    private sealed class World(string folder, Dictionary<string, byte[]> rewritten) : AssemblyLoadContext("instrumented")
    {
        protected override Assembly? Load(AssemblyName name)
        {
            if (rewritten.TryGetValue(name.Name!, out byte[]? bytes)) return LoadFromStream(new MemoryStream(bytes));
            return name.Name == typeof(FuzzLoop).Assembly.GetName().Name ? LoadFromAssemblyPath(Path.Combine(folder, name.Name + ".dll")) : null;
        }
    }
}
