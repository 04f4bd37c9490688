using Minimal.Http.Topics;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>A topic that has an end.</summary>
public sealed class TopicCompletionTests
{
    private readonly HandScheduler _sweeps = new();
    private readonly Topic _topic;

    public TopicCompletionTests() => _topic = new Topic("a", new TopicOptions { Schedule = _sweeps.Schedule });

    [Fact]
    public void The_end_comes_with_the_last_message_and_not_before()
    {
        _topic.PublishMany(3);
        _topic.Complete();
        Assert.True(_topic.IsCompleted);
        Assert.False(_topic.Read(_topic.Place(0), maxMessages: 2).IsEnd);
        Assert.True(_topic.Read(_topic.Place(0), maxMessages: 3).IsEnd);

        TopicBatch atTheEnd = _topic.Read(_topic.End);
        Assert.True(atTheEnd.IsEnd);
        Assert.False(atTheEnd.IsEmpty);
        Assert.Equal(_topic.End, atTheEnd.Next);
    }

    [Fact]
    public void An_empty_topic_can_end()
    {
        _topic.Complete();
        Assert.True(_topic.Read(_topic.End).IsEnd);
    }

    [Fact]
    public void A_cursor_of_another_life_gets_the_gap_the_messages_and_the_end()
    {
        _topic.PublishMany(2);
        _topic.Complete();
        TopicBatch batch = _topic.Read(new Cursor(1, 1));
        Assert.NotNull(batch.Gap);
        Assert.Equal("1,2", batch.Texts());
        Assert.True(batch.IsEnd);
    }

    [Fact]
    public void Waiters_are_told_and_nobody_is_held_any_more()
    {
        var poll = new TestWaiter(_topic.End);
        var stream = new TestWaiter(_topic.End, staysRegistered: true);
        _topic.Register(poll);
        _topic.Register(stream);
        _topic.Complete();
        _sweeps.RunAll();
        Assert.Equal((1, 1), (poll.Calls, stream.Calls));

        var late = new TestWaiter(_topic.End);
        _topic.Register(late);
        _sweeps.RunAll();
        Assert.Equal(1, late.Calls);
        Assert.Equal(1, stream.Calls);
        Assert.True(_topic.WaitAsync(_topic.End).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public void Completing_twice_is_completing_once_and_publishing_is_refused()
    {
        _topic.Publish("x");
        _topic.Complete();
        _topic.Complete();
        Assert.Same(TopicRules.Completed, Assert.Throws<TopicException>(() => _topic.Publish("y")).Rule);
        Assert.Equal(1, _topic.End.Sequence);
    }
}
