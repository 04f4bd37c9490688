namespace Minimal.Tests.Topics;

/// <summary>Where sweeps and clients wait until a test lets them go on, one piece of work at a time, in order. Adding is thread-safe.</summary>
internal sealed class WorkQueue
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
        lock (_lock) _waiting.Enqueue(work);
    }

    /// <summary>Runs one piece, if one waits.</summary>
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

    /// <summary>Runs until nothing waits.</summary>
    public void RunAll()
    {
        while (RunOne())
        {
        }
    }
}
