using Minimal.Http.Transports;

namespace Minimal.WireTool.Commands;

/// <summary>The connections of a proxy.</summary>
internal sealed class ProxyRun(Remote target, Listing listing, Recorder recorder, bool isQuiet)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, ProxyConnection> _open = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _last;
    private bool _isStopping;

    /// <summary>Serves one client until both sides have ended.</summary>
    public async Task ServeAsync(Transport client)
    {
        int number = Interlocked.Increment(ref _last);
        using var connection = new ProxyConnection(number, client, listing, recorder, isQuiet);
        lock (_lock)
        {
            _open.Add(number, connection);
            if (_isStopping) connection.Abort();
        }

        await connection.RunAsync(target.Authority, async cancellation => await target.ConnectAsync(cancellation));
        lock (_lock)
        {
            _open.Remove(number);
            if (_isStopping && _open.Count == 0) _ended.TrySetResult();
        }
    }

    /// <summary>Breaks off what is open.</summary>
    public void AbortAll()
    {
        lock (_lock)
        {
            _isStopping = true;
            foreach (ProxyConnection connection in _open.Values) connection.Abort();
            if (_open.Count == 0) _ended.TrySetResult();
        }
    }

    /// <summary>Ends when no connection is left behind <see cref="AbortAll"/>.</summary>
    public Task AllEnded() => _ended.Task;
}
