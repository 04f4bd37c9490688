using System.Buffers;
using System.IO.Pipelines;

namespace Minimal.Http;

/// <summary>
/// Watches for the peer's end while a handler works, by reading ahead a bounded way. It begins when somebody asks for the
/// token: who does not ask pays nothing.
/// </summary>
/// <remarks>
/// Thread-safe, but for <see cref="StopAsync"/>, which is the connection's own. It is its own lock, which spares an object for each that is held.
/// </remarks>
internal sealed class PeerWatch(HttpConnection connection)
{
    private CancellationTokenSource? _source;
    private IPeerListener? _listener;
    private Task? _reading;
    private bool _halfCloseEnds, _halfClosed;
    private volatile bool _isStopping;

    /// <summary>Whether somebody asked in this exchange, so that the watch is to begin when the body is read.</summary>
    public bool IsWanted { get; private set; }

    /// <summary>A token that fires when the peer vanished, or when the connection is aborted.</summary>
    public CancellationToken Ask()
    {
        CancellationToken token;
        lock (this)
        {
            IsWanted = true;
            token = (_source ??= new CancellationTokenSource()).Token;
        }

        CancelIfAborted();
        return token;
    }

    /// <summary>Tells somebody what the token would: the very many that are held spare its three objects.</summary>
    public void Tell(IPeerListener listener)
    {
        lock (this)
        {
            IsWanted = true;
            _listener = listener;
        }

        CancelIfAborted();
    }

    /// <summary>Begins to watch; nothing when it has begun. Only when no one else reads.</summary>
    public void Begin()
    {
        lock (this)
        {
            if (_reading is not null) return;
            _isStopping = false;
            _reading = Task.CompletedTask;
        }

        Task reading = ReadAheadAsync();
        lock (this) _reading = reading;
    }

    /// <summary>From here on the peer's FIN means that it has left.</summary>
    public void EndOnHalfClose()
    {
        bool hasLeft;
        lock (this)
        {
            _halfCloseEnds = true;
            hasLeft = _halfClosed;
        }

        if (hasLeft) connection.Abort(ConnectionEnd.Left);
    }

    // What is registered runs on a thread of the pool: neither the clock's nor the socket's thread waits for a handler's code.
    public void Cancel()
    {
        IPeerListener? listener;
        lock (this)
        {
            _ = _source?.CancelAsync();
            listener = _listener;
        }

        listener?.OnPeerGone();
    }

    /// <summary>Ends the watch, so that the connection can read again; what was read ahead comes again.</summary>
    public async ValueTask StopAsync()
    {
        if (!IsWanted) return;
        if (_reading is { } reading)
        {
            _isStopping = true;
            if (!reading.IsCompleted) connection.Transport.Input.CancelPendingRead();
            await reading;
        }

        lock (this)
        {
            _reading = null;
            _listener = null;
            IsWanted = _halfCloseEnds = false;
            if (_source is { } source && !source.TryReset()) _source = null;
        }
    }

    // The connection is marked first and then looks for a watch, we are a watch first and then look: one of the two sees what the other did.
    private void CancelIfAborted()
    {
        Interlocked.MemoryBarrier();
        if (connection.IsAborted) Cancel();
    }

    private async Task ReadAheadAsync()
    {
        PipeReader input = connection.Transport.Input;
        try
        {
            while (true)
            {
                ReadResult read = await input.ReadAsync();
                ReadOnlySequence<byte> buffer = read.Buffer;
                bool goesOn = !_isStopping && !read.IsCompleted && buffer.Length <= connection.Options.Limits.MaxReadAheadBytes;

                // What was looked at here must be new again to who reads next.
                input.AdvanceTo(buffer.Start, goesOn ? buffer.End : buffer.Start);
                if (read.IsCompleted) OnHalfClose();
                if (!goesOn) return;
            }
        }
        catch (IOException)
        {
            connection.Abort(ConnectionEnd.Reset);
        }
    }

    private void OnHalfClose()
    {
        bool hasLeft;
        lock (this)
        {
            _halfClosed = true;
            hasLeft = _halfCloseEnds;
        }

        if (hasLeft) connection.Abort(ConnectionEnd.Left);
    }
}
