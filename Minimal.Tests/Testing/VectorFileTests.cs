using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Testing;

public sealed class VectorFileTests
{
    private const string Text = """
        # Lines

        Prose, and a block of it:

        ```text
        ## not a heading
        ```

        ## One line

        Proves: A-1, A-2
        Proves: A-3

        ```line
        one\r\n
        \{2 ab}\x20
        ```

        ## Bytes

        ```frames client hex
        81 02   # text
        "ok"
        ```

        ```expect
        >  0  81   \x81   FIN   RFC 6455 §5.2
        = message: ok
        refused: MaskMissing (1002)
        ```

        ## Only prose
        """;

    private readonly VectorFile _file = VectorFile.Parse("Lines", Text);

    [Fact]
    public void Headings_with_bytes_are_vectors()
    {
        Assert.Equal(["Lines: One line", "Lines: Bytes"], _file.Vectors.Select(vector => $"{vector}"));
        Assert.Equal(["line", "frames client"], _file.Vectors.Select(vector => vector.Kind));
        Assert.Equal("one\r\nabab "u8.ToArray(), _file.Vectors[0].Input.ToArray());
        Assert.Equal("8102"u8.ToArray(), System.Text.Encoding.ASCII.GetBytes(Convert.ToHexString(_file.Vectors[1].Input.Span[..2])));
        Assert.Equal(["A-1", "A-2", "A-3"], _file.Vectors[0].Proves);
    }

    [Fact]
    public void An_expectation_has_spans_results_and_a_verdict()
    {
        Assert.Null(_file.Vectors[0].Expected);
        VectorReport expected = _file.Vectors[1].Expected!;
        Assert.Single(expected.Spans);
        Assert.Equal(["= message: ok"], expected.Results);
        Assert.Equal(("MaskMissing", 1002), (expected.RefusedBy, expected.RefusedWith));
    }

    [Fact]
    public void A_new_expectation_stands_behind_the_bytes_and_another_in_the_place_of_the_old()
    {
        var report = new VectorReport([], [], "complete: 5 bytes");
        string written = _file.WithExpectation("One line", report);
        Assert.Contains("\\x20\n```\n\n```expect\ncomplete: 5 bytes\n```\n\n## Bytes", written, StringComparison.Ordinal);

        VectorFile again = VectorFile.Parse("Lines", written);
        Assert.Equal($"{report}", $"{again.Vectors[0].Expected}");
        Assert.Equal(written, again.WithExpectation("One line", report));

        string replaced = again.WithExpectation("Bytes", report);
        Assert.DoesNotContain("MaskMissing", replaced, StringComparison.Ordinal);
        Assert.EndsWith("```expect\ncomplete: 5 bytes\n```\n\n## Only prose", replaced, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("## A\n```line\na \n```", "A: white space at the end of a line")]
    [InlineData("## A\n```line\n\\q\n```", "A: no escape begins at character 0")]
    [InlineData("## A\n```line\na", "line 2: the block has no end")]
    [InlineData("## A\n```line\na\n```\n```line\na\n```", "A: a second block of line")]
    [InlineData("## A\n```line\na\n```\n```expect\n```", "A: an expect block has one verdict")]
    [InlineData("## A\n```line\na\n```\n## A\n```line\na\n```", "two vectors are called A")]
    public void What_does_not_follow_the_format_is_named(string text, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => VectorFile.Parse("Lines", text)).Message, StringComparison.Ordinal);
}
