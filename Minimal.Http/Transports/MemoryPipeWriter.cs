using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Minimal.Http.Transports;

/// <summary>The writing side of one end in memory: a pipe that can be reset, and that fails as a socket does when nobody reads any more.</summary>
internal sealed class MemoryPipeWriter(MemoryDirection direction, MemoryLink link) : PipeWriter
{
    private readonly PipeWriter _pipe = direction.Pipe.Writer;
    private long _unflushed;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _pipe.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _pipe.GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        _pipe.Advance(bytes);
        _unflushed += bytes;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        link.ThrowIfReset();
        FlushResult result = await Flush(cancellationToken);
        link.ThrowIfReset();
        if (!result.IsCompleted) return result;

        // Whose peer has closed gets a reset for what it sends there.
        link.Reset();
        throw new IOException("The peer has closed the connection.");
    }

    /// <summary>Makes what is written visible to the other end. Whether that is full is asked with the next flush, and so is whether it is gone.</summary>
    public void TryFlush()
    {
        link.ThrowIfReset();
        ValueTask<FlushResult> flush = Flush(CancellationToken.None);
        if (flush.IsCompleted) flush.GetAwaiter().GetResult();
    }

    public override void CancelPendingFlush() => _pipe.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => _pipe.Complete(exception);

    // The reader may go on within this call, so what it finds written must be counted before.
    private ValueTask<FlushResult> Flush(CancellationToken cancellation)
    {
        direction.OnWritten(_unflushed);
        _unflushed = 0;
        return _pipe.FlushAsync(cancellation);
    }
}
