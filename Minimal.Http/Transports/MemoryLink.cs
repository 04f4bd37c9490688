using System.IO.Pipelines;

namespace Minimal.Http.Transports;

/// <summary>What both ends of a connection in memory share: whether it was reset.</summary>
internal sealed class MemoryLink(Pipe up, Pipe down)
{
    private volatile bool _reset;

    /// <summary>Wakes everybody who waits at either end; they find the connection lost.</summary>
    public void Reset()
    {
        _reset = true;
        foreach (Pipe pipe in (ReadOnlySpan<Pipe>)[up, down])
        {
            pipe.Reader.CancelPendingRead();
            pipe.Writer.CancelPendingFlush();
        }
    }

    public void ThrowIfReset()
    {
        if (_reset) throw new IOException("The connection was reset.");
    }
}
