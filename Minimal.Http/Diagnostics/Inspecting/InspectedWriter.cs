using System.IO.Pipelines;

namespace Minimal.Http.Diagnostics.Inspecting;

/// <summary>Shows what is written, when it is: not when it leaves.</summary>
internal sealed class InspectedWriter(PipeWriter inner, WireConnection watched) : PipeWriter
{
    private Memory<byte> _memory;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _memory = inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        // Less may be taken than was asked for, and the rest be filled without asking again.
        if (bytes > 0 && bytes <= _memory.Length)
        {
            watched.Read(WireDirection.FromServer, _memory.Span[..bytes]);
            _memory = _memory[bytes..];
        }

        inner.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        watched.Read(WireDirection.FromServer, source.Span);
        return inner.WriteAsync(source, cancellationToken);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        watched.EndOf(WireDirection.FromServer);
        inner.Complete(exception);
    }
}
