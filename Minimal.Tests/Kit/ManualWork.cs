namespace Minimal.Testing;

/// <summary>
/// Where sweeps of topics and clients that waited stand until a test lets them go on, one piece of work at a time, in order: give <see cref="Add"/> to the
/// <c>Schedule</c> of their options. Thread-safe.
/// </summary>
public sealed class ManualWork
{
    private readonly Lock _lock = new();
    private readonly Queue<IThreadPoolWorkItem> _waiting = new();

    /// <summary>What waits now.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock) return _waiting.Count;
        }
    }

    /// <summary>For the <c>Schedule</c> of topics and endpoints.</summary>
    public void Add(IThreadPoolWorkItem work)
    {
        ArgumentNullException.ThrowIfNull(work);
        lock (_lock) _waiting.Enqueue(work);
    }

    /// <summary>Runs one piece; false when none waits.</summary>
    public bool RunOne()
    {
        IThreadPoolWorkItem? work;
        lock (_lock)
        {
            if (!_waiting.TryDequeue(out work)) return false;
        }

        work.Execute();
        return true;
    }

    /// <summary>Runs until nothing waits, on the calling thread.</summary>
    public void RunAll()
    {
        while (RunOne())
        {
        }
    }
}
