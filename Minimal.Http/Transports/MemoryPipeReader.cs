using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Minimal.Http.Transports;

/// <summary>The reading side of one end in memory: a pipe that can be reset.</summary>
internal sealed class MemoryPipeReader(PipeReader pipe, MemoryLink link) : PipeReader
{
    public override bool TryRead(out ReadResult result)
    {
        link.ThrowIfReset();
        return pipe.TryRead(out result);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        link.ThrowIfReset();
        ReadResult result = await pipe.ReadAsync(cancellationToken);
        link.ThrowIfReset();
        return result;
    }

    public override void AdvanceTo(SequencePosition consumed) => pipe.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => pipe.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => pipe.CancelPendingRead();

    public override void Complete(Exception? exception = null) => pipe.Complete(exception);
}
