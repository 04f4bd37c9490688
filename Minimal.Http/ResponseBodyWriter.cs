using System.IO.Pipelines;

namespace Minimal.Http;

/// <summary>The pipe view of a response's body.</summary>
internal sealed class ResponseBodyWriter(ResponseBody body) : PipeWriter
{
    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => body.BufferedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => body.Room(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => body.Room(sizeHint).Span;

    public override void Advance(int bytes) => body.Advance(bytes);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        ValueTask flush = body.SendAsync();
        return flush.IsCompletedSuccessfully ? default : AwaitAsync(flush);
    }

    public override void CancelPendingFlush() => throw new NotSupportedException("Abort the exchange instead.");

    public override void Complete(Exception? exception = null)
    {
        // The handler's end completes the body.
    }

    private static async ValueTask<FlushResult> AwaitAsync(ValueTask flush)
    {
        await flush;
        return default;
    }
}
