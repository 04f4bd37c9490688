using Minimal.Http.Topics;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>Waiting: registered in one step with the look for news, told by a sweep that the publisher only asks for.</summary>
public sealed class TopicWaiterTests
{
    private readonly HandScheduler _sweeps = new();
    private readonly Topic _topic;

    public TopicWaiterTests() => _topic = Make();

    [Fact]
    [Requirement("LP-SEM-07")]
    public void One_publication_wakes_five_thousand_waiters_once_each()
    {
        TestWaiter[] waiters = [.. Enumerable.Range(0, 5000).Select(_ => Register(_topic.End))];
        Assert.Equal(5000, _topic.Waiters);

        _topic.Publish("x");
        _sweeps.RunAll();
        Assert.All(waiters, waiter => Assert.Equal(1, waiter.Calls));
        Assert.Equal(0, _topic.Waiters);

        _topic.Publish("y");
        _sweeps.RunAll();
        Assert.All(waiters, waiter => Assert.Equal(1, waiter.Calls));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10_000)]
    public void A_publisher_looks_at_no_waiter_and_asks_for_one_sweep(int count)
    {
        TestWaiter[] waiters = [.. Enumerable.Range(0, count).Select(_ => Register(_topic.End))];
        for (int published = 0; published < 1000; published++) _topic.Publish("x");

        Assert.Equal(1, _sweeps.Scheduled);
        Assert.Equal(0, _topic.WaiterVisits);
        Assert.All(waiters, waiter => Assert.Equal(0, waiter.Calls));

        _sweeps.RunAll();
        Assert.Equal(count, _topic.WaiterVisits);
        Assert.All(waiters, waiter => Assert.Equal(1, waiter.Calls));
    }

    [Fact]
    public void Without_waiters_there_is_no_sweep()
    {
        _topic.PublishMany(100);
        Assert.Equal(0, _sweeps.Scheduled);
    }

    [Fact]
    public void A_publisher_allocates_the_same_for_any_number_of_waiters()
    {
        Assert.Equal(AllocatedBy(1), AllocatedBy(10_000));

        static long AllocatedBy(int waiters)
        {
            var sweeps = new HandScheduler();
            var topic = new Topic("a", new TopicOptions { Schedule = sweeps.Schedule, MaxMessages = 8 });
            for (int count = 0; count < waiters; count++) topic.Register(new TestWaiter(topic.End));
            for (int warm = 0; warm < 100; warm++) topic.Publish([1]);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int count = 0; count < 100; count++) topic.Publish([1]);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    [Requirement("LP-2.2-02", "LP-SEM-02")]
    public void Who_registers_behind_the_end_is_told_at_once_though_not_inside_the_call()
    {
        Cursor before = _topic.End;
        _topic.Publish("x");
        TestWaiter waiter = Register(before);
        Assert.Equal(0, waiter.Calls);
        Assert.Equal(1, _sweeps.Waiting);

        _sweeps.RunAll();
        Assert.Equal(1, waiter.Calls);
        Assert.Equal(1, _topic.WaiterVisits);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Requirement("LP-SEM-10")]
    public void A_cursor_ahead_or_of_another_life_is_not_held(bool isAhead)
    {
        TestWaiter waiter = Register(isAhead ? _topic.Place(10) : new Cursor(1, 0));
        _sweeps.RunAll();
        Assert.Equal(1, waiter.Calls);
    }

    [Fact]
    public void Registering_behind_the_end_makes_nobody_else_move()
    {
        _topic.Publish("x");
        TestWaiter[] idle = [.. Enumerable.Range(0, 1000).Select(_ => Register(_topic.End))];
        TestWaiter late = Register(_topic.Place(0));
        _sweeps.RunAll();
        Assert.Equal(1, late.Calls);
        Assert.Equal(1, _topic.WaiterVisits);
        Assert.All(idle, waiter => Assert.Equal(0, waiter.Calls));
    }

    [Fact]
    public void A_sweep_goes_in_batches_and_in_the_order_of_registration()
    {
        List<int> order = [];
        for (int count = 0; count < 200; count++)
        {
            int number = count;
            Register(_topic.End, onNews: _ => order.Add(number));
        }

        _topic.Publish("x");
        Assert.True(_sweeps.RunOne());
        Assert.Equal(TopicWaiters.BatchSize, order.Count);
        _sweeps.RunAll();
        Assert.Equal(Enumerable.Range(0, 200), order);
    }

    [Fact]
    public void News_during_a_sweep_is_taken_along_by_those_not_yet_reached()
    {
        int[] told = new int[1000];
        for (int count = 0; count < told.Length; count++)
        {
            int number = count;
            Register(_topic.End, staysRegistered: true, waiter =>
            {
                told[number] += _topic.Read(waiter.Cursor).Messages.Length;
                waiter.Cursor = _topic.End;
            });
        }

        TestWaiter last = Register(_topic.End, staysRegistered: true, waiter => waiter.Cursor = _topic.End);
        _topic.Publish("1");
        for (int batch = 0; batch < 5; batch++)
        {
            _sweeps.RunOne();
            _topic.Publish("more");
        }

        _sweeps.RunAll();
        Assert.All(told, messages => Assert.Equal(6, messages));
        Assert.Equal(1, last.Calls);
    }

    [Fact]
    public void Who_stays_registered_is_told_of_each_news_and_spared_what_it_has_read()
    {
        TestWaiter reads = Register(_topic.End, staysRegistered: true, waiter => waiter.Cursor = _topic.End);
        for (int count = 1; count <= 3; count++)
        {
            _topic.Publish("x");
            _sweeps.RunAll();
            Assert.Equal(count, reads.Calls);
        }

        _topic.Publish("x");
        reads.Cursor = _topic.End;
        _sweeps.RunAll();
        Assert.Equal(3, reads.Calls);
        Assert.Equal(1, _topic.Waiters);
    }

    [Fact]
    public void Who_stays_registered_and_does_not_read_is_not_told_twice_of_the_same()
    {
        TestWaiter blocked = Register(_topic.End, staysRegistered: true);
        _topic.Publish("x");
        _sweeps.RunAll();
        _sweeps.RunAll();
        Assert.Equal(1, blocked.Calls);
    }

    [Fact]
    public void Who_unregisters_is_gone_at_once()
    {
        TestWaiter[] waiters = [.. Enumerable.Range(0, 1000).Select(_ => Register(_topic.End))];
        Assert.All(waiters, waiter => Assert.True(_topic.Unregister(waiter)));
        Assert.Equal(0, _topic.Waiters);

        _topic.Publish("x");
        Assert.Equal(0, _sweeps.Scheduled);
        Assert.Equal("x", _topic.Read(_topic.Place(0)).Texts());
    }

    [Fact]
    [Requirement("LP-SEM-06")]
    public void Told_or_unregistered_never_both_and_never_neither()
    {
        TestWaiter told = Register(_topic.End);
        TestWaiter gone = Register(_topic.End);
        _topic.Publish("x");
        Assert.True(_topic.Unregister(gone));
        _sweeps.RunAll();
        Assert.False(_topic.Unregister(told));
        Assert.Equal((1, 0), (told.Calls, gone.Calls));
        Assert.False(_topic.Unregister(gone));
        Assert.False(Make().Unregister(told));
    }

    [Fact]
    public void Unregistering_inside_a_call_and_registering_again_are_allowed()
    {
        TestWaiter? leaves = null;
        leaves = Register(_topic.End, staysRegistered: true, waiter => _topic.Unregister(waiter));
        TestWaiter comesBack = Register(_topic.End, onNews: waiter =>
        {
            waiter.Cursor = _topic.End;
            _topic.Register(waiter);
        });
        _topic.Publish("x");
        _sweeps.RunAll();
        _topic.Publish("x");
        _sweeps.RunAll();
        Assert.Equal((1, 2, 1), (leaves.Calls, comesBack.Calls, _topic.Waiters));
    }

    [Fact]
    public void Publishing_inside_a_call_is_allowed()
    {
        TestWaiter echo = Register(_topic.End, staysRegistered: true, waiter =>
        {
            waiter.Cursor = _topic.End;
            if (waiter.Cursor.Sequence < 10) _topic.Publish("again");
        });
        _topic.Publish("x");
        _sweeps.RunAll();
        Assert.Equal((10, 10), (echo.Calls, _topic.End.Sequence));
    }

    [Fact]
    public void One_waiter_too_many_is_refused_and_a_freed_place_is_free()
    {
        Topic topic = Make(new TopicOptions { MaxWaiters = 2 });
        var first = new TestWaiter(topic.End);
        var third = new TestWaiter(topic.End);
        Assert.True(topic.Register(first));
        Assert.True(topic.Register(new TestWaiter(topic.End)));
        Assert.False(topic.Register(third));
        Assert.Same(TopicRules.TooManyWaiters, Assert.Throws<TopicException>(() => WaitNow(topic)).Rule);

        Assert.True(topic.Unregister(first));
        Assert.True(topic.Register(third));
        Assert.Equal(2, topic.Waiters);
    }

    [Fact]
    public void A_waiter_waits_in_one_place()
    {
        TestWaiter waiter = Register(_topic.End);
        Assert.Throws<InvalidOperationException>(() => _topic.Register(waiter));
        Assert.Throws<InvalidOperationException>(() => Make().Register(waiter));
        Assert.False(Make().Unregister(waiter));
        Assert.Equal(1, _topic.Waiters);
    }

    [Fact]
    public void A_held_waiter_costs_itself_and_nothing_else()
    {
        Register(_topic.End);
        var waiter = new TestWaiter(_topic.End);
        long before = GC.GetAllocatedBytesForCurrentThread();
        _topic.Register(waiter);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void WaitNow(Topic topic) => topic.WaitAsync(topic.End).AsTask().GetAwaiter().GetResult();

    private Topic Make(TopicOptions? options = null) => new("a", (options ?? TopicOptions.Default) with { Schedule = _sweeps.Schedule });

    private TestWaiter Register(Cursor cursor, bool staysRegistered = false, Action<TestWaiter>? onNews = null)
    {
        var waiter = new TestWaiter(cursor, staysRegistered, onNews);
        Assert.True(_topic.Register(waiter));
        return waiter;
    }
}
