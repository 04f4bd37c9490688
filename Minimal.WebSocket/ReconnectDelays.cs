namespace Minimal.WebSocket;

/// <summary>
/// How long a client should wait before it connects again (RFC 6455 §7.2.3): the first time at random, so that clients of a server
/// that went down do not all come back in the same moment, then longer and longer. Not thread-safe.
/// </summary>
public sealed class ReconnectDelays
{
    private readonly TimeSpan _first, _longest;
    private readonly Random _random;
    private int _attempts;

    /// <summary>Delays for one client.</summary>
    /// <param name="first">The first delay is between nothing and this; 5 s by default, the number of RFC 6455 §7.2.3.</param>
    /// <param name="longest">No delay is longer than this; 60 s by default.</param>
    /// <param name="random">The source of chance; the shared one by default.</param>
    public ReconnectDelays(TimeSpan? first = null, TimeSpan? longest = null, Random? random = null)
    {
        _first = first ?? TimeSpan.FromSeconds(5);
        _longest = longest ?? TimeSpan.FromSeconds(60);
        _random = random ?? Random.Shared;
    }

    /// <summary>The next delay: at first anything up to the first, then between half of a limit and the limit, which doubles.</summary>
    public TimeSpan Next()
    {
        double limit = Math.Min(_longest.Ticks, _first.Ticks * Math.Pow(2, _attempts));
        double least = _attempts++ == 0 ? 0 : limit / 2;
        return TimeSpan.FromTicks((long)(least + ((limit - least) * _random.NextDouble())));
    }

    /// <summary>A connection was opened, and has lasted: the next delay is the first again.</summary>
    public void Reset() => _attempts = 0;
}
