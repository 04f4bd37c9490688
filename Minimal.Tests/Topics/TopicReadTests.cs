using Minimal.Http.Topics;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>Reading from a cursor: order, bounds, gaps.</summary>
public sealed class TopicReadTests
{
    private readonly Topic _topic = new("a");

    [Fact]
    [Requirement("LP-SEM-01")]
    public void All_later_messages_and_the_next_cursor()
    {
        Cursor[] ids = [_topic.Publish("a"), _topic.Publish("b"), _topic.Publish("c")];
        Assert.Equal([1, 2, 3], ids.Select(id => id.Sequence));

        TopicBatch batch = _topic.Read(ids[0]);
        Assert.Equal("b,c", batch.Texts());
        Assert.Equal(ids[2], batch.Next);
        Assert.True(_topic.Read(batch.Next).IsEmpty);
    }

    [Fact]
    [Requirement("LP-SEM-03", "LP-SEM-04")]
    public void The_same_cursor_gives_the_same_beginning_again()
    {
        _topic.PublishMany(3);
        Assert.Equal("2,3", _topic.Read(_topic.Place(1)).Texts());
        _topic.Publish("4");
        Assert.Equal("2,3,4", _topic.Read(_topic.Place(1)).Texts());
    }

    [Fact]
    [Requirement("LP-2.2-05", "LP-SEM-01")]
    public void Fifty_messages_are_one_batch_and_a_cap_leaves_the_rest_to_the_next_cursor()
    {
        _topic.PublishMany(50);
        Assert.Equal(50, _topic.Read(_topic.Place(0)).Messages.Length);

        TopicBatch first = _topic.Read(_topic.Place(0), maxMessages: 30);
        TopicBatch second = _topic.Read(first.Next, maxMessages: 30);
        Assert.Equal((30, 20), (first.Messages.Length, second.Messages.Length));
        Assert.Equal(_topic.End, second.Next);
    }

    [Fact]
    public void A_cap_in_bytes_lets_one_message_through()
    {
        _topic.Publish("aaaa");
        _topic.Publish("bb");
        _topic.Publish("cc");
        Assert.Equal("aaaa", _topic.Read(_topic.Place(0), maxBytes: 1).Texts());
        Assert.Equal("aaaa", _topic.Read(_topic.Place(0), maxBytes: 5).Texts());
        Assert.Equal("aaaa,bb", _topic.Read(_topic.Place(0), maxBytes: 6).Texts());
        Assert.Equal("bb,cc", _topic.Read(_topic.Place(1), maxBytes: 4).Texts());
        Assert.Throws<ArgumentOutOfRangeException>(() => _topic.Read(_topic.Place(0), maxMessages: 0));
    }

    [Fact]
    public void Publishing_copies()
    {
        byte[] data = "before"u8.ToArray();
        _topic.Publish(data, "type", "key");
        data.AsSpan().Fill((byte)'x');

        TopicMessage message = _topic.Read(_topic.Place(0)).Messages.Span[0];
        Assert.Equal(("before", "type", "key"), (message.Text(), message.Type, message.Key));
    }

    [Fact]
    [Requirement("LP-SEM-08", "LP-SEM-09")]
    public void A_million_messages_and_room_for_a_hundred()
    {
        var topic = new Topic("a", new TopicOptions { MaxMessages = 100 });
        byte[] data = [1];
        for (int count = 0; count < 1_000_000; count++) topic.Publish(data);

        Assert.Equal(100, topic.Messages);
        TopicBatch batch = topic.Read(topic.Place(1));
        Assert.Equal(new TopicGap(topic.Place(1), topic.Place(999_900)), batch.Gap);
        Assert.Equal(999_901, batch.Messages.Span[0].Id.Sequence);
        Assert.Equal(100, batch.Messages.Length);
    }

    [Theory]
    [InlineData(6, true)]
    [InlineData(7, false)]
    [InlineData(8, false)]
    [Requirement("LP-SEM-09")]
    public void The_gap_begins_exactly_where_messages_are_missing(int after, bool isGap)
    {
        var topic = new Topic("a", new TopicOptions { MaxMessages = 3 });
        topic.PublishMany(10);

        TopicBatch batch = topic.Read(topic.Place(after));
        Assert.Equal(isGap ? new TopicGap(topic.Place(after), topic.Place(7)) : null, batch.Gap);
        Assert.Equal(Math.Max(after, 7) + 1, batch.Messages.Span[0].Id.Sequence);
        Assert.Equal(topic.Place(7), topic.Start);
    }

    [Fact]
    [Requirement("LP-SEM-08")]
    public void Bytes_are_a_bound_and_empty_messages_count()
    {
        var topic = new Topic("a", new TopicOptions { MaxMessages = null, MaxBytes = 10 * 64 });
        for (int count = 0; count < 1000; count++) topic.Publish("");
        Assert.Equal(10, topic.Messages);

        topic.Publish("xx", "y", "z");
        Assert.Equal(9, topic.Messages);
    }

    [Fact]
    [Requirement("LP-SEM-08")]
    public void Age_is_a_bound_looked_at_when_reading_and_when_publishing()
    {
        var time = new ManualTime();
        var topic = new Topic("a", new TopicOptions { MaxAge = TimeSpan.FromSeconds(10), Time = time });
        topic.Publish("1");
        time.Advance(TimeSpan.FromSeconds(6));
        topic.Publish("2");
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal("1,2", topic.Read(topic.Place(0)).Texts());

        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("2", topic.Read(topic.Place(0)).Texts());
        Assert.Equal(topic.Place(1), topic.Read(topic.Place(0)).Gap!.Value.To);

        time.Advance(TimeSpan.FromSeconds(20));
        topic.Publish("3");
        Assert.Equal(1, topic.Messages);
        Assert.Equal(0, time.ArmedTimers);
    }

