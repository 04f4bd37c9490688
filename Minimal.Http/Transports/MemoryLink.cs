namespace Minimal.Http.Transports;

/// <summary>What both ends of a connection in memory share: whether it was reset.</summary>
internal sealed class MemoryLink(MemoryDirection up, MemoryDirection down)
{
    private volatile bool _reset;

    /// <summary>Wakes everybody who waits at either end; they find the connection lost, and what was under way with it.</summary>
    public void Reset()
    {
        _reset = true;
        Wake(up);
        Wake(down);
    }

    public void ThrowIfReset()
    {
        if (_reset) throw new IOException("The connection was reset.");
    }

    private static void Wake(MemoryDirection direction)
    {
        direction.Pipe.Reader.CancelPendingRead();
        direction.Pipe.Writer.CancelPendingFlush();
    }
}
