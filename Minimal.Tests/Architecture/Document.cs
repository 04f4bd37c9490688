using System.Reflection;
using System.Text.RegularExpressions;

namespace Minimal.Tests.Architecture;

/// <summary>A page of Markdown as the tests see it: what it points to. Blocks of code are not looked at.</summary>
/// <param name="Path">Relative to the root, with slashes.</param>
/// <param name="Text">The page without its blocks of code.</param>
internal sealed record Document(string Path, string Text)
{
    private static readonly Regex Blocks = new(@"^(`{3,})[^\n]*\n.*?^\1[ ]*$", RegexOptions.Multiline | RegexOptions.Singleline);
    private static readonly Regex Link = new(@"\]\(([^()\s]+)\)");
    private static readonly Regex Code = new("`([^`\n]+)`");
    private static readonly Regex RepositoryPath = new(@"^(Minimal\.\w+|docs|samples|\.ci)(/[\w.\-]+)+/?$");
    private static readonly Regex SourceName = new(@"^[\w.]+\.cs$");
    private static readonly Regex Member = new(@"^([A-Z]\w+)\.([A-Z]\w+)(\(.*\))?$");
    private static readonly Regex Word = new(@"^[A-Z][a-z]\w+$");

    /// <summary>All pages of the repository.</summary>
    public static IEnumerable<Document> All => Repository.Files(".md").Select(path => Parse(path, File.ReadAllText(Repository.PathOf(path))));

    /// <summary>Reads a page.</summary>
    public static Document Parse(string path, string text) => new(path, Blocks.Replace(text, ""));

    /// <summary>Links to files that are not there.</summary>
    public IEnumerable<string> DeadLinks() =>
        from match in Link.Matches(Text)
        let target = match.Groups[1].Value.Split('#')[0]
        where target.Length > 0 && !target.Contains(':', StringComparison.Ordinal)
        where !Exists(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, target))
        select $"{Path} links to {target}";

    /// <summary>Paths in code, such as <c>Minimal.Http/Wire</c>, that are not there.</summary>
    public IEnumerable<string> DeadPaths() => Spans().Where(span => RepositoryPath.IsMatch(span) && !Exists(span)).Select(span => $"{Path} names {span}");

    /// <summary>Names of C# files in code that no file has.</summary>
    /// <param name="names">The names that there are.</param>
    public IEnumerable<string> DeadNames(IReadOnlySet<string> names) =>
        Spans().Where(span => SourceName.IsMatch(span) && !names.Contains(span)).Select(span => $"{Path} names {span}");

    /// <summary>Members in code, such as <c>Topic.Register</c>, that no type has.</summary>
    /// <param name="types">The types that there are, by their names.</param>
    public IEnumerable<string> DeadMembers(ILookup<string, Type> types) =>
        from span in Spans()
        let match = Member.Match(span)
        where match.Success && !SourceName.IsMatch(span)
        where !types[match.Groups[1].Value].Any(type => Has(type, match.Groups[2].Value))
        select $"{Path} names {span}";

    /// <summary>Single words in code, such as <c>TryData</c>, that neither a type nor a member is called.</summary>
    /// <param name="words">The names that there are.</param>
    public IEnumerable<string> DeadWords(IReadOnlySet<string> words) =>
        Spans().Where(span => Word.IsMatch(span) && !words.Contains(span)).Select(span => $"{Path} names {span}");

    private IEnumerable<string> Spans() => Code.Matches(Text).Select(match => match.Groups[1].Value);

    private static bool Exists(string path) => System.IO.Path.Exists(System.IO.Path.GetFullPath(Repository.PathOf(path)));

    private static bool Has(Type type, string name) =>
        type.GetMember(name, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.FlattenHierarchy).Length > 0;
}
