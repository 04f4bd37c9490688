using Minimal.Http.Wire;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Testing;

/// <summary>Each test plants one fault, into a vector or into the line parser, and shows that the runner finds it.</summary>
public sealed class VectorRunnerTests
{
    private const string Spans = ">  0  68 65 6C …   hello   text   RFC 9112 §2.2\n>  5  0D 0A   \\r\\n   CRLF   RFC 9112 §2.1\n";

    private static readonly VectorDriver Line = new("line", LineDriver.Read);

    [Theory]
    [InlineData(Spans + "complete: 7 bytes")]
    [InlineData(Spans + "complete")]
    [InlineData("complete")]
    public void A_right_expectation_passes_however_much_it_says(string expected) => VectorRunner.Check(Hello(expected), Line);

    [Theory]
    [InlineData("complete: 8 bytes")]
    [InlineData("need more")]
    [InlineData("refused: LineFeedAlone")]
    [InlineData("= a result\ncomplete")]
    [InlineData(">  0  68 65 6C …   hello   text   RFC 9112 §2.2\ncomplete")]
    [InlineData(">  0  68 65 6C …   hello   text   RFC 9112 §2.2\n>  5  0D 0A   \\r\\n   CRLF   RFC 9112 §2\ncomplete")]
    public void A_wrong_expectation_fails_and_shows_what_came(string expected)
    {
        string message = Caught(Hello(expected), LineDriver.Read);
        Assert.Contains("should give\n" + expected, message, StringComparison.Ordinal);
        Assert.EndsWith("complete: 7 bytes", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_expectation_fails() =>
        Assert.Contains("has no expect block", Caught(Hello(null), LineDriver.Read), StringComparison.Ordinal);

    [Fact]
    public void A_parser_that_looks_only_at_the_last_read_is_caught()
    {
        VectorParse lastOnly = (segments, _) => LineDriver.Read([segments[^1]], new RecordingTrace());
        Assert.Contains("The answer depends on where the bytes are cut", Caught(Hello("complete"), lastOnly), StringComparison.Ordinal);
    }

    [Fact]
    public void A_parser_that_looks_at_what_comes_behind_is_caught()
    {
        VectorParse upToTheLast = (segments, trace) =>
        {
            byte[] bytes = Segments.Join(segments);
            return LineDriver.Read([bytes.AsMemory(0, Math.Max(7, bytes.AsSpan().LastIndexOf((byte)'\n') + 1))], trace) with { Consumed = bytes.Length };
        };
        Assert.Contains("bytes from 7 have no mark", Caught(Hello("complete"), upToTheLast), StringComparison.Ordinal);

        VectorParse changesItsMind = (segments, trace) =>
            segments.Sum(segment => segment.Length) > 20 ? VectorOutcome.NeedMore() : LineDriver.Read(segments, trace);
        Assert.Contains("alone gives", Caught(Hello("complete"), changesItsMind), StringComparison.Ordinal);
    }

    [Fact]
    public void A_parser_that_leaves_a_byte_unnamed_is_caught()
    {
        VectorParse withoutEnd = (segments, trace) => LineDriver.Read(segments, new Without(WireParts.LineEnd, trace));
        string message = Caught(Hello("complete"), withoutEnd);
        Assert.Contains("2 bytes from 5 have no mark", message, StringComparison.Ordinal);
        Assert.StartsWith(@"In segments: hello\r\n", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parser_that_takes_all_is_not_run_with_bytes_behind()
    {
        VectorParse counts = (segments, _) => VectorOutcome.Complete(segments.Sum(segment => segment.Length));
        VectorRunner.Check(Hello("complete: 7 bytes"), new VectorDriver("line", counts, TakesAll: true));
        Assert.Contains("complete: 9 bytes", Caught(Hello("complete"), counts), StringComparison.Ordinal);
    }

    private static Vector Hello(string? expected) =>
        new("Lines", "Hello", "line", "hello\r\n"u8.ToArray(), [], expected is null ? null : VectorReport.Parse(expected.Split('\n')));

    private static string Caught(Vector vector, VectorParse parse) =>
        Assert.Throws<CheckFailedException>(() => VectorRunner.Check(vector, new VectorDriver("line", parse))).Message;

    private sealed class Without(WirePart part, WireTrace inner) : WireTrace
    {
        public override void Mark(WirePart marked, long offset, ReadOnlySpan<byte> bytes)
        {
            if (marked != part) inner.Mark(marked, offset, bytes);
        }
    }
}
