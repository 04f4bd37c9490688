using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Minimal.Http.Transports;

/// <summary>The reading side of one end in memory: a pipe that can be reset.</summary>
internal sealed class MemoryPipeReader(MemoryDirection direction, MemoryLink link) : PipeReader
{
    private readonly PipeReader _pipe = direction.Pipe.Reader;
    private ReadOnlySequence<byte> _read;

    public override bool TryRead(out ReadResult result)
    {
        link.ThrowIfReset();
        bool isRead = _pipe.TryRead(out result);
        if (isRead) _read = result.Buffer;
        return isRead;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        link.ThrowIfReset();
        cancellationToken.ThrowIfCancellationRequested();

        // What was looked at and then made new again by examining less is found by TryRead alone.
        if (!_pipe.TryRead(out ReadResult result)) result = await _pipe.ReadAsync(cancellationToken);
        link.ThrowIfReset();
        _read = result.Buffer;
        return result;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        direction.OnConsumed(_read.Slice(0, consumed).Length);
        _read = default;
        _pipe.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => _pipe.CancelPendingRead();

    public override void Complete(Exception? exception = null) => _pipe.Complete(exception);
}
