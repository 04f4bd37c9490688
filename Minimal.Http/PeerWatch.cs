using System.Buffers;
using System.IO.Pipelines;
using Minimal.Http.Transports;

namespace Minimal.Http;

/// <summary>
/// Watches for the peer's end while a handler works, by reading ahead a bounded way. It begins when somebody asks for the
/// token: who does not ask pays nothing.
/// </summary>
internal sealed class PeerWatch(HttpConnection connection)
{
    private CancellationTokenSource? _source;
    private Task _reading = Task.CompletedTask;
    private volatile bool _halfCloseEnds, _halfClosed;
    private bool _begun;

    /// <summary>Fires when the peer vanished, or when the connection is aborted.</summary>
    public CancellationToken Aborted => (_source ??= new CancellationTokenSource()).Token;

    /// <summary>Whether somebody asked, so that the watch is to begin when the body is read.</summary>
    public bool IsWanted => _source is not null;

    /// <summary>Begins to watch; nothing when it has begun. Only when no one else reads.</summary>
    public void Begin()
    {
        if (_begun) return;
        _begun = true;
        _ = Aborted;
        _reading = ReadAheadAsync();
    }

    /// <summary>From here on the peer's FIN means that it has left.</summary>
    public void EndOnHalfClose()
    {
        _halfCloseEnds = true;
        if (_halfClosed) connection.Abort(ConnectionEnd.Left);
    }

    public void Cancel() => _ = _source?.CancelAsync();

    /// <summary>Ends the watch, so that the connection can read again; what was read ahead comes again.</summary>
    public async ValueTask StopAsync()
    {
        if (!_begun) return;
        if (!_reading.IsCompleted) connection.Transport.Input.CancelPendingRead();
        await _reading;
        _begun = _halfCloseEnds = false;
        if (_source is { } source && !source.TryReset()) _source = null;
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
                input.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted) OnHalfClose();
                if (!read.IsCanceled && !read.IsCompleted && buffer.Length <= connection.Options.Limits.MaxReadAheadBytes) continue;

                // What was looked at here must be new again to who reads next.
                if (!buffer.IsEmpty) input.CancelPendingRead();
                return;
            }
        }
        catch (IOException)
        {
            connection.Abort(ConnectionEnd.Reset);
        }
    }

    private void OnHalfClose()
    {
        _halfClosed = true;
        if (_halfCloseEnds) connection.Abort(ConnectionEnd.Left);
    }
}
