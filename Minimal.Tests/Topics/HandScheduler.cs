namespace Minimal.Tests.Topics;

/// <summary>Where sweeps wait until a test lets them run, one batch at a time.</summary>
internal sealed class HandScheduler
{
    private readonly Queue<IThreadPoolWorkItem> _waiting = new();

    /// <summary>How often something was scheduled.</summary>
    public int Scheduled { get; private set; }

    /// <summary>What waits now.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>For <c>TopicOptions.Schedule</c>.</summary>
    public void Schedule(IThreadPoolWorkItem work)
    {
        Scheduled++;
        _waiting.Enqueue(work);
    }

    /// <summary>Runs one batch, if one waits.</summary>
    public bool RunOne()
    {
        if (!_waiting.TryDequeue(out IThreadPoolWorkItem? work)) return false;
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
