using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Minimal.Http.Transports;

/// <summary>The writing side of one end in memory: a pipe that can be reset, and that fails as a socket does when nobody reads any more.</summary>
internal sealed class MemoryPipeWriter(PipeWriter pipe, MemoryLink link) : PipeWriter
{
    private long _bytesSent;
    private long _unflushed;

    public long BytesSent => Volatile.Read(ref _bytesSent);

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed;

    public override Memory<byte> GetMemory(int sizeHint = 0) => pipe.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => pipe.GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        pipe.Advance(bytes);
        _unflushed += bytes;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        link.ThrowIfReset();
        FlushResult result = await pipe.FlushAsync(cancellationToken);
        link.ThrowIfReset();
        if (result.IsCompleted) throw new IOException("The peer has closed the connection.");
        Volatile.Write(ref _bytesSent, _bytesSent + _unflushed);
        _unflushed = 0;
        return result;
    }

    /// <summary>Makes what is written visible to the other end; whether that is full is asked with the next flush.</summary>
    public void TryFlush()
    {
        link.ThrowIfReset();
        ValueTask<FlushResult> flush = pipe.FlushAsync();
        if (flush.IsCompleted) flush.GetAwaiter().GetResult();
    }

    public override void CancelPendingFlush() => pipe.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => pipe.Complete(exception);
}
