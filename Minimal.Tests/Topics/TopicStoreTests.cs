using Minimal.Http.Topics;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>A topic over a store that keeps more than the topic, and that others append to.</summary>
public sealed class TopicStoreTests
{
    private static readonly TopicOptions KeepsThree = new() { MaxMessages = 3 };
    private readonly HistoryLog _log = new();

    [Fact]
    public async Task Further_back_the_store_is_asked_and_there_is_no_gap()
    {
        var topic = new Topic("a", KeepsThree, _log.Open());
        topic.PublishMany(10);
        Assert.NotNull(topic.Read(topic.Place(0)).Gap);

        List<string> read = [];
        for (Cursor at = topic.Place(0); at != topic.End;)
        {
            TopicBatch batch = await topic.ReadOlderAsync(at, maxMessages: 4);
            Assert.Null(batch.Gap);
            read.Add(batch.Texts());
            at = batch.Next;
        }

        Assert.Equal(["1,2,3,4", "5,6,7", "8,9,10"], read);
        Assert.Equal(2, _log.OlderReads);
    }

    [Fact]
    public async Task The_tail_is_read_without_asking_the_store()
    {
        var topic = new Topic("a", KeepsThree, _log.Open());
        topic.PublishMany(10);
        Assert.Equal("9,10", (await topic.ReadOlderAsync(topic.Place(8))).Texts());
        Assert.Equal(0, _log.OlderReads);
    }

    [Fact]
    public async Task What_the_store_does_not_have_either_is_a_gap()
    {
        var log = new HistoryLog(keep: 6);
        var topic = new Topic("a", KeepsThree, log.Open());
        topic.PublishMany(10);
        TopicBatch batch = await topic.ReadOlderAsync(topic.Place(1));
        Assert.Equal(new TopicGap(topic.Place(1), topic.Place(4)), batch.Gap);
        Assert.Equal("5,6,7", batch.Texts());
        Assert.Equal("8,9,10", (await topic.ReadOlderAsync(batch.Next)).Texts());
        Assert.Equal(topic.Place(4), await topic.ResolveAsync(TopicPosition.Earliest));
    }

    [Fact]
    public async Task A_store_in_memory_has_nothing_further_back()
    {
        var topic = new Topic("a", KeepsThree);
        topic.PublishMany(10);
        TopicBatch batch = await topic.ReadOlderAsync(topic.Place(1));
        Assert.Equal(new TopicGap(topic.Place(1), topic.Place(7)), batch.Gap);
        Assert.Equal("8,9,10", batch.Texts());
    }

    [Fact]
    public async Task After_a_restart_over_the_same_log_cursors_go_on()
    {
        var before = new Topic("a", KeepsThree, _log.Open());
        before.PublishMany(5);
        var after = new Topic("a", KeepsThree, _log.Open());
        Assert.Equal(before.End, after.End);
        Assert.Equal("4,5", (await after.ReadOlderAsync(after.Place(3))).Texts());

        after.Publish("6");
        Assert.Equal("6", after.Read(after.Place(5)).Texts());
        Assert.Equal("4,5", (await after.ReadOlderAsync(after.Place(3))).Texts());
    }

    [Fact]
    public void What_others_append_wakes_those_who_wait_here()
    {
        var sweeps = new HandScheduler();
        var here = new Topic("a", KeepsThree with { Schedule = sweeps.Schedule }, _log.Open());
        var there = new Topic("a", KeepsThree, _log.Open());
        var waiter = new TestWaiter(here.End);
        here.Register(waiter);
        Cursor id = there.Publish("x");
        sweeps.RunAll();
        Assert.Equal(1, waiter.Calls);
        Assert.Equal(id, here.Read(waiter.Cursor).Messages.Span[0].Id);
    }

    [Fact]
    public async Task Who_comes_from_another_server_is_not_ahead_but_early()
    {
        HistoryLog.Store slow = _log.Open(lags: true);
        var here = new Topic("a", KeepsThree, slow);
        var there = new Topic("a", KeepsThree, _log.Open());
        there.PublishMany(5);
        Assert.NotNull(here.Read(there.Place(4)).Gap);

        TopicBatch batch = await here.ReadOlderAsync(there.Place(4));
        Assert.Null(batch.Gap);
        Assert.Equal("5", batch.Texts());
        Assert.NotNull((await here.ReadOlderAsync(there.Place(6))).Gap);
    }

    [Fact]
    public async Task A_cursor_of_another_life_does_not_ask_the_store()
    {
        var topic = new Topic("a", KeepsThree, _log.Open());
        topic.PublishMany(10);
        TopicBatch batch = await topic.ReadOlderAsync(new Cursor(1, 1));
        Assert.Equal("8,9,10", batch.Texts());
        Assert.Equal(0, _log.OlderReads);
    }

    [Fact]
    public void Completion_is_the_logs_and_stays()
    {
        var here = new Topic("a", KeepsThree, _log.Open());
        var there = new Topic("a", KeepsThree, _log.Open());
        there.Publish("x");
        there.Complete();
        Assert.True(here.Read(here.Place(0)).IsEnd);
        Assert.True(new Topic("a", KeepsThree, _log.Open()).IsCompleted);
        Assert.Same(TopicRules.Completed, Assert.Throws<TopicException>(() => here.Publish("y")).Rule);
    }

    [Fact]
    public void Numbers_with_holes_are_no_gaps()
    {
        var log = new HistoryLog(step: 10);
        var topic = new Topic("a", KeepsThree, log.Open());
        FramedLog framed = topic.Framed(new LineFraming())!;
        topic.PublishMany(5);
        Assert.Equal("4,5", topic.Read(topic.Place(30)).Texts());
        Assert.Equal("4,5", topic.Read(topic.Place(39)).Texts());
        Assert.Null(topic.Read(topic.Place(20)).Gap);
        Assert.NotNull(topic.Read(topic.Place(19)).Gap);
        Assert.Equal(2, framed.Read(topic.Place(35)).Messages);
        Assert.True(framed.Read(topic.Place(19)).IsBehind);
    }

    [Fact]
    public void A_message_that_is_told_twice_is_there_once_and_one_of_another_life_is_refused()
    {
        HistoryLog.Store store = _log.Open();
        var topic = new Topic("a", KeepsThree, store);
        topic.PublishMany(2);
        store.Repeat(topic.Read(topic.Place(0)).Messages.Span[0]);
        Assert.Equal("1,2", topic.Read(topic.Place(0)).Texts());
        Assert.Throws<ArgumentException>(() => store.Repeat(new TopicMessage(new Cursor(1, 9), default, null, null)));
        Assert.Throws<InvalidOperationException>(() => new Topic("b", KeepsThree, store));
        Assert.Throws<InvalidOperationException>(() => _log.Open().Repeat(default));
    }
}
