using System.IO.Pipelines;

namespace Minimal.Http.Transports;

/// <summary>
/// One end of a connection in memory: what one end writes the other reads. Reads and writes behave as over a socket, with
/// back-pressure, half-close and reset. It is a harsh network: a reset takes with it what was under way, and closing with
/// unread input resets, as the standard of TCP has it.
/// </summary>
public sealed class MemoryTransport : Transport
{
    private readonly MemoryPipeReader _input;
    private readonly MemoryPipeWriter _output;
    private readonly MemoryDirection _incoming, _outgoing;
    private readonly MemoryLink _link;
    private int _disposed;

    private MemoryTransport(MemoryDirection incoming, MemoryDirection outgoing, MemoryLink link)
    {
        _link = link;
        _incoming = incoming;
        _outgoing = outgoing;
        _input = new MemoryPipeReader(incoming, link);
        _output = new MemoryPipeWriter(outgoing, link);
    }

    /// <inheritdoc />
    public override PipeReader Input => _input;

    /// <inheritdoc />
    public override PipeWriter Output => _output;

    /// <inheritdoc />
    public override long BytesSent => _outgoing.Taken;

    /// <summary>Both ends of a new connection.</summary>
    /// <param name="scheduler">
    /// Where the waiting side goes on: by default on the thread pool; <see cref="PipeScheduler.Inline"/> goes on within the write, so that a
    /// test on one thread finds all consequences done when its write returns.
    /// </param>
    /// <param name="windowBytes">How much may be under way each way before a writer waits, like a socket's buffers; 64 KiB by default.</param>
    public static (MemoryTransport Client, MemoryTransport Server) CreatePair(PipeScheduler? scheduler = null, int windowBytes = 64 * 1024)
    {
        scheduler = MemoryScheduler.Of(scheduler);
        var options = new PipeOptions(null, scheduler, scheduler, windowBytes, windowBytes / 2, useSynchronizationContext: false);
        MemoryDirection up = new(options, windowBytes), down = new(options, windowBytes);
        var link = new MemoryLink(up, down);
        return (new MemoryTransport(down, up, link), new MemoryTransport(up, down, link));
    }

    /// <inheritdoc />
    public override void TryFlush() => _output.TryFlush();

    /// <inheritdoc />
    public override void Abort() => _link.Reset();

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return default;
        if (_incoming.HasUnread) _link.Reset();
        _output.Complete();
        _input.Complete();
        return default;
    }
}
