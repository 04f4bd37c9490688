namespace Benchmarks;

/// <summary>Where the sources and the work files are.</summary>
internal static class Repository
{
    /// <summary>The folder of Minimal.sln.</summary>
    public static string Root { get; } = Find();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>A file that the run makes for itself; no figure.</summary>
    public static string WorkFile(string name)
    {
        string folder = PathOf("artifacts/benchmarks");
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, name);
    }

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Minimal.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new BenchmarkException("The benchmarks build the servers that they measure, so they run from a clone of the repository.");
    }
}
