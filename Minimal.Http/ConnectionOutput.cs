using System.IO.Pipelines;
using Minimal.Http.Transports;

namespace Minimal.Http;

/// <summary>
/// The sending side of a connection. Answers gather in the transport's output and leave together: on a flush, or before anything is
/// waited for.
/// </summary>
/// <remarks>
/// Its writer is the connection's thread between exchanges and the handler's during one. Only as long as answers to earlier requests stand in
/// the output, both may want it at the same time, and there is anything to lock.
/// </remarks>
internal sealed class ConnectionOutput(HttpConnection connection)
{
    private volatile bool _owesEarlier;

    public PipeWriter Pipe => connection.Transport.Output;

    public long UnflushedBytes => Pipe.UnflushedBytes;

    /// <summary>Held while something is written into <see cref="Pipe"/>.</summary>
    public Scope Enter() => new(_owesEarlier ? this : null);

    /// <summary>Sends what is written. It is waited for only if the peer does not take it at once, and then not for ever.</summary>
    /// <exception cref="IOException">The peer vanished, or took too little; the connection is aborted.</exception>
    public ValueTask FlushAsync()
    {
        if (_owesEarlier)
        {
            lock (this) _owesEarlier = false;
        }

        try
        {
            if (Pipe.UnflushedBytes == 0) return default;
            ValueTask<FlushResult> flush = Pipe.FlushAsync();
            if (!flush.IsCompletedSuccessfully) return AwaitAsync(flush);
            ThrowIfGone(flush.Result);
            return default;
        }
        catch (IOException e)
        {
            connection.Abort(ConnectionEnd.Reset);
            return ValueTask.FromException(e);
        }
    }

    /// <summary>Sends what goes without waiting, from where it lies; nothing while something else is still to be sent.</summary>
    /// <returns>How many bytes were taken.</returns>
    /// <inheritdoc cref="FlushAsync" path="/exception" />
    public int TrySend(ReadOnlySpan<byte> data)
    {
        try
        {
            return Pipe.UnflushedBytes == 0 ? connection.Transport.TrySend(data) : 0;
        }
        catch (IOException)
        {
            connection.Abort(ConnectionEnd.Reset);
            throw;
        }
    }

    /// <summary>Sends large data from where it lies, behind what is written.</summary>
    /// <inheritdoc cref="FlushAsync" path="/exception" />
    public async ValueTask SendAsync(ReadOnlyMemory<byte> data)
    {
        await FlushAsync();
        await AwaitAsync(default, data);
    }

    /// <summary>A handler begins. What stands in the output now are answers to earlier requests.</summary>
    public void OnHandlerBegins() => _owesEarlier = Pipe.UnflushedBytes > 0;

    /// <summary>
    /// The handler waits, and answers to earlier requests must not wait with it. As much leaves as goes at once; a client that sends
    /// requests and takes no answers may get the rest later.
    /// </summary>
    public void SendEarlier()
    {
        if (!_owesEarlier) return;
        try
        {
            lock (this)
            {
                if (!_owesEarlier) return;
                connection.Transport.TryFlush();

                // Only now: as soon as the handler's thread sees it, it writes without a lock.
                _owesEarlier = false;
            }
        }
        catch (IOException)
        {
            connection.Abort(ConnectionEnd.Reset);
        }
    }

    private async ValueTask AwaitAsync(ValueTask<FlushResult> flush, ReadOnlyMemory<byte> data = default)
    {
        try
        {
            if (!data.IsEmpty) flush = Pipe.WriteAsync(data);

            // What the system took at once is no progress of the peer's.
            if (!flush.IsCompleted) connection.BeginResponseWait();
            ThrowIfGone(await flush);
        }
        catch (IOException)
        {
            connection.Abort(ConnectionEnd.Reset);
            throw;
        }
        finally
        {
            connection.StopWaiting();
        }
    }

    private static void ThrowIfGone(FlushResult result)
    {
        if (result.IsCompleted) throw new IOException("The peer has closed the connection.");
    }

    /// <summary>A lock that may have nothing to lock.</summary>
    public readonly ref struct Scope
    {
        private readonly object? _gate;

        public Scope(object? gate)
        {
            _gate = gate;
            if (gate is not null) Monitor.Enter(gate);
        }

        public void Dispose()
        {
            if (_gate is not null) Monitor.Exit(_gate);
        }
    }
}
