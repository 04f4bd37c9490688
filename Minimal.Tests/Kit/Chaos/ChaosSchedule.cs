namespace Minimal.Testing;

/// <summary>What is to happen to one connection: steps that a test names, or steps without end out of a seed. Immutable.</summary>
public sealed class ChaosSchedule
{
    private readonly Func<ChaosDirection, IEnumerable<ChaosStep>> _steps;

    private ChaosSchedule(Func<ChaosDirection, IEnumerable<ChaosStep>> steps) => _steps = steps;

    /// <summary>These steps, of each direction in the order of their places.</summary>
    public static ChaosSchedule Of(params IReadOnlyList<ChaosStep> steps) =>
        new(direction => steps.Where(step => step.Direction == direction).OrderBy(step => step.At));

    /// <summary>Steps by chance. One seed gives the same steps at the same bytes, however these arrive.</summary>
    public static ChaosSchedule Random(ChaosOptions options, int seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ChaosSchedule(direction => Draw(options, new Random(unchecked((seed * 2) + (int)direction)), direction));
    }

    internal IEnumerator<ChaosStep> Of(ChaosDirection direction) => _steps(direction).GetEnumerator();

    private static IEnumerable<ChaosStep> Draw(ChaosOptions options, Random random, ChaosDirection direction)
    {
        for (long at = random.Next(2 * options.EveryBytes);; at += random.Next(1, 2 * options.EveryBytes))
        {
            if (DrawFault(options, random.NextDouble()) is not { } fault) continue;
            TimeSpan longest = fault == ChaosFault.Stall ? options.LongestStall : options.LongestDelay;
            yield return new ChaosStep(direction, at, fault, longest * random.NextDouble(), random.Next(options.LongestSplit) + 1);
        }
    }

    private static ChaosFault? DrawFault(ChaosOptions options, double drawn)
    {
        double[] chances = [options.Delay, options.Split, options.Merge, options.Stall, options.Drop, options.Reset];
        for (int fault = 0; fault < chances.Length; fault++)
        {
            drawn -= chances[fault];
            if (drawn < 0) return (ChaosFault)fault;
        }

        return null;
    }
}