    [Fact]
    [Requirement("LP-SEM-09")]
    public void When_everything_is_too_old_there_is_a_gap_to_the_end()
    {
        var time = new ManualTime();
        var topic = new Topic("a", new TopicOptions { MaxAge = TimeSpan.FromSeconds(10), Time = time });
        topic.PublishMany(3);
        time.Advance(TimeSpan.FromSeconds(11));

        TopicBatch batch = topic.Read(topic.Place(1));
        Assert.Equal(new TopicGap(topic.Place(1), topic.End), batch.Gap);
        Assert.Equal(topic.End, batch.Next);
        Assert.True(topic.Read(topic.End).IsEmpty);
    }

    [Fact]
    [Requirement("LP-SEM-10")]
    public void A_cursor_ahead_of_the_end_is_told_where_the_end_is()
    {
        _topic.PublishMany(3);
        TopicBatch batch = _topic.Read(_topic.Place(1_000_000_000));
        Assert.Equal(new TopicGap(_topic.Place(1_000_000_000), _topic.End), batch.Gap);
        Assert.Equal((0, _topic.End), (batch.Messages.Length, batch.Next));
    }

    [Fact]
    [Requirement("LP-SEM-10")]
    public void A_cursor_of_another_life_gets_a_gap_and_then_what_there_is()
    {
        var other = new Topic("a");
        Cursor stale = other.PublishMany(2)[1];
        _topic.PublishMany(3);

        TopicBatch batch = _topic.Read(stale);
        Assert.Equal(new TopicGap(stale, _topic.Place(0)), batch.Gap);
        Assert.Equal("1,2,3", batch.Texts());
        Assert.NotEqual(stale.Epoch, batch.Next.Epoch);
    }

    [Fact]
    [Requirement("LP-SEM-10")]
    public void A_cursor_of_another_life_gets_a_new_one_even_when_there_is_nothing()
    {
        TopicBatch batch = _topic.Read(new Cursor(1, 5));
        Assert.Equal(new TopicGap(new Cursor(1, 5), _topic.End), batch.Gap);
        Assert.True(_topic.Read(batch.Next).IsEmpty);
    }

    [Fact]
    public async Task The_ends_have_names()
    {
        var topic = new Topic("a", new TopicOptions { MaxMessages = 3 });
        topic.PublishMany(10);
        Assert.Equal(topic.Place(7), await topic.ResolveAsync(TopicPosition.Earliest));
        Assert.Equal(topic.Place(10), await topic.ResolveAsync(TopicPosition.Latest));
        Assert.Equal(topic.Place(2), await topic.ResolveAsync(TopicPosition.At(topic.Place(2))));
        Assert.Null(topic.Read(await topic.ResolveAsync(TopicPosition.Earliest)).Gap);
    }

    [Fact]
    public void Each_row_of_the_table_refuses()
    {
        var topic = new Topic("a", new TopicOptions { MaxBytes = 100 });
        Assert.Same(TopicRules.MessageTooLarge, Refused(() => topic.Publish(new string('x', 37))));
        Assert.Same(TopicRules.ControlCharacter, Refused(() => topic.Publish("x", type: "a\nb")));
        Assert.Same(TopicRules.ControlCharacter, Refused(() => topic.Publish("x", key: "\0")));
        Assert.Same(TopicRules.KeyMissing, Refused(() => new Topic("a", new TopicOptions { IsCompacted = true }).Publish("x")));
        Assert.Equal(0, topic.Messages);

        topic.Publish(new string('x', 36));
        topic.Complete();
        Assert.Same(TopicRules.Completed, Refused(() => topic.Publish("x")));
        Assert.Equal(1, topic.Messages);
        Assert.All(TopicRules.All, rule => Assert.InRange(rule.Code, 400, 599));
        Assert.Contains(TopicRules.Completed.Sentence, new TopicException(TopicRules.Completed).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("LP-SEM-08")]
    public void A_topic_without_a_bound_is_not_made()
    {
        Assert.Throws<ArgumentException>(() => new Topic("a", new TopicOptions { MaxMessages = null, MaxBytes = null }));
        Assert.Throws<ArgumentException>(() => new Topic("a", new TopicOptions { MaxMessages = 0 }));
        Assert.Throws<ArgumentException>(() => new Topic("a", new TopicOptions { MaxBytes = 63 }));
        Assert.Throws<ArgumentException>(() => new Topic("a", new TopicOptions { MaxAge = TimeSpan.Zero }));
        Assert.Throws<ArgumentException>(() => new Topic("a", new TopicOptions { MaxWaiters = 0 }));
        _ = new Topic("a", new TopicOptions { MaxMessages = null, MaxBytes = null, MaxAge = TimeSpan.FromDays(1) });
    }

    [Fact]
    public void A_publish_allocates_the_copy_and_nothing_else()
    {
        var topic = new Topic("a", new TopicOptions { MaxMessages = 8 });
        byte[] data = new byte[1000];
        for (int warm = 0; warm < 100; warm++) topic.Publish(data);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int count = 0; count < 100; count++) topic.Publish(data);
        Assert.Equal(100 * 1024, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Minimal.Http.Wire.ProtocolRule Refused(Action act) => Assert.Throws<TopicException>(act).Rule;
}
