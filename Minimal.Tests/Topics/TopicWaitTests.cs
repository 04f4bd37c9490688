using Minimal.Http.Topics;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>Waiting as a task, on top of waiters.</summary>
public sealed class TopicWaitTests
{
    private readonly HandScheduler _sweeps = new();
    private readonly Topic _topic;

    public TopicWaitTests() => _topic = new Topic("a", new TopicOptions { Schedule = _sweeps.Schedule });

    [Fact]
    [Requirement("LP-SEM-02")]
    public async Task Waiting_ends_with_news_and_takes_no_place_when_there_is_news_already()
    {
        Task waiting = _topic.WaitAsync(_topic.End).AsTask();
        Assert.False(waiting.IsCompleted);
        _topic.Publish("x");
        _sweeps.RunAll();
        await waiting;

        Assert.True(_topic.WaitAsync(_topic.Place(0)).AsTask().IsCompletedSuccessfully);
        Assert.Equal(0, _topic.Waiters);
    }

    [Fact]
    public async Task Cancelling_a_wait_frees_it_at_once()
    {
        using var cancellation = new CancellationTokenSource();
        Task waiting = _topic.WaitAsync(_topic.End, cancellation.Token).AsTask();
        Assert.Equal(1, _topic.Waiters);
        await cancellation.CancelAsync();
        Assert.Equal(0, _topic.Waiters);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _topic.WaitAsync(_topic.End, cancellation.Token));
        Assert.Equal(0, _topic.Waiters);
    }

    [Fact]
    [Requirement("LP-SEM-06")]
    public async Task Cancelling_after_the_news_is_too_late()
    {
        for (int round = 0; round < 1000; round++)
        {
            using var cancellation = new CancellationTokenSource();
            Task waiting = _topic.WaitAsync(_topic.End, cancellation.Token).AsTask();
            _topic.Publish("x");
            _sweeps.RunAll();
            await cancellation.CancelAsync();
            await waiting;
        }
    }
}
