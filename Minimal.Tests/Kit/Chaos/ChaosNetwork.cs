using System.Globalization;
using Minimal.Http.Transports;

namespace Minimal.Testing;

/// <summary>
/// A bad network for any number of connections: wraps transports, or a listener so that a server gets it on every connection, and counts what it does. Each
/// connection has a schedule out of the seed and its number. Thread-safe.
/// </summary>
/// <param name="options">How bad it is.</param>
/// <param name="seed">The same seed does the same to the same connections.</param>
public sealed class ChaosNetwork(ChaosOptions options, int seed = 0)
{
    private readonly long[] _counts = new long[Enum.GetValues<ChaosFault>().Length];
    private int _connections, _open;

    /// <summary>Connections that were wrapped.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Connections of which anything is left: dropped ones until they are forgotten.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>All faults so far.</summary>
    public long Faults => Enumerable.Range(0, _counts.Length).Sum(fault => Count((ChaosFault)fault));

    /// <summary>How often something has happened.</summary>
    public long Count(ChaosFault fault) => Interlocked.Read(ref _counts[(int)fault]);

    /// <summary>An end of a connection behind this network.</summary>
    public ChaosTransport Around(Transport inner)
    {
        int number = Interlocked.Increment(ref _connections);
        Interlocked.Increment(ref _open);
        var schedule = ChaosSchedule.Random(options, unchecked((seed * 1_000_003) + number));
        var transport = new ChaosTransport(inner, schedule, options, step => Interlocked.Increment(ref _counts[(int)step.Fault]));
        _ = CountEndAsync(transport.Ended);
        return transport;
    }

    /// <summary>A listener whose connections come over this network.</summary>
    public Listener Around(Listener inner) => new ChaosListener(this, inner);

    /// <summary>What has happened, a word for each kind.</summary>
    public override string ToString() => string.Join(", ", Enum.GetValues<ChaosFault>().Select(fault => string.Create(CultureInfo.InvariantCulture, $"{fault} {Count(fault):N0}")));

    private async Task CountEndAsync(Task ended)
    {
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref _open);
    }
}
