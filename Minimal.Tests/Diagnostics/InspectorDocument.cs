using System.Text.RegularExpressions;
using Minimal.Http.Diagnostics;
using Xunit;

namespace Minimal.Tests.Diagnostics;

/// <summary>Every listing of <c>docs/inspector.md</c> is what the reader says of the bytes above it. <c>MINIMAL_UPDATE=1</c> writes them.</summary>
public sealed class InspectorDocument
{
    private const string File = "docs/inspector.md";

    private static readonly Regex Example = new("```wire\n(?<input>[^`]*)\n```\n(?<prose>[^`]*)```text\n(?<listing>[^`]*)\n```");

    [Fact]
    public void Listings_are_what_the_reader_says()
    {
        string text = System.IO.File.ReadAllText(Repository.PathOf(File)).ReplaceLineEndings("\n");
        Assert.NotEmpty(Examples(text));
        string written = Example.Replace(text, example => $"```wire\n{example.Groups["input"]}\n```\n{example.Groups["prose"]}```text\n{Listing(example)}\n```");
        ApprovedFile.Check(File, written);
    }

    /// <summary>The conversations of the document.</summary>
    internal static IEnumerable<WireScript> Scripts() =>
        Examples(System.IO.File.ReadAllText(Repository.PathOf(File)).ReplaceLineEndings("\n")).Select(ScriptOf);

    private static IEnumerable<Match> Examples(string text) => Example.Matches(text);

    private static string Listing(Match example) => WireText.Write(ScriptOf(example).Read(WireScript.All with { MaskedFields = WireReaderOptions.Secrets }));

    private static WireScript ScriptOf(Match example) => WireScript.Of([.. example.Groups["input"].Value.Split('\n').Select(line => line[0] + line[2..])]);
}
