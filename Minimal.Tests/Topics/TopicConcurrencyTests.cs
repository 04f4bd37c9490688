using System.Text;
using Minimal.Http.Topics;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>Many threads at once. What comes out is the same in every run; only a hang would need the guard.</summary>
public sealed class TopicConcurrencyTests
{
    private const int Publishers = 8;
    private static readonly TimeSpan Guard = TimeSpan.FromMinutes(2);

    [Fact]
    [Requirement("LP-SEM-01", "LP-SEM-02", "LP-SEM-03", "LP-SEM-04")]
    public async Task Fifty_poll_loops_each_get_all_that_eight_publish()
    {
        const int Each = 5_000;
        var topic = new Topic("a", new TopicOptions { MaxMessages = Publishers * Each, MaxBytes = null });
        Task<long>[] readers =
            [.. Enumerable.Range(0, 50).Select(number => Task.Run(() => PollAsync(topic, topic.Place(0), Publishers * Each, new Random(number))))];
        Task[] publishers = [.. Enumerable.Range(0, Publishers).Select(_ => Task.Run(() => topic.PublishMany(Each)))];

        await Task.WhenAll([.. publishers, .. readers]).WaitAsync(Guard);
        Assert.All(readers, reader => Assert.Equal(Publishers * Each, reader.Result));
        Assert.Equal(0, topic.Waiters);
    }

    [Fact]
    [Requirement("LP-SEM-02", "LP-SEM-07")]
    public async Task Two_hundred_streams_each_get_all_that_eight_publish()
    {
        const int Each = 2_000;
        var topic = new Topic("a", new TopicOptions { MaxMessages = Publishers * Each, MaxBytes = null, MaxFramedBytes = 100_000 });
        var framing = new LineFraming();
        CountingStream[] streams = [.. Enumerable.Range(0, 200).Select(_ => new CountingStream(topic, framing, Publishers * Each))];
        Task[] publishers = [.. Enumerable.Range(0, Publishers).Select(_ => Task.Run(() => topic.PublishMany(Each)))];

        await Task.WhenAll([.. publishers, .. streams.Select(stream => stream.Done)]).WaitAsync(Guard);
        Assert.All(streams, stream => Assert.Equal(Publishers * Each, stream.Messages));
        Assert.Equal(200, topic.Waiters);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Requirement("LP-SEM-02", "LP-SEM-03", "LP-SEM-04", "LP-SEM-08", "LP-SEM-09")]
    public async Task With_little_room_what_is_missed_is_told_whatever_clients_change_to(bool isCompacted)
    {
        const int Each = 2_000;
        var topic = new Topic("a", new TopicOptions { MaxMessages = 50, IsCompacted = isCompacted });
        var model = new NoLossModel(isCompacted);
        var framing = new LineFraming();
        NoLossClient[] clients = [.. Enumerable.Range(0, 12).Select(number => model.Client($"{number}", topic.Place(0)))];
        Task[] readers = [.. clients.Select((client, number) => Task.Run(() => ChangeAsync(topic, framing, client, new Random(number))))];

        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(number => Task.Run(() => Publish(number)))).WaitAsync(Guard);
        topic.Complete();
        model.Completed(topic.End.Epoch);
        await Task.WhenAll(readers).WaitAsync(Guard);

        Assert.All(clients, client => Assert.True(client.IsEnded));
        Assert.True(model.Check(toTheEnd: true).Messages > 0);

