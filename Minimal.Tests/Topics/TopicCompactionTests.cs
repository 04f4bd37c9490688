using Minimal.Http.Topics;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>A topic that keeps the latest message of each key.</summary>
public sealed class TopicCompactionTests
{
    private readonly Topic _topic = new("a", new TopicOptions { IsCompacted = true, MaxMessages = 3 });

    [Fact]
    public void The_latest_of_each_key_in_the_order_of_the_log()
    {
        Publish("a1", "b1", "c1", "a2");
        TopicBatch batch = _topic.Read(_topic.Place(0));
        Assert.Equal("b1,c1,a2", batch.Texts());
        Assert.Null(batch.Gap);
        Assert.Equal(_topic.End, batch.Next);
    }

    [Fact]
    public void What_was_replaced_leaves_no_gap_wherever_a_reader_stands()
    {
        Publish("a1", "b1", "a2", "a3", "b2");
        string[] texts = [.. Enumerable.Range(0, 6).Select(at => _topic.Read(_topic.Place(at)).Texts())];
        Assert.Equal(["a3,b2", "a3,b2", "a3,b2", "a3,b2", "b2", ""], texts);
        Assert.All(Enumerable.Range(0, 6), at => Assert.Null(_topic.Read(_topic.Place(at)).Gap));
        Assert.Equal(2, _topic.Messages);
    }

    [Fact]
    public void A_key_that_is_driven_out_is_a_gap()
    {
        Publish("a1", "b1", "c1", "d1");
        TopicBatch batch = _topic.Read(_topic.Place(0));
        Assert.Equal(new TopicGap(_topic.Place(0), _topic.Place(1)), batch.Gap);
        Assert.Equal("b1,c1,d1", batch.Texts());
        Assert.Null(_topic.Read(_topic.Place(1)).Gap);
    }

    [Fact]
    public void A_key_that_was_driven_out_may_come_back()
    {
        Publish("a1", "b1", "c1", "d1", "a2");
        Assert.Equal("c1,d1,a2", _topic.Read(_topic.Place(1)).Texts());
        Publish("c2", "c3", "c4");
        Assert.Equal("d1,a2,c4", _topic.Read(_topic.Place(2)).Texts());
    }

    [Fact]
    public void Replacing_the_oldest_lets_the_next_be_the_oldest()
    {
        Publish("a1", "b1", "a2", "c1", "d1");
        Assert.Equal("a2,c1,d1", _topic.Read(_topic.Place(2)).Texts());
        Assert.Equal(_topic.Place(2), _topic.Start);
    }

    [Fact]
    [Requirement("LP-SEM-08")]
    public void Replaced_messages_take_no_room()
    {
        var topic = new Topic("a", new TopicOptions { IsCompacted = true, MaxMessages = 10, MaxBytes = null });
        byte[] data = new byte[100];
        for (int count = 0; count < 100_000; count++) topic.Publish(data, key: $"{count % 10}");
        for (int count = 0; count < 100; count++) topic.Publish(data, key: "5");

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int count = 0; count < 1000; count++) topic.Publish(data, key: "5");
        Assert.Equal(1000 * 128, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(10, topic.Messages);
        Assert.Null(topic.Read(topic.Place(0)).Gap);
    }

    [Fact]
    public void A_batch_may_be_capped()
    {
        Publish("a1", "b1", "a2", "c1");
        TopicBatch first = _topic.Read(_topic.Place(0), maxMessages: 2);
        Assert.Equal("b1,a2", first.Texts());
        Assert.Equal("c1", _topic.Read(first.Next, maxMessages: 2).Texts());
    }

    [Fact]
    public void There_is_no_framed_log() => Assert.Null(_topic.Framed(new LineFraming()));

    private void Publish(params string[] texts)
    {
        foreach (string text in texts) _topic.Publish(text, key: text[..1]);
    }
}
