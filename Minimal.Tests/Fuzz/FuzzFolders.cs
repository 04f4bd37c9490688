namespace Minimal.Fuzz;

/// <summary>Where things are: below the repository when the program runs in one, else below the current folder.</summary>
internal static class FuzzFolders
{
    private static readonly string Root = FindRoot(AppContext.BaseDirectory) ?? FindRoot(Environment.CurrentDirectory) ?? Environment.CurrentDirectory;

    /// <summary>The corpus that is kept with the code.</summary>
    public static string Corpus => Path.Combine(Root, "Minimal.Tests", "Fuzz", "Corpus");

    /// <summary>What runs leave behind for that target.</summary>
    public static string Artifacts(string target) => Path.Combine(Root, "artifacts", "fuzz", target);

    private static string? FindRoot(string from)
    {
        for (DirectoryInfo? folder = new(from); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Minimal.sln"))) return folder.FullName;
        }

        return null;
    }
}
