using System.Text.RegularExpressions;

namespace Minimal.Tests.Architecture;

/// <summary>A C# file as the architecture tests see it: its code without comments and without what stands in quotes.</summary>
/// <param name="Path">Relative to the root, with slashes.</param>
/// <param name="Code">The code.</param>
/// <param name="Lines">How many lines the file has.</param>
internal sealed record SourceFile(string Path, string Code, int Lines)
{
    private static readonly Regex Unread = new(
        """
        //[^\n]*                                # a comment to the end of the line
        | /\*.*?\*/                             # a comment between marks
        | (?<quotes>"{3,}).*?\k<quotes>         # a raw string
        | @\$?"(?:[^"]|"")*" | \$@"(?:[^"]|"")*"  # a verbatim string
        | "(?:\\.|[^"\\\n])*"                   # a string
        | '(?:\\.|[^'\\\n])+'                   # a character
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.Singleline);

    /// <summary>Reads the text of a file.</summary>
    public static SourceFile Parse(string path, string text) => new(path, Unread.Replace(text, " "), text.Split('\n').Length - 1);

    /// <summary>All C# files below a folder of the repository.</summary>
    public static IEnumerable<SourceFile> In(params string[] folder) =>
        Repository.Files(".cs", folder).Select(path => Parse(path, File.ReadAllText(Repository.PathOf(path))));

    /// <summary>Whether a folder of this name is on the file's path.</summary>
    public bool IsIn(string folder) => Path.Contains($"/{folder}/", StringComparison.Ordinal);

    /// <summary>What matches the pattern, each once, as <c>path: match</c>.</summary>
    public IEnumerable<string> Find(string pattern) =>
        Regex.Matches(Code, pattern).Select(match => $"{Path}: {match.Value.Trim()}").Distinct();
}
