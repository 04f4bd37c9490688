using System.Buffers;
using System.Diagnostics.Tracing;

namespace Minimal.Soak;

/// <summary>
/// What is rented from <c>ArrayPool&lt;byte&gt;.Shared</c> and not returned, in the whole process: by the pool's own events. All buffers of the libraries, and
/// those of pipes in memory, come from there.
/// </summary>
internal sealed class PooledMemory : EventListener
{
    private const int Rented = 1, Returned = 3;

    private readonly int _pool = ArrayPool<byte>.Shared.GetHashCode();
    private long _buffers, _bytes, _rents;

    /// <summary>Buffers that are out now.</summary>
    public long Buffers => Interlocked.Read(ref _buffers);

    /// <summary>Their bytes.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Buffers that were ever rented.</summary>
    public long Rents => Interlocked.Read(ref _rents);

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "System.Buffers.ArrayPoolEventSource") EnableEvents(eventSource, EventLevel.Verbose);
    }

    // Both have the buffer's hash, its size and the pool's hash in front.
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventId is not (Rented or Returned) || eventData.Payload is not [_, int size, int pool, ..] || pool != _pool) return;
        int sign = eventData.EventId == Rented ? 1 : -1;
        Interlocked.Add(ref _buffers, sign);
        Interlocked.Add(ref _bytes, sign * size);
        if (sign > 0) Interlocked.Increment(ref _rents);
    }
}