        void Publish(int number)
        {
            for (int count = 0; count < Each; count++)
            {
                byte[] data = Encoding.ASCII.GetBytes($"{number} {count}");
                string key = $"{count % 60}";
                model.Published(new TopicMessage(topic.Publish(data, key: key), data, null, key));
            }
        }
    }

    [Fact]
    [Requirement("LP-SEM-02")]
    public async Task Nobody_falls_asleep_beside_a_message_published_while_registering()
    {
        var topic = new Topic("a");
        using var start = new Barrier(2);
        Task publisher = Task.Run(() =>
        {
            for (int round = 0; round < 20_000; round++)
            {
                start.SignalAndWait();
                topic.Publish([1]);
            }
        });
        Task reader = Task.Run(async () =>
        {
            for (int round = 0; round < 20_000; round++)
            {
                Cursor before = topic.End;
                start.SignalAndWait();
                await topic.WaitAsync(before);
                Assert.Equal(before.Sequence + 1, topic.Read(before).Next.Sequence);
            }
        });

        await Task.WhenAll(publisher, reader).WaitAsync(Guard);
        Assert.Equal(0, topic.Waiters);
    }

    [Fact]
    [Requirement("LP-SEM-06")]
    public async Task News_and_giving_up_at_the_same_time_have_one_outcome()
    {
        var topic = new Topic("a");
        using var start = new Barrier(2);
        TestWaiter waiter = null!;
        Task publisher = Task.Run(() =>
        {
            for (int round = 0; round < 10_000; round++)
            {
                start.SignalAndWait();
                topic.Publish([1]);
                start.SignalAndWait();
            }
        });
        int[] outcomes = new int[2];
        for (int round = 0; round < 10_000; round++)
        {
            var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiter = new TestWaiter(topic.End, staysRegistered: false, _ => told.SetResult());
            topic.Register(waiter);
            start.SignalAndWait();
            bool gaveUp = topic.Unregister(waiter);
            start.SignalAndWait();
            if (!gaveUp) await told.Task.WaitAsync(Guard);
            outcomes[gaveUp ? 1 : 0]++;
            Assert.Equal(gaveUp ? 0 : 1, waiter.Calls);
            Assert.Equal((0, round + 1), (topic.Waiters, topic.End.Sequence));
        }

        await publisher.WaitAsync(Guard);
        Assert.Equal(10_000, outcomes.Sum());
    }

    [Fact]
    [Requirement("LP-SEM-06")]
    public async Task Waits_that_are_cancelled_while_news_comes_leave_nobody_behind()
    {
        var topic = new Topic("a");
        Task publisher = Task.Run(() => topic.PublishMany(20_000));
        Task[] readers = [.. Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            while (topic.End.Sequence < 20_000)
            {
                using var cancellation = new CancellationTokenSource();
                Task wait = topic.WaitAsync(topic.End, cancellation.Token).AsTask();
                await cancellation.CancelAsync();
                await Task.WhenAny(wait);
                Assert.True(wait.IsCompletedSuccessfully || wait.IsCanceled);
            }
        }))];

        await Task.WhenAll([publisher, .. readers]).WaitAsync(Guard);
        Assert.Equal(0, topic.Waiters);
    }

    [Fact]
    public async Task What_was_accepted_before_the_end_is_read_before_the_end()
    {
        for (int round = 0; round < 50; round++)
        {
            var topic = new Topic("a", new TopicOptions { MaxMessages = (Publishers * 5_000) + 100, MaxBytes = null });
            Task<long> reader = Task.Run(() => PollAsync(topic, topic.Place(0), long.MaxValue, new Random(round)));
            Task<long>[] publishers = [.. Enumerable.Range(0, Publishers).Select(_ => Task.Run(() => PublishUntilRefused(topic, 5_000)))];
            Task completer = Task.Run(() =>
            {
                topic.PublishMany(100);
                topic.Complete();
            });

            await completer.WaitAsync(Guard);
            long[] accepted = await Task.WhenAll(publishers).WaitAsync(Guard);
            Assert.Equal(accepted.Sum() + 100, await reader.WaitAsync(Guard));
        }
    }

    /// <summary>Polls, at times throws an answer away as a broken connection would, and checks that nothing is missing or comes twice.</summary>
    private static async Task<long> PollAsync(Topic topic, Cursor at, long until, Random random)
    {
        long read = 0;
        while (read < until)
        {
            TopicBatch batch = topic.Read(at, 1 + random.Next(200));
            if (random.Next(10) == 0) continue;
            foreach (TopicMessage message in batch.Messages.ToArray()) Assert.Equal(++read, message.Id.Sequence);
            Assert.Null(batch.Gap);
            at = batch.Next;
            if (batch.IsEnd) return read;
            if (read < until) await topic.WaitAsync(at);
        }

        return read;
    }

    private static long PublishUntilRefused(Topic topic, int most)
    {
        for (long accepted = 0; accepted < most; accepted++)
        {
            try
            {
                topic.Publish([1]);
            }
            catch (TopicException refused) when (refused.Rule == TopicRules.Completed)
            {
                return accepted;
            }
        }

        return most;
    }

    /// <summary>A client that polls for a while, streams for a while, is cut anywhere, and goes on from where it stands.</summary>
    private static async Task ChangeAsync(Topic topic, LineFraming framing, NoLossClient client, Random random)
    {
        while (!client.IsEnded)
        {
            await topic.WaitAsync(client.Cursor);
            if (random.Next(2) == 0)
            {
                client.Batch(topic.Read(client.Cursor, 1 + random.Next(20)));
                continue;
            }

            var stream = new StreamConnection(topic, framing, new TopicFault(), client, registers: false);
            for (int piece = 0; piece < 5; piece++)
            {
                stream.Allow(random.Next(400));
                stream.Deliver(random.Next(400));
            }
        }
    }

    /// <summary>A stream that stays registered and takes what it is told of on the sweep's own thread.</summary>
    private sealed class CountingStream : TopicWaiter
    {
        private readonly Topic _topic;
        private readonly FramedLog _log;
        private readonly int _until;
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CountingStream(Topic topic, TopicFraming framing, int until)
            : base(staysRegistered: true)
        {
            _topic = topic;
            _log = topic.Framed(framing)!;
            _until = until;
            Cursor = topic.End;
            topic.Register(this);
        }

        public Task Done => _done.Task;

        public long Messages { get; private set; }

        protected internal override void OnNews()
        {
            while (_topic.HasNews(Cursor)) Take();
            if (Messages == _until) _done.TrySetResult();
        }

        private void Take()
        {
            FramedSlice slice = _log.Read(Cursor);
            if (slice.IsBehind)
            {
                Messages += _topic.Read(Cursor, 10).Messages.Length;
                Cursor = _topic.Read(Cursor, 10).Next;
                return;
            }

            Messages += slice.Bytes.Span.Count((byte)'\n');
            Cursor = slice.Next;
        }
    }
}
