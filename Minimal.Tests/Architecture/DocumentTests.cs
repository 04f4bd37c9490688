using System.IO.Pipelines;
using System.Reflection;
using Minimal.Http.Wire;
using Minimal.Sse;
using Minimal.Testing;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.Architecture;

/// <summary>What the pages name is there. A tour that sends its reader to a file that was renamed is worse than none.</summary>
public sealed class DocumentTests
{
    private static readonly Type[] Ours =
        [.. new[] { typeof(ProtocolRule), typeof(SseEvent), typeof(Opcode), typeof(Splits), typeof(DocumentTests) }.SelectMany(type => type.Assembly.GetTypes())];

    private static readonly ILookup<string, Type> Types =
        Ours.Concat(typeof(Timeout).Assembly.GetTypes()).Concat(typeof(PipeReader).Assembly.GetTypes()).ToLookup(NameOf);

    private static readonly HashSet<string> SourceNames =
        [.. Repository.Files(".cs").Select(path => Path.GetFileName(path))];

    [Fact]
    public void Links_lead_to_files_that_are_there() => Findings.AssertNone(Document.All.SelectMany(page => page.DeadLinks()));

    [Fact]
    public void Paths_in_code_are_there() => Findings.AssertNone(Document.All.SelectMany(page => page.DeadPaths()));

    [Fact]
    public void The_tour_and_the_exercises_name_files_and_members_that_are_there()
    {
        Document[] pages = [.. Document.All.Where(page => page.Path == "docs/reading.md" || page.Path.StartsWith("samples/Exercises/", StringComparison.Ordinal))];
        Assert.True(pages.Length > 9);
        Findings.AssertNone(pages.SelectMany(page => page.DeadNames(SourceNames).Concat(page.DeadMembers(Types))));
    }

    [Fact]
    public void Every_word_of_the_tour_that_is_set_as_code_is_one()
    {
        const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        HashSet<string> words = [.. Ours.Select(NameOf), .. Ours.SelectMany(type => type.GetMembers(Any)).Select(member => member.Name)];
        Findings.AssertNone(Document.All.Single(page => page.Path == "docs/reading.md").DeadWords(words));
    }

    [Fact]
    public void Every_exercise_has_a_task_and_a_solution()
    {
        string[] solutions = [.. Repository.Files(".cs", "samples", "Exercises", "Solutions").Select(path => Path.GetFileName(path))];
        string[] folders = [.. Directory.GetDirectories(Repository.PathOf("samples", "Exercises")).Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0]))];
        Assert.NotEmpty(folders);
        Findings.AssertNone(folders.Where(folder => !File.Exists(Path.Combine(folder, "README.md"))));
        Findings.AssertNone(folders.Where(folder => !File.Exists(Path.Combine(folder, "solution.patch"))
            && !Directory.GetFiles(folder, "*.cs").Any(file => solutions.Contains(Path.GetFileName(file)))));
    }

    [Fact]
    public void What_is_not_there_is_found()
    {
        Document page = Document.Parse("docs/page.md", """
            [here](testing.md), [there](nowhere.md#part), [outside](https://example.org/x.md), [below](#part)
            `Minimal.Http/Wire`, `Minimal.Http/Wires`, `Topic.cs`, `Topik.cs`, `Topic.Register`, `Topic.Registr(Waiter)`, `GET /a/b`, `Topics`
            ```
            [not looked at](nowhere.md) `docs/nowhere.md`
            ```
            """);
        Assert.Equal(["docs/page.md links to nowhere.md"], page.DeadLinks());
        Assert.Equal(["docs/page.md names Minimal.Http/Wires"], page.DeadPaths());
        Assert.Equal(["docs/page.md names Topik.cs"], page.DeadNames(SourceNames));
        Assert.Equal(["docs/page.md names Topic.Registr(Waiter)"], page.DeadMembers(Types));
        Assert.Equal(["docs/page.md names Topics"], page.DeadWords(new HashSet<string> { "Topic" }));
    }

    private static string NameOf(Type type) => type.Name.Split('`')[0];
}
