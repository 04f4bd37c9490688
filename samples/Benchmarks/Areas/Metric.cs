using System.Globalization;
using Benchmarks.Load;

namespace Benchmarks.Areas;

/// <summary>One number of a sample. Less is better in the first of an area.</summary>
/// <param name="Name">The heading of its column, with the unit.</param>
/// <param name="Digits">Digits behind the point.</param>
/// <param name="Read">The number; null where it could not be had.</param>
internal sealed record Metric(string Name, int Digits, Func<Sample, double?> Read)
{
    public string Format(double? value) => value?.ToString($"N{Digits}", CultureInfo.InvariantCulture) ?? "–";
}
