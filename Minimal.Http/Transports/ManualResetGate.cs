namespace Minimal.Http.Transports;

/// <summary>A gate that one waits at while it is closed. Open at first. Thread-safe.</summary>
internal sealed class ManualResetGate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _opened;

    public void Close()
    {
        lock (_lock) _opened ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Open()
    {
        lock (_lock)
        {
            _opened?.SetResult();
            _opened = null;
        }
    }

    public Task WaitAsync(CancellationToken cancellation)
    {
        lock (_lock) return _opened?.Task.WaitAsync(cancellation) ?? Task.CompletedTask;
    }
}
