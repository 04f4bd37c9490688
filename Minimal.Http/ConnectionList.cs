using System.Net;
using Minimal.Http.Wire;

namespace Minimal.Http;

/// <summary>The open connections of a server: an intrusive list, counted in all and by address. Thread-safe.</summary>
internal sealed class ConnectionList(HttpLimits limits)
{
    // A refusal takes a while to be told, and a connection; beyond these nothing is told.
    private const int MaxRefusals = 256;

    // Each may come back with a TLS handshake, which costs whoever takes it a millisecond or so: that is a tenth of a core.
    private static readonly TimeSpan MostOften = TimeSpan.FromMilliseconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HttpConnection? _newest;
    private int _refusals;
    private bool _isDraining;

    /// <summary>All that are open, those included that are only told that they are too many.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a connection, which may be one too many; false when not even a refusal can be afforded for it, or the server has stopped.</summary>
    public bool TryAdd(HttpConnection connection)
    {
        lock (_lock)
        {
            if (_ended.Task.IsCompleted) return false;
            bool isRefused = Count - _refusals >= limits.MaxConnections || !TryCount(connection);
            if (isRefused && _refusals == MaxRefusals) return false;
            if (isRefused) _refusals++;
            connection.IsRefused = isRefused;
            connection.Older = _newest;
            if (_newest is not null) _newest.Newer = connection;
            _newest = connection;
            Count++;
            return true;
        }
    }

    public void Remove(HttpConnection connection)
    {
        lock (_lock)
        {
            if (_newest != connection && connection.Newer is null) return;
            if (connection.Newer is { } newer) newer.Older = connection.Older;
            else _newest = connection.Older;
            if (connection.Older is { } older) older.Newer = connection.Newer;
            connection.Newer = connection.Older = null;
            Count--;
            if (connection.IsRefused) _refusals--;
            else Uncount(connection);
            if (_isDraining && Count == 0) _ended.TrySetResult();
        }
    }

    /// <summary>
    /// Lets idle connections close one after the other, so that their clients do not all come back at once: a hundred in a second, or as many
    /// as it takes to be done in half the window. The other half is for requests that come meanwhile.
    /// </summary>
    /// <returns>Ends with the last connection.</returns>
    public Task Drain(TimeSpan window)
    {
        List<HttpConnection> all;
        lock (_lock)
        {
            _isDraining = true;
            if (Count == 0) _ended.TrySetResult();
            all = Snapshot();
        }

        TimeSpan share = window == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : window / 2 / Math.Max(1, all.Count);
        TimeSpan step = share < MostOften ? share : MostOften;
        int idle = 0;
        foreach (HttpConnection connection in all)
        {
            if (connection.TryDrain(idle * step)) idle++;
        }

        return _ended.Task;
    }

    public void Abort()
    {
        List<HttpConnection> all;
        lock (_lock) all = Snapshot();
        foreach (HttpConnection connection in all) connection.Abort(ConnectionEnd.DrainTimeout);
    }

    // What is done to connections is not done under the lock: they may end in the middle of it.
    private List<HttpConnection> Snapshot()
    {
        var all = new List<HttpConnection>(Count);
        for (HttpConnection? connection = _newest; connection is not null; connection = connection.Older) all.Add(connection);
        return all;
    }

    private bool TryCount(HttpConnection connection)
    {
        if (limits.MaxConnectionsPerAddress == int.MaxValue || connection.Transport.RemoteEndPoint is not IPEndPoint { Address: var address }) return true;

        // A socket for both families shows an IPv4 address as one of IPv6.
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        int count = _byAddress.GetValueOrDefault(address);
        if (count >= limits.MaxConnectionsPerAddress) return false;
        _byAddress[address] = count + 1;
        connection.CountedAddress = address;
        return true;
    }

    private void Uncount(HttpConnection connection)
    {
        if (connection.CountedAddress is not { } address) return;
        if (--_byAddress[address] == 0) _byAddress.Remove(address);
    }
}
