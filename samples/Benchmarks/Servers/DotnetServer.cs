using System.Runtime.InteropServices;
using System.Xml.Linq;
using Benchmarks.Areas;

namespace Benchmarks.Servers;

/// <summary>A server in C#: a project that takes <c>--port</c>.</summary>
internal sealed class DotnetServer(string name, string title, string project, params string[] areas) : BenchmarkServer(name, title, areas)
{
    private string _program = "";

    public override bool IsManaged => true;

    /// <summary>What is added to the path that is asked for, where the server has two ways to answer.</summary>
    public string Query { private get; init; } = "";

    /// <summary>A further argument of the program.</summary>
    public string? Argument { private get; init; }

    /// <summary>Another project in its place.</summary>
    public DotnetServer In(string folder) => new(Name, Title, folder) { Argument = Argument };

    public override async Task<string?> PrepareAsync(CancellationToken stop)
    {
        string folder = Path.GetFullPath(project, Repository.Root);
        if (!Directory.Exists(folder) || Directory.GetFiles(folder, "*.csproj") is not [string file]) return $"there is no project in {project}";
        await BuildAsync(file, stop);
        string assembly = XDocument.Load(file).Descendants("AssemblyName").FirstOrDefault()?.Value ?? Path.GetFileNameWithoutExtension(file);
        _program = Path.Combine(folder, "bin", "Release", "net10.0", $"{assembly}.dll");
        return null;
    }

    public static async Task BuildAsync(string file, CancellationToken stop)
    {
        (int code, string output, _) = await Tool.RunAsync(["dotnet", "build", "-c", "Release", "-v", "q", "--nologo", file], stop);
        if (code != 0) throw new BenchmarkException($"{file} does not build:\n{output}");
    }

    public override string[] Command(Area area, int port) => ["dotnet", _program, "--port", $"{port}", .. Argument is null ? [] : new[] { Argument }];

    public override string Load(Area area, string load) => load.Replace("&after=", $"{Query}&after=", StringComparison.Ordinal);

    public override Task<string> VersionAsync() => Task.FromResult(RuntimeInformation.FrameworkDescription);
}
