using System.Buffers;
using System.IO.Pipelines;
using Minimal.Http.Transports;

namespace Minimal.Http;

/// <summary>
/// Watches for the peer's end while a handler works, by reading ahead a bounded way. It begins when somebody asks for the
/// token: who does not ask pays nothing.
/// </summary>
/// <remarks>
/// Thread-safe, but for <see cref="StopAsync"/>, which is the connection's own. It is its own lock, which spares an object for each that is held.
/// </remarks>
internal sealed class PeerWatch(HttpConnection connection) : IInputListener
{
    private CancellationTokenSource? _source;
    private IPeerListener? _listener;
    private Task? _reading;
    private bool _isReading, _halfCloseEnds, _halfClosed;
    private volatile bool _isStopping, _hasAhead;

    /// <summary>Whether somebody asked in this exchange, so that the watch is to begin when the body is read.</summary>
    public bool IsWanted { get; private set; }

    /// <summary>Whether something was read ahead: another request has begun to come.</summary>
    public bool HasAhead => _hasAhead;

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
            if (_isReading) return;
            _isReading = true;
            _isStopping = false;
        }

        if (connection.Transport.Input is SocketPipeReader) OnInput();
        else _reading = ReadAheadAsync();
    }

    /// <summary>Reads ahead where a reader can tell: no task waits for each of the very many that are held, and none has to be woken to end it.</summary>
    public void OnInput()
    {
        try
        {
            bool hasLeft;
            lock (this)
            {
                if (_isReading && !_isStopping) _isStopping = !TryReadAhead((SocketPipeReader)connection.Transport.Input);
                hasLeft = _isReading && _halfClosed && _halfCloseEnds;
            }

            if (hasLeft) connection.Abort(ConnectionEnd.Left);
        }
        catch (IOException)
        {
            connection.Abort(ConnectionEnd.Reset);
        }
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
    public ValueTask StopAsync()
    {
        if (!IsWanted) return default;
        if (_reading is not null) return EndReadingAsync(_reading);
        Forget();
        return default;
    }

    private async ValueTask EndReadingAsync(Task reading)
    {
        _isStopping = true;
        if (!reading.IsCompleted) connection.Transport.Input.CancelPendingRead();
        await reading;
        _reading = null;
        Forget();
    }

    private void Forget()
    {
        lock (this)
        {
            if (_isReading && connection.Transport.Input is SocketPipeReader input) input.StopListening();
            _listener = null;
            _isReading = IsWanted = _halfCloseEnds = _hasAhead = false;
            if (_source is { } source && !source.TryReset()) _source = null;
        }
    }

    // The connection is marked first and then looks for a watch, we are a watch first and then look: one of the two sees what the other did.
    private void CancelIfAborted()
    {
        Interlocked.MemoryBarrier();
        if (connection.IsAborted) Cancel();
    }

    /// <returns>False when there is nothing more to watch for.</returns>
    private bool TryReadAhead(SocketPipeReader input)
    {
        while (!input.TryListen(this))
        {
            if (!input.TryReceive(out ReadResult read)) continue;
            _halfClosed |= read.IsCompleted;
            if (!TryGoOn(input, read)) return false;
        }

        return true;
    }

    private async Task ReadAheadAsync()
    {
        PipeReader input = connection.Transport.Input;
        try
        {
            while (true)
            {
                ReadResult read = await input.ReadAsync();
                bool goesOn = TryGoOn(input, read);
                if (read.IsCompleted) OnHalfClose();
                if (!goesOn) return;
            }
        }
        catch (IOException)
        {
            connection.Abort(ConnectionEnd.Reset);
        }
    }

    private bool TryGoOn(PipeReader input, in ReadResult read)
    {
        ReadOnlySequence<byte> buffer = read.Buffer;
        _hasAhead = !buffer.IsEmpty;
        bool goesOn = !_isStopping && !read.IsCompleted && buffer.Length <= connection.Options.Limits.MaxReadAheadBytes;

        // What was looked at here must be new again to who reads next.
        input.AdvanceTo(buffer.Start, goesOn ? buffer.End : buffer.Start);
        return goesOn;
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
