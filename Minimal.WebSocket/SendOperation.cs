using System.Threading.Tasks.Sources;

namespace Minimal.WebSocket;

/// <summary>
/// Somebody who waits until something was sent. Completes on the pool, never inside the sender. It is used again once its result was
/// taken, so the result is taken once.
/// </summary>
internal sealed class SendOperation(FrameSender sender, SendBacklog backlog) : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _done = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;

    /// <summary>What is to be sent; nothing for who only waits for a flush.</summary>
    public OutgoingMessage Message;

    /// <summary>Who sends the message in parts; null when it is whole.</summary>
    public WebSocketMessageWriter? Writer { get; set; }

    /// <summary>The next in the list that it is in; under the sender's lock.</summary>
    public SendOperation? Next { get; set; }

    public ValueTask Task => new(this, _done.Version);

    /// <summary>Takes the operation out of the queue when the token fires, unless a frame of it was written.</summary>
    public void CancelBy(CancellationToken cancellation)
    {
        if (!cancellation.CanBeCanceled) return;
        _cancellation = cancellation.UnsafeRegister(static (state, token) => ((SendOperation)state!).Cancel(token), this);
    }

    public void Complete() => _done.SetResult(true);

    public void Fail(Exception exception) => _done.SetException(exception);

    void IValueTaskSource.GetResult(short token)
    {
        _cancellation.Dispose();
        _cancellation = default;
        try
        {
            _done.GetResult(token);
        }
        finally
        {
            _done.Reset();
            Message = default;
            Writer = null;
            backlog.TakeBack(this);
        }
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _done.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _done.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken token)
    {
        if (sender.TryWithdraw(this)) Fail(new OperationCanceledException(token));
    }
}
