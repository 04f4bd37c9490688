using Xunit;

namespace Minimal.Tests;

/// <summary>A file of the repository whose content is generated, and reviewed as a diff.</summary>
internal static class ApprovedFile
{
    /// <summary>Demands that the file holds <paramref name="content"/>; writes it instead when <see cref="Repository.IsUpdating"/>.</summary>
    /// <param name="path">Relative to the root.</param>
    /// <param name="content">The generated text.</param>
    public static void Check(string path, string content)
    {
        string file = Repository.PathOf(path);
        string approved = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "";
        if (approved == content) return;

        if (Repository.IsUpdating)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, content);
            return;
        }

        Assert.Fail($"{path} is not what would be generated now; MINIMAL_UPDATE=1 writes it.\n{FirstDifference(approved, content)}");
    }

    private static string FirstDifference(string approved, string content)
    {
        string[] old = approved.Split('\n');
        string[] now = content.Split('\n');
        int line = Enumerable.Range(0, Math.Max(old.Length, now.Length)).First(n => old.ElementAtOrDefault(n) != now.ElementAtOrDefault(n));
        return $"line {line + 1}\n  - {old.ElementAtOrDefault(line)}\n  + {now.ElementAtOrDefault(line)}";
    }
}
