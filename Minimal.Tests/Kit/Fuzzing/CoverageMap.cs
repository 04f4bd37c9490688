using System.Numerics;

namespace Minimal.Testing;

/// <summary>
/// Where an execution went: a count for each way from one place of the code to the next. Code that was instrumented reports places, by
/// <see cref="Hit"/>; a <see cref="FuzzLoop"/> looks at the counts. It also counts steps, and stops what does not end by itself.
/// </summary>
/// <remarks>
/// Counts that differ only in size are the same to the loop, up to eight sizes: 1, 2, 3, 4 to 7, 8 to 15, 16 to 31, 32 to 127, and more. Two ways
/// may share a count; with a few thousand places in 65,536 counts that is rare and does no harm. Not thread-safe: what is fuzzed runs on one thread.
/// </remarks>
public sealed class CoverageMap
{
    /// <summary>How many counts there are; places are numbers below it.</summary>
    public const int Size = 1 << 16;

    private readonly byte[] _counts = new byte[Size];
    private int _before;
    private long _stepsLeft = long.MaxValue;

    /// <summary>Whether the last execution took more steps than it may: it hangs, or takes too long for so little.</summary>
    public bool RanOut { get; private set; }

    /// <summary>The counts of the last execution, for fuzzers that look at them themselves.</summary>
    public ReadOnlySpan<byte> Counts => _counts;

    /// <summary>Forgets the last execution, and allows so many steps for the next.</summary>
    public void Begin(long maxSteps)
    {
        Array.Clear(_counts);
        _before = 0;
        _stepsLeft = maxSteps;
    }

    /// <summary>Ends the execution: the counts stay, and steps are not counted until the next.</summary>
    public void End()
    {
        RanOut = _stepsLeft < 0;
        _stepsLeft = long.MaxValue;
    }

    /// <summary>Reports that a place was reached. Each report is a step.</summary>
    /// <param name="place">A number below <see cref="Size"/> that stands for the place.</param>
    /// <exception cref="TimeoutException">The execution has no steps left.</exception>
    public void Hit(int place)
    {
        // A way is told from its reverse and from a loop at one place because the earlier place is moved by a bit.
        _counts[(_before ^ place) & (Size - 1)]++;
        _before = place >> 1;
        if (--_stepsLeft < 0) throw new TimeoutException("The execution takes more steps than it may.");
    }

    /// <summary>The ways of the last execution with the size of their counts: what makes one execution different from another.</summary>
    public IReadOnlyList<int> Features()
    {
        var features = new List<int>();
        ReadOnlySpan<byte> counts = _counts;
        for (int at = counts.IndexOfAnyExcept((byte)0); at < Size;)
        {
            if (at < 0) break;
            features.Add((at * 8) + SizeOf(counts[at]));
            int next = counts[(at + 1)..].IndexOfAnyExcept((byte)0);
            at = next < 0 ? Size : at + 1 + next;
        }

        return features;
    }

    // A count that went round to 0 is lost for this execution; it was a large one.
    private static int SizeOf(byte count) => count switch
    {
        < 4 => count - 1,
        < 32 => BitOperations.Log2(count) + 1,
        < 128 => 6,
        _ => 7,
    };
}
