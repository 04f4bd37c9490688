using Minimal.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Minimal.Tests.Oracles;

/// <summary>Compares over many inputs, and demands that each difference has a row in the table, and each row its difference.</summary>
internal sealed class DifferenceCheck(string oracle, Func<byte[], Task<Comparison>> compare, ITestOutputHelper output)
{
    private readonly Dictionary<Verdict, int> _counts = [];
    private readonly List<string> _unexplained = [];

    /// <summary>Compares.</summary>
    /// <param name="inputs">The bytes.</param>
    /// <param name="isKnown">
    /// Whether the table was written for this version of the other. For another one, its own leniencies may be others; that ours is not
    /// lenient is demanded always.
    /// </param>
    public async Task RunAsync(IEnumerable<byte[]> inputs, bool isKnown = true)
    {
        foreach (byte[] bytes in inputs) Judge(bytes, await compare(bytes), isKnown);
        output.WriteLine($"{oracle}: {string.Join(", ", _counts.OrderBy(count => count.Key).Select(count => $"{count.Value} {count.Key}"))}");
        if (isKnown) await CheckRowsAsync();
        Findings.AssertNone(_unexplained);
    }

    private void Judge(byte[] bytes, Comparison comparison, bool isKnown)
    {
        _counts[comparison.Verdict] = _counts.GetValueOrDefault(comparison.Verdict) + 1;
        bool needsReason = comparison.Verdict is Verdict.OursLenient or Verdict.Differ || (isKnown && comparison.Verdict == Verdict.OursStricter);
        if (!needsReason || DifferenceTable.Rows.Any(row => row.Explains(oracle, comparison, bytes))) return;
        _unexplained.Add($"{oracle}: {comparison.Verdict}, ours {comparison.Ours}, theirs {comparison.Theirs}: {EscapedBytes.Write(bytes, 2000)}");
    }

    private async Task CheckRowsAsync()
    {
        foreach (Difference row in DifferenceTable.Of(oracle))
        {
            byte[] bytes = EscapedBytes.Parse(row.Bytes);
            Comparison comparison = await compare(bytes);
            if (!row.Explains(oracle, comparison, bytes)) _unexplained.Add($"{row} is not what happens: {comparison}");
        }
    }
}
