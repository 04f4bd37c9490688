using System.IO.Pipelines;

namespace Minimal.Http.Transports;

/// <summary>One direction of a connection in memory, and how far its two ends have got.</summary>
internal sealed class MemoryDirection(PipeOptions options, int windowBytes)
{
    private long _written, _consumed;

    public Pipe Pipe { get; } = new(options);

    /// <summary>Whether the reading end has left bytes unread.</summary>
    public bool HasUnread => Volatile.Read(ref _written) > Volatile.Read(ref _consumed);

    /// <summary>What a socket would have taken: no more than a window beyond what the other end has read.</summary>
    public long Taken => Math.Min(Volatile.Read(ref _written), Volatile.Read(ref _consumed) + windowBytes);

    public void OnWritten(long bytes) => Interlocked.Add(ref _written, bytes);

    public void OnConsumed(long bytes) => Interlocked.Add(ref _consumed, bytes);
}
