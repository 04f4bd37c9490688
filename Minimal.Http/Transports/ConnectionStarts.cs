using System.IO.Pipelines;

namespace Minimal.Http.Transports;

/// <summary>
/// Starts connections on threads of their own choice, so that accepting goes on whatever their handlers do at once, and knows when
/// all have been taken over. Thread-safe.
/// </summary>
internal sealed class ConnectionStarts
{
    private readonly TaskCompletionSource _allStarted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The connections that wait for their thread, and one for who may still start some.
    private int _pending = 1;

    /// <summary>On a thread of the pool.</summary>
    public void Start(Func<Transport, Task> onConnection, Transport transport)
    {
        Interlocked.Increment(ref _pending);
        ThreadPool.UnsafeQueueUserWorkItem(new Pending(this, onConnection, transport), preferLocal: false);
    }

    public void Start(Func<Transport, Task> onConnection, Transport transport, PipeScheduler scheduler)
    {
        Interlocked.Increment(ref _pending);
        scheduler.Schedule(static state => ((Pending)state!).Execute(), new Pending(this, onConnection, transport));
    }

    /// <summary>No more are started. Ends when each that was has been taken over.</summary>
    public Task CompleteAsync()
    {
        OnTakenOver();
        return _allStarted.Task;
    }

    private void OnTakenOver()
    {
        if (Interlocked.Decrement(ref _pending) == 0) _allStarted.TrySetResult();
    }

    private sealed record Pending(ConnectionStarts Starts, Func<Transport, Task> OnConnection, Transport Transport) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            try
            {
                _ = OnConnection(Transport);
            }
            finally
            {
                Starts.OnTakenOver();
            }
        }
    }
}
