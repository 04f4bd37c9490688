using System.IO.Pipelines;
using Minimal.Http.Transports;

namespace Minimal.Tests.Faults;

/// <summary>A connection that breaks at its writing side first, and whose reading side learns of it later: what an unlucky schedule of threads makes of any.</summary>
internal sealed class LateTransport : Transport
{
    private readonly Transport _inner;
    private readonly Writer _writer;

    public LateTransport(Transport inner)
    {
        _inner = inner;
        _writer = new Writer(inner.Output);
    }

    public override PipeReader Input => _inner.Input;

    public override PipeWriter Output => _writer;

    public override long BytesSent => _inner.BytesSent;

    public bool IsDisposed { get; private set; }

    /// <summary>Ends when the connection was aborted, of which the reading side does not know yet.</summary>
    public TaskCompletionSource Aborted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>From here on nothing can be written.</summary>
    public void Break() => _writer.IsBroken = true;

    /// <summary>The reading side learns of the abort.</summary>
    public void Release() => _inner.Abort();

    public override void TryFlush()
    {
        _writer.Check();
        _inner.TryFlush();
    }

    public override void Abort() => Aborted.TrySetResult();

    public override ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return _inner.DisposeAsync();
    }

    private sealed class Writer(PipeWriter inner) : PipeWriter
    {
        public bool IsBroken { get; set; }

        public override bool CanGetUnflushedBytes => true;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public void Check()
        {
            if (IsBroken) throw new IOException("The connection was lost.");
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            Check();
            return inner.FlushAsync(cancellationToken);
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
