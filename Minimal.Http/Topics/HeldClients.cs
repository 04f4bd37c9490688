namespace Minimal.Http.Topics;

/// <summary>Who waits at an endpoint: bounded in all, one poll for each client key, and spread out when very many are to be answered at once. Thread-safe.</summary>
internal sealed class HeldClients(TopicEndpointOptions options)
{
    private readonly Dictionary<string, PollHold> _byKey = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private int _count;
    private long _herdStart;
    private long _herdCount;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Lets one more wait; false when there are too many.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) <= options.MaxHeld) return true;
        Interlocked.Decrement(ref _count);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _count);

    /// <summary>Puts a poll in the place of the one that the same client left behind, which ends.</summary>
    public void Supersede(string key, PollHold hold)
    {
        PollHold? earlier;
        lock (_lock)
        {
            _byKey.TryGetValue(key, out earlier);
            _byKey[key] = hold;
        }

        earlier?.TryEnd(HoldEnd.Superseded);
    }

    public void Forget(string key, PollHold hold)
    {
        lock (_lock)
        {
            if (_byKey.TryGetValue(key, out PollHold? known) && known == hold) _byKey.Remove(key);
        }
    }

    /// <summary>How long the next poll that has news is to wait, so that no more than a herd is answered in one step.</summary>
    /// <param name="now">A time in ticks of 100 ns.</param>
    public TimeSpan NextTurn(long now)
    {
        lock (_lock)
        {
            long turn = _herdCount / options.HerdSize;
            if (now - _herdStart > (turn + 1) * options.HerdStep.Ticks)
            {
                _herdStart = now;
                _herdCount = turn = 0;
            }

            _herdCount++;
            return turn * options.HerdStep;
        }
    }
}
