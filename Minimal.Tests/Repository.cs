using System.Runtime.CompilerServices;

namespace Minimal.Tests;

/// <summary>Where the sources are: tests read ledgers, vectors and code from there, and rewrite expectations there.</summary>
internal static class Repository
{
    /// <summary>Whether expectations are rewritten instead of compared: the environment variable <c>MINIMAL_UPDATE</c> is 1.</summary>
    public static bool IsUpdating => Environment.GetEnvironmentVariable("MINIMAL_UPDATE") == "1";

    /// <summary>The root folder, the one with Minimal.sln.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, ".."));

    /// <summary>A path below the root.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>All files with this ending below a folder, without those that the build makes; paths relative to the root, with slashes.</summary>
    public static IEnumerable<string> Files(string ending, params string[] folder) =>
        Directory.EnumerateFiles(PathOf(folder), "*" + ending, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "artifacts" or "TestResults" or ".git"))
            .Order(StringComparer.Ordinal);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
