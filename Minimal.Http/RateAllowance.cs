namespace Minimal.Http;

/// <summary>
/// A minimum rate as time that may be spent waiting: bytes earn it, waiting spends it, and no more than the grace is saved.
/// </summary>
internal struct RateAllowance
{
    private readonly TimeSpan _grace;
    private readonly int _bytesPerSecond;
    private TimeSpan _left;

    public RateAllowance(TimeSpan grace, int bytesPerSecond)
    {
        _left = _grace = grace;
        _bytesPerSecond = bytesPerSecond;
    }

    /// <summary>How long the next wait may be.</summary>
    public readonly TimeSpan Left => _bytesPerSecond == 0 ? Timeout.InfiniteTimeSpan : _left;

    public void Spend(TimeSpan waited, long bytes)
    {
        if (_bytesPerSecond == 0) return;
        TimeSpan earned = TimeSpan.FromSeconds(Math.Min(bytes / (double)_bytesPerSecond, _grace.TotalSeconds));
        _left = TimeSpan.FromTicks(Math.Clamp((_left - waited + earned).Ticks, 0, _grace.Ticks));
    }
}
