using System.Threading.Tasks.Sources;
using Minimal.Http.Topics;

namespace Minimal.WebSocket;

/// <summary>
/// Waits for news of a topic again and again without making anything: who waits goes on within the topic's sweep. One waits; any thread may signal.
/// </summary>
internal sealed class NewsSignal() : TopicWaiter(staysRegistered: true), IValueTaskSource
{
    private const int Idle = 0, Signalled = 1, Waiting = 2;

    private ManualResetValueTaskSourceCore<bool> _source;
    private int _state;

    /// <summary>Ends at the next signal, or at once if one came since the last wait.</summary>
    public ValueTask WaitAsync()
    {
        _source.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Idle) return new ValueTask(this, _source.Version);
        Volatile.Write(ref _state, Idle);
        return default;
    }

    public void Signal()
    {
        if (Interlocked.CompareExchange(ref _state, Signalled, Idle) != Waiting) return;
        if (Interlocked.CompareExchange(ref _state, Idle, Waiting) == Waiting) _source.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    /// <inheritdoc />
    protected override void OnNews() => Signal();
}
