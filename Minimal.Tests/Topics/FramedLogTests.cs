using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Topics;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>One log of framed bytes for all readers of a topic.</summary>
public sealed class FramedLogTests
{
    private readonly LineFraming _framing = new();

    [Fact]
    public void Everything_from_the_cursor_to_the_end_is_one_piece()
    {
        (Topic topic, FramedLog log) = Make();
        topic.PublishMany(3);
        FramedSlice slice = log.Read(topic.Place(1));
        Assert.Equal(Lines(topic, 2, 3), Text(slice));
        Assert.Equal((2, topic.End, false), (slice.Messages, slice.Next, slice.IsBehind));

        FramedSlice nothing = log.Read(slice.Next);
        Assert.Equal((0, 0, topic.End, false), (nothing.Bytes.Length, nothing.Messages, nothing.Next, nothing.IsBehind));
    }

    [Fact]
    public void Each_message_is_framed_once_for_all_readers_and_by_a_reader()
    {
        (Topic topic, FramedLog log) = Make();
        topic.PublishMany(10);
        Assert.Equal(0, _framing.Written);
        for (int reader = 0; reader < 100; reader++) log.Read(topic.Place(reader % 10));
        Assert.Equal(10, _framing.Written);
        Assert.Same(log, topic.Framed(_framing));
        Assert.NotSame(log, topic.Framed(new LineFraming()));
    }

    [Fact]
    public void A_part_of_any_length_leaves_the_cursor_between_messages()
    {
        (Topic topic, FramedLog log) = Make();
        topic.PublishMany(12);
        FramedSlice slice = log.Read(topic.Place(2));
        string all = Text(slice);
        for (int sent = 0; sent <= slice.Bytes.Length; sent++)
        {
            FramedCut cut = slice.Cut(sent);
            string begun = all[..sent] + Encoding.ASCII.GetString(cut.Rest.Span);
            Assert.Equal(sent == 0 ? "" : Lines(topic, 3, (int)cut.At.Sequence), begun);
            Assert.Equal(all[begun.Length..], Text(log.Read(cut.At)));
        }

        Assert.Equal(slice.Next, slice.Cut(slice.Bytes.Length).At);
        Assert.Throws<ArgumentOutOfRangeException>(() => slice.Cut(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => slice.Cut(slice.Bytes.Length + 1));
    }

    [Fact]
    public void Whoever_is_not_in_the_log_is_sent_to_the_topic()
    {
        (Topic topic, FramedLog log) = Make(new TopicOptions { MaxMessages = 3 });
        topic.PublishMany(5);
        Assert.True(log.Read(topic.Place(1)).IsBehind);
        Assert.False(log.Read(topic.Place(2)).IsBehind);
        Assert.True(log.Read(topic.Place(6)).IsBehind);
        Assert.True(log.Read(new Cursor(1, 3)).IsBehind);
        Assert.Equal(default, log.Read(topic.Place(1)).Bytes);
        Assert.Equal((topic.Place(1), 0), (log.Read(topic.Place(1)).Cut(0).At, log.Read(topic.Place(1)).Messages));
    }

    [Fact]
    public void What_is_still_in_a_block_and_no_longer_in_the_topic_is_not_given()
    {
        (Topic topic, FramedLog log) = Make(new TopicOptions { MaxMessages = 3 });
        topic.PublishMany(3);
        Assert.Equal(3, log.Read(topic.Place(0)).Messages);
        topic.PublishMany(2);
        Assert.True(log.Read(topic.Place(1)).IsBehind);
        Assert.Equal(3, log.Read(topic.Place(2)).Messages);
    }

    [Fact]
    public void What_the_topic_drove_out_is_not_in_the_log_either()
    {
        var time = new ManualTime();
        (Topic topic, FramedLog log) = Make(new TopicOptions { MaxAge = TimeSpan.FromSeconds(10), Time = time });
        topic.PublishMany(3);
        Assert.Equal(3, log.Read(topic.Place(0)).Messages);
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.True(log.Read(topic.Place(0)).IsBehind);
        Assert.False(log.Read(topic.Place(3)).IsBehind);
        Assert.Equal(0, log.AllocatedBytes);

        topic.Publish("4");
        Assert.Equal(Lines(topic, 4, 4), Text(log.Read(topic.Place(3))));
    }

    [Fact]
    [Requirement("LP-SEM-08")]
    public void The_log_is_bounded_by_itself()
    {
        (Topic topic, FramedLog log) = Make(new TopicOptions { MaxMessages = null, MaxBytes = 100_000_000, MaxFramedBytes = 200_000 });
        Cursor at = topic.End;
        long read = 0;
        for (int count = 0; count < 20_000; count++)
        {
            topic.Publish("0123456789");
            if (count % 100 > 0) continue;
            read += ReadAll(log, ref at).Length;
            Assert.InRange(log.AllocatedBytes, 1, 200_000 + (64 * 1024));
        }

        Assert.True(read > 3 * 200_000);
        Assert.True(log.Read(topic.Place(0)).IsBehind);
        Assert.Equal(20_000, topic.Messages);
    }

    [Fact]
    public void A_log_that_nobody_looked_at_begins_anew_with_the_newest()
    {
        (Topic topic, FramedLog log) = Make(new TopicOptions { MaxMessages = null, MaxBytes = 100_000_000, MaxFramedBytes = 10_000 });
        topic.PublishMany(10);
        log.Read(topic.Place(0));
        topic.PublishMany(10_000);
        Assert.True(log.Read(topic.Place(10)).IsBehind);
        Assert.InRange(_framing.Written, 20, 300);

        Cursor at = topic.Place(10_000);
        Assert.Equal(Lines(topic, 10_001, 10_010), ReadAll(log, ref at));
    }

    [Fact]
    public void A_message_larger_than_the_whole_log_is_in_it_while_it_is_the_newest()
    {
        (Topic topic, FramedLog log) = Make(new TopicOptions { MaxFramedBytes = 1 });
        topic.PublishMany(3);
        Assert.Equal(Lines(topic, 3, 3), Text(log.Read(topic.Place(2))));
        topic.Publish("4");
        Assert.Equal(Lines(topic, 4, 4), Text(log.Read(topic.Place(3))));
    }

    [Fact]
    public void Bytes_that_somebody_sends_outlive_the_log()
    {
        (Topic topic, FramedLog log) = Make(new TopicOptions { MaxMessages = 20, MaxFramedBytes = 2000 });
        topic.PublishMany(20);
        FramedSlice slow = log.Read(topic.Place(0));
        string before = Text(slow);
        Cursor at = topic.End;
        for (int count = 0; count < 10_000; count++)
        {
            topic.Publish("later");
            ReadAll(log, ref at);
        }

        Assert.True(log.Read(topic.Place(0)).IsBehind);
        Assert.Equal(before, Text(slow));
        Assert.Equal(topic.Place(1), slow.Cut(3).At);
        Assert.Equal(topic.Place(20), slow.Cut(slow.Bytes.Length).At);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(900_000)]
    public void A_message_larger_than_a_block_is_still_one_piece(int size)
    {
        (Topic topic, FramedLog log) = Make(new TopicOptions { MaxBytes = 10_000_000, MaxFramedBytes = 4_000_000 });
        topic.Publish("small");
        log.Read(topic.Place(0));
        topic.Publish(new byte[size]);
        topic.Publish("small");

        Cursor at = topic.Place(0);
        string[] lines = ReadAll(log, ref at).Split('\n');
        Assert.Equal([topic.Place(1), topic.Place(2), topic.Place(3)], lines[..^1].Select(Id));
        Assert.Equal(2 * size, lines[1].Split(' ')[2].Length);
    }

    // Invariant: whatever sizes messages have and whatever bounds hold, pieces joined are the lines of the messages behind the cursor, each once.
    [Fact]
    public void Pieces_joined_are_the_messages() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(Arb.From(Gen.Choose(0, 3000).ArrayOf()), JoinPieces));

