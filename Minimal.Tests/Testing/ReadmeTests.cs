using System.Runtime.CompilerServices;
using Xunit;

namespace Minimal.Tests.Testing;

/// <summary>Every example of the kit's README is code that is compiled and run.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void Every_example_stands_in_ReadmeExamples()
    {
        string source = Lines(File.ReadAllText(PathOf("ReadmeExamples.cs")));
        string[] examples = [.. Blocks(File.ReadAllText(PathOf("../Kit/README.md")))];
        Assert.InRange(examples.Length, 8, 50);
        Assert.All(examples, example => Assert.Contains(Lines(example), source, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Blocks(string markdown) => markdown.Split("```csharp\n").Skip(1).Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)]);

    // Without indentation and empty lines.
    private static string Lines(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)) + "\n";

    private static string PathOf(string file, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, file);
}
