using System.IO.Pipelines;

namespace Minimal.Http.Transports;

/// <summary>
/// Goes on within the call, but outside of the caller's synchronization context: else the other end's code would capture it, and its next
/// step would be posted to somewhere else.
/// </summary>
internal sealed class MemoryScheduler : PipeScheduler
{
    private static readonly MemoryScheduler WithinTheCall = new();

    /// <summary>The scheduler for who asked for that one; the thread pool for who asked for none.</summary>
    public static PipeScheduler Of(PipeScheduler? scheduler) => scheduler is null ? ThreadPool : scheduler == Inline ? WithinTheCall : scheduler;

    public override void Schedule(Action<object?> action, object? state)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        if (context is null)
        {
            action(state);
            return;
        }

        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            action(state);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
