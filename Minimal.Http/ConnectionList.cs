using System.Net;
using Minimal.Http.Wire;

namespace Minimal.Http;

/// <summary>The open connections of a server: an intrusive list, counted in all and by address. Thread-safe.</summary>
internal sealed class ConnectionList(HttpLimits limits)
{
    // A refusal takes a while to be told, and a connection; beyond these nothing is told.
    private const int MaxRefusals = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HttpConnection? _newest;
    private int _refusals;
    private bool _isDraining;

    public int Count { get; private set; }

    /// <summary>Adds a connection; false when not even a refusal can be afforded for it.</summary>
    /// <param name="connection">The new connection.</param>
    /// <param name="isRefused">Whether it is one too many.</param>
    public bool TryAdd(HttpConnection connection, out bool isRefused)
    {
        lock (_lock)
        {
            isRefused = Count >= limits.MaxConnections || !TryCount(connection);
            if (isRefused && ++_refusals > MaxRefusals)
            {
                _refusals--;
                return false;
            }

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

    /// <summary>Lets idle connections close, a thousand in a second, so that their clients do not all come back at once.</summary>
    /// <returns>Ends with the last connection.</returns>
    public Task Drain(TimeSpan window)
    {
        lock (_lock)
        {
            _isDraining = true;
            if (Count == 0) _ended.TrySetResult();
            TimeSpan step = TimeSpan.FromTicks(Math.Min(TimeSpan.TicksPerMillisecond, window.Ticks / 2 / Math.Max(1, Count)));
            int idle = 0;
            for (HttpConnection? connection = _newest; connection is not null; connection = connection.Older)
            {
                if (connection.TryDrain(idle * step)) idle++;
            }
        }

        return _ended.Task;
    }

    public void Abort()
    {
        List<HttpConnection> all = [];
        lock (_lock)
        {
            for (HttpConnection? connection = _newest; connection is not null; connection = connection.Older) all.Add(connection);
        }

        foreach (HttpConnection connection in all) connection.Abort(ConnectionEnd.DrainTimeout);
    }

    private bool TryCount(HttpConnection connection)
    {
        if (limits.MaxConnectionsPerAddress == int.MaxValue || connection.Transport.RemoteEndPoint is not IPEndPoint { Address: var address }) return true;
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
