namespace Minimal.Soak;

/// <summary>What should not have happened. Thread-safe.</summary>
internal sealed class Findings
{
    private const int Most = 20;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _all = new(StringComparer.Ordinal);
    private long _count;

    /// <summary>How many there are.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The first of those that differ.</summary>
    public IReadOnlyList<string> First
    {
        get
        {
            lock (_lock) return [.. _all];
        }
    }

    public void Add(string finding)
    {
        Interlocked.Increment(ref _count);
        lock (_lock)
        {
            if (_all.Count < Most) _all.Add(finding);
        }
    }

    /// <summary>Adds a finding unless something holds.</summary>
    public void Demand(bool holds, string otherwise)
    {
        if (!holds) Add(otherwise);
    }
}
