using System.Text;
using Minimal.Http.Topics;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>What a framing may do, and what it costs to send what is framed.</summary>
public sealed class TopicFramingTests
{
    [Fact]
    public void A_framing_that_throws_makes_no_message_come_twice_or_not_at_all()
    {
        var topic = new Topic("a");
        FramedLog log = topic.Framed(new ThrowsOnce())!;
        topic.PublishMany(5);
        Assert.Throws<FormatException>(() => log.Read(topic.Place(0)));
        Assert.Equal("12345", Text(log.Read(topic.Place(0))));
    }

    [Fact]
    public void A_thousand_streams_are_served_without_allocating()
    {
        var sweeps = new HandScheduler();
        var topic = new Topic("a", new TopicOptions { Schedule = sweeps.Schedule });
        FramedLog log = topic.Framed(new EvenFraming())!;
        long delivered = 0;
        for (int count = 0; count < 1000; count++)
        {
            topic.Register(new TestWaiter(topic.End, staysRegistered: true, waiter =>
            {
                FramedSlice slice = log.Read(waiter.Cursor);
                delivered += slice.Messages;
                waiter.Cursor = slice.Next;
            }));
        }

        Serve(40);
        delivered = 0;
        Assert.Equal(0, Serve(10));
        Assert.Equal(5 * 1000, delivered);

        long Serve(int rounds)
        {
            long allocated = 0;
            for (int round = 0; round < rounds; round++)
            {
                topic.Publish([1]);
                long before = GC.GetAllocatedBytesForCurrentThread();
                sweeps.RunAll();
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            }

            return allocated;
        }
    }

    [Fact]
    public void A_framing_may_put_each_message_into_a_chunk()
    {
        var topic = new Topic("a");
        FramedLog log = topic.Framed(new ChunkFraming())!;
        topic.Publish("hello");
        topic.Publish(new string('x', 20));
        Assert.Equal("7\r\nhello\r\n\r\n16\r\n" + new string('x', 20) + "\r\n\r\n", Text(log.Read(topic.Place(0))));
    }

    [Fact]
    public void A_framing_may_leave_messages_out()
    {
        var topic = new Topic("a");
        FramedLog log = topic.Framed(new EvenFraming())!;
        Assert.Equal("", ReadFrom(1));
        Assert.Equal("2", ReadFrom(1));
        Assert.Equal("", ReadFrom(1));
        Assert.Equal("4", Text(log.Read(topic.Place(2))) + ReadFrom(1));

        string ReadFrom(int count)
        {
            Cursor at = topic.End;
            topic.PublishMany(count);
            FramedSlice slice = log.Read(at);
            Assert.Equal(topic.End, slice.Next);
            return slice.Bytes.Length == 0 ? "" : $"{topic.End.Sequence}";
        }
    }

    [Fact]
    public void Reading_what_is_framed_allocates_nothing()
    {
        var topic = new Topic("a");
        FramedLog log = topic.Framed(new LineFraming())!;
        topic.PublishMany(100);
        long Round()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int at = 0; at <= 100; at++) log.Read(topic.Place(at)).Cut(0);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Round();
        Assert.Equal(0, Round());
    }

    private static string Text(FramedSlice slice) => Encoding.ASCII.GetString(slice.Bytes.Span);
}
