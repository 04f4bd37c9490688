using System.Globalization;
using Minimal.Fuzz.Instrumentation;
using Xunit;

namespace Minimal.Tests.Fuzzing;

/// <summary>The fuzzing program as it is run by hand, for a short while: over the corpus, and over faults that were planted.</summary>
public sealed class FuzzTargetTests
{
    private const int Executions = 1200;

    private static readonly Lazy<InstrumentedProgram> Program = new(() => new InstrumentedProgram());

    public static TheoryData<string> Targets =>
        ["request-head", "response-head", "chunked", "target-and-fields", "sse", "websocket", "deflate", "connection"];

    public static TheoryData<string, int> Planted
    {
        get
        {
            var all = new TheoryData<string, int>();
            foreach (string target in (string[])["planted-magic", "planted-overflow", "planted-loop", "planted-hoard"])
            {
                for (int seed = 1; seed <= 3; seed++) all.Add(target, seed);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    [Requirement("HS-2.3-01")]
    public void Everything_holds_for_the_corpus_and_for_changes_of_it(string target)
    {
        string corpus = Repository.PathOf("Minimal.Tests", "Fuzz", "Corpus", target + ".txt");
        int inputs = File.ReadLines(corpus).Count(line => !line.StartsWith('#'));
        Assert.InRange(inputs, 5, 1000);
        (int exit, string output) = Run(target, "--executions", $"{inputs + Executions}");
        Assert.True(exit == 0, output);
    }

    [Theory]
    [MemberData(nameof(Planted))]
    public void A_planted_fault_is_found_and_shrunk(string target, int seed)
    {
        (int exit, string output) = Run(target, "--executions", "600000", "--seed", $"{seed}", "--stop");
        Assert.True(exit == 1, output);
        Assert.Matches(@"FOUND by execution [\d,]+: [1-8] bytes", output);
    }

    [Fact]
    public void The_same_seed_does_the_same()
    {
        string[] args = ["planted-magic", "--executions", "20000", "--seed", "5"];
        Assert.Equal(LastNew(Run(args).Output), LastNew(Run(args).Output));
    }

    [Fact]
    public void Code_reports_where_it_goes()
    {
        Assert.InRange(Program.Value.Blocks, 3000, 60_000);
        string row = Run("websocket", "--executions", "300").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.True(int.Parse(row.Split('|')[4], NumberStyles.AllowThousands | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) > 200, row);
    }

    [Theory]
    [InlineData("Say what to fuzz")]
    [InlineData("no target nonsense", "nonsense")]
    [InlineData("--minutes needs a number, and soon is none", "sse", "--minutes", "soon")]
    [InlineData("--minutes is unknown, or needs a value", "sse", "--minutes")]
    [InlineData("--fast is unknown", "sse", "--fast", "1")]
    [InlineData("There is no file", "sse", "--replay", "/nowhere")]
    public void Wrong_arguments_are_explained(string explanation, params string[] args)
    {
        (int exit, string output) = Run(args);
        Assert.Equal(2, exit);
        Assert.Contains(explanation, output, StringComparison.Ordinal);
        Assert.Contains("--help", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_names_every_option()
    {
        (int exit, string output) = Run("--help");
        Assert.Equal(0, exit);
        Assert.All((string[])["--minutes", "--executions", "--seed", "--corpus", "--replay", "--minimise", "--stdin", "--export", "--stop", "Exit code"], option => Assert.Contains(option, output, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_is_replayed()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, "Laa"u8.ToArray());
            (int exit, string output) = Run("planted-hoard", "--replay", file);
            Assert.Equal(1, exit);
            Assert.Contains("bytes were allocated", output, StringComparison.Ordinal);
            Assert.Equal(0, Run("sse", "--replay", file).Exit);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string LastNew(string output) => output[output.IndexOf("last new", StringComparison.Ordinal)..].Split('\n')[0];

    private static (int Exit, string Output) Run(params string[] args)
    {
        var output = new StringWriter();
        int exit = Program.Value.Run(args, output);
        return (exit, output.ToString());
    }
}
