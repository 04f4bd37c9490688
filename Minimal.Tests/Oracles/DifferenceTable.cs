using System.Text;
using System.Text.RegularExpressions;

namespace Minimal.Tests.Oracles;

/// <summary>A difference that is known and explained: a row of <c>Conformance/differences.tsv</c>.</summary>
/// <param name="Oracle">The other implementation.</param>
/// <param name="Verdict">How ours stands to it.</param>
/// <param name="Ours">What ours does: the rule by which it refuses, or a word.</param>
/// <param name="Theirs">What theirs does.</param>
/// <param name="When">A pattern that the bytes match, one character for each, where the words do not tell enough; else empty.</param>
/// <param name="Bytes">An example, escaped.</param>
/// <param name="Section">Where it is ruled.</param>
/// <param name="Reason">Who is right, or why ours is as it is.</param>
internal sealed record Difference(string Oracle, Verdict Verdict, string Ours, string Theirs, string When, string Bytes, string Section, string Reason)
{
    public bool Explains(string oracle, Comparison comparison, byte[] bytes) =>
        oracle == Oracle && comparison == new Comparison(Verdict, Ours, Theirs)
        && (When.Length == 0 || Regex.IsMatch(Encoding.Latin1.GetString(bytes), When, RegexOptions.IgnoreCase));
}

/// <summary>All differences that are known.</summary>
internal static class DifferenceTable
{
    public static IReadOnlyList<Difference> Rows { get; } =
    [
        .. from line in File.ReadLines(Repository.PathOf("Minimal.Tests", "Conformance", "differences.tsv")).Skip(1)
           let cell = line.Split('\t')
           select new Difference(cell[0], Enum.Parse<Verdict>(cell[1]), cell[2], cell[3], cell[4], cell[5], cell[6], cell[7]),
    ];

    /// <summary>The rows of one implementation.</summary>
    public static IEnumerable<Difference> Of(string oracle) => Rows.Where(row => row.Oracle == oracle);

    /// <summary>The test that shows the rows of one implementation.</summary>
    public static string TestOf(string oracle) => $"DifferentialTests.{char.ToUpperInvariant(oracle[0])}{oracle[1..].Split(',')[0]}_differs_only_as_the_table_says";
}
