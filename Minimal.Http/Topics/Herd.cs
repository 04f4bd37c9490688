namespace Minimal.Http.Topics;

/// <summary>
/// Spreads the answers to very many that have news at once, after Apollo: the first ones of a herd are answered now, those beyond a step later,
/// and so on. Not thread-safe.
/// <para>
/// A herd is who waited already when it began to run: so however often news comes, whoever has been answered and has come again begins a herd
/// of its own, and waits for nobody. A client is never later than its step counted from the beginning of its herd.
/// </para>
/// </summary>
/// <param name="size">How many are answered in one step.</param>
/// <param name="step">The time between two steps.</param>
internal sealed class Herd(int size, TimeSpan step)
{
    private long _newest;
    private long _start;
    private long _count;

    /// <summary>How long the next one is to wait.</summary>
    /// <param name="number">How many clients came before it.</param>
    /// <param name="newest">The number of the newest client.</param>
    /// <param name="time">The clock.</param>
    public TimeSpan NextTurn(long number, long newest, TimeProvider time)
    {
        long now = time.GetTimestamp();
        TimeSpan since = time.GetElapsedTime(_start, now);
        if (number > _newest || since > step * ((_count / size) + 1))
        {
            _newest = newest;
            _start = now;
            _count = 0;
            since = TimeSpan.Zero;
        }

        TimeSpan turn = (step * (_count++ / size)) - since;
        return turn > TimeSpan.Zero ? turn : TimeSpan.Zero;
    }
}
