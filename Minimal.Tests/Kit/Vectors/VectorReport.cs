using System.Text.RegularExpressions;
using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>What comes of a vector, as the lines that stand in its <c>expect</c> block.</summary>
/// <param name="Spans">The annotated listing; see <see cref="WireListing"/>.</param>
/// <param name="Results">What the driver says beyond it, each line behind <c>= </c>.</param>
/// <param name="Verdict"><c>complete: 38 bytes</c>, <c>refused: BareLineFeed (400)</c> or <c>need more</c>.</param>
public sealed record VectorReport(IReadOnlyList<string> Spans, IReadOnlyList<string> Results, string Verdict)
{
    private static readonly Regex Spaces = new(" +");
    private static readonly Regex Refusal = new(@"^refused: (?<rule>\w+)( \((?<code>\d+)\))?$");

    /// <summary>All lines, in the order of the block.</summary>
    public IEnumerable<string> Lines => [.. Spans, .. Results, Verdict];

    /// <summary>The name of the rule that is broken; null if none is.</summary>
    public string? RefusedBy => Refusal.Match(Verdict) is { Success: true } match ? match.Groups["rule"].Value : null;

    /// <summary>The code of the rule that is broken; null if none is, or if the block does not say.</summary>
    public int? RefusedWith => Refusal.Match(Verdict).Groups["code"] is { Success: true } code ? int.Parse(code.Value, null) : null;

    /// <summary>Reads the lines of an <c>expect</c> block.</summary>
    /// <exception cref="FormatException">There is no verdict, or more than one.</exception>
    public static VectorReport Parse(IEnumerable<string> lines)
    {
        string[] written = [.. lines.Where(line => line.Length > 0)];
        string[] spans = [.. written.Where(line => line[0] is '>' or '<')];
        string[] results = [.. written.Where(line => line[0] == '=')];
        string[] verdicts = [.. written.Except(spans).Except(results)];
        if (verdicts.Length != 1) throw new FormatException("an expect block has one verdict: complete, refused: …, or need more");
        return new VectorReport(spans, results, verdicts[0]);
    }

    /// <summary>The report of a run.</summary>
    public static VectorReport Of(RecordingTrace trace, VectorOutcome outcome, bool fromServer)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(outcome);
        string[] spans = trace.Marks.Count == 0 ? [] : trace.ToListing(fromServer).Split('\n');
        return new VectorReport(spans, [.. outcome.Results.Select(result => $"= {result}")], VerdictOf(outcome));
    }

    /// <summary>
    /// Whether the report is the expected one. White space between columns does not count; what the expectation leaves
    /// out (all spans, all results, the length, the code) may be anything.
    /// </summary>
    public bool Satisfies(VectorReport expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        return (expected.Spans.Count == 0 || Squeezed(Spans).SequenceEqual(Squeezed(expected.Spans)))
            && (expected.Results.Count == 0 || Results.SequenceEqual(expected.Results))
            && (Verdict == expected.Verdict || Verdict.StartsWith(expected.Verdict + " (", StringComparison.Ordinal)
                || Verdict.StartsWith(expected.Verdict + ":", StringComparison.Ordinal));
    }

    /// <summary>The lines.</summary>
    public override string ToString() => string.Join('\n', Lines);

    private static string VerdictOf(VectorOutcome outcome) => outcome.Status switch
    {
        ParseStatus.Complete => $"complete: {outcome.Consumed} bytes",
        ParseStatus.Invalid => $"refused: {outcome.Broken?.Name} ({outcome.Broken?.Code})",
        _ => "need more",
    };

    private static IEnumerable<string> Squeezed(IEnumerable<string> lines) => lines.Select(line => Spaces.Replace(line, " ").Trim());
}