    private void JoinPieces(int[] sizes)
    {
        (Topic topic, FramedLog log) = Make(new TopicOptions { MaxBytes = null, MaxMessages = 10_000, MaxFramedBytes = 100_000_000 });
        Cursor at = topic.End;
        var joined = new StringBuilder();
        foreach (int size in sizes)
        {
            topic.Publish(new byte[size]);
            if (size % 3 == 0) joined.Append(ReadAll(log, ref at));
        }

        joined.Append(ReadAll(log, ref at));
        Assert.Equal(Lines(topic, 1, sizes.Length), joined.ToString());
    }

    private (Topic Topic, FramedLog Log) Make(TopicOptions? options = null)
    {
        var topic = new Topic("a", options);
        return (topic, topic.Framed(_framing)!);
    }

    private static string ReadAll(FramedLog log, ref Cursor at)
    {
        var text = new StringBuilder();
        for (FramedSlice slice = log.Read(at); !slice.Bytes.IsEmpty; slice = log.Read(at))
        {
            Assert.True(at.Sequence < slice.Next.Sequence);
            text.Append(Text(slice));
            at = slice.Next;
        }

        Assert.False(log.Read(at).IsBehind);
        return text.ToString();
    }

    private static string Text(FramedSlice slice) => Encoding.ASCII.GetString(slice.Bytes.Span);

    private static Cursor Id(string line)
    {
        Assert.True(Cursor.TryParse(line.Split(' ')[1], out Cursor id));
        return id;
    }

    private static string Lines(Topic topic, int first, int last)
    {
        var output = new ArrayBufferWriter<byte>();
        var framing = new LineFraming();
        foreach (TopicMessage message in topic.Read(topic.Place(first - 1), Math.Max(last - first + 1, 1)).Messages.Span)
        {
            if (message.Id.Sequence <= last) framing.Write(message, output);
        }

        return Encoding.ASCII.GetString(output.WrittenSpan);
    }
}
