using System.Buffers;
using System.IO.Pipelines;

namespace Minimal.Http.Diagnostics.Inspecting;

/// <summary>
/// Shows each byte once, when it is first seen: one that is not consumed comes again with the next read, and its reader may have changed it
/// in its place by then, as unmasking does.
/// </summary>
internal sealed class InspectedReader(PipeReader inner, WireConnection watched) : PipeReader
{
    private ReadOnlySequence<byte> _buffer;
    private long _seen;

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result)) return false;
        Show(result);
        return true;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ValueTask<ReadResult> read = inner.ReadAsync(cancellationToken);
        if (!read.IsCompletedSuccessfully) return ShowAsync(read);
        ReadResult result = read.Result;
        Show(result);
        return new ValueTask<ReadResult>(result);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_seen > 0) _seen -= _buffer.Slice(0, consumed).Length;
        _buffer = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private async ValueTask<ReadResult> ShowAsync(ValueTask<ReadResult> read)
    {
        ReadResult result = await read.ConfigureAwait(false);
        Show(result);
        return result;
    }

    private void Show(in ReadResult result)
    {
        _buffer = result.Buffer;
        foreach (ReadOnlyMemory<byte> bytes in _buffer.Slice(_seen)) watched.Read(WireDirection.FromClient, bytes.Span);
        _seen = _buffer.Length;
        if (result.IsCompleted) watched.EndOf(WireDirection.FromClient);
    }
}
