using System.IO.Pipelines;
using Minimal.Sse;
using Xunit;

namespace Minimal.Tests.Sse;

/// <summary>Sending: back-pressure, many senders at once, slow clients, and what it costs.</summary>
public sealed class SseStreamSendTests
{
    private const int Window = SseStreaming.NarrowBytes;

    // What does not fit into the window, so that its flush waits until the client reads.
    private static readonly SseEvent Large = new(new string('x', 2 * Window));

    [Fact]
    public async Task A_sender_waits_until_the_client_takes_it_and_what_comes_meanwhile_leaves_together()
    {
        await using SseStreaming streaming = await SseStreaming.StartAsync();
        Task<bool> first = streaming.Stream.SendAsync(Large).AsTask();
        Assert.False(first.IsCompleted);

        Task<bool>[] behind =
        [
            streaming.Stream.SendAsync(new SseEvent("1")).AsTask(),
            streaming.Stream.SendAsync("data: 2\n\n"u8.ToArray()).AsTask(),
            streaming.Stream.SendAsync(new SseEvent("3")).AsTask(),
        ];
        Assert.All(behind, task => Assert.False(task.IsCompleted));

        await streaming.Wire.ReadChunkAsync();
        Assert.True(await first);
        Assert.Equal("data: 1\n\ndata: 2\n\ndata: 3\n\n", await streaming.Wire.ReadChunkAsync());
        Assert.All(await Task.WhenAll(behind), Assert.True);
    }

    [Fact]
    public async Task Events_of_many_senders_arrive_whole_and_each_sender_s_in_order()
    {
        const int Senders = 8, Events = 500;
        await using SseStreaming streaming = await SseStreaming.StartAsync(scheduler: PipeScheduler.ThreadPool);
        Task sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            for (int i = 0; i < Events; i++) Assert.True(await streaming.Stream.SendAsync(new SseEvent($"{i}\n{new string('x', i)}", Type: $"{sender}")));
        })));

        var feed = new SseFeed();
        int[] next = new int[Senders];
        while (next.Sum() < Senders * Events)
        {
            foreach (SseEvent received in feed.Feed(await streaming.Wire.ReadChunkAsync()))
            {
                int expected = next[int.Parse(received.Type!, null)]++;
                Assert.Equal($"{expected}\n{new string('x', expected)}", received.Data);
            }
        }

        await sending;
    }

    [Fact]
    public async Task An_event_that_cannot_be_written_leaves_nothing_behind()
    {
        await using SseStreaming streaming = await SseStreaming.StartAsync();
        await Assert.ThrowsAsync<ArgumentException>(async () => await streaming.Stream.SendAsync(new SseEvent("x", Id: "1\n2")));
        Task<bool> first = streaming.Stream.SendAsync(Large).AsTask();
        await Assert.ThrowsAsync<ArgumentException>(async () => await streaming.Stream.SendAsync(new SseEvent("x", Type: "a\rb")));
        await streaming.Wire.ReadChunkAsync();
        Assert.True(await first);

        Assert.True(await streaming.Stream.SendAsync(new SseEvent("y")));
        Assert.Equal("data: y\n\n", await streaming.Wire.ReadChunkAsync());
    }

    [Fact]
    public async Task Nothing_sent_is_nothing_written()
    {
        await using SseStreaming streaming = await SseStreaming.StartAsync();
        Assert.True(await streaming.Stream.SendAsync(ReadOnlyMemory<byte>.Empty));
        Assert.Equal("", streaming.Wire.ReadWhatIsThere());
    }

    [Fact]
    [Requirement("SSE-OP-04")]
    public async Task Who_takes_less_than_is_sent_without_waiting_is_cut_off_and_the_others_are_not()
    {
        var options = new SseStreamOptions { MaxWaitingBytes = 64 * 1024 };
        var streams = new List<SseStream>();
        await using SseServer server = await SseServer.StartAsync(
            async exchange =>
            {
                SseStream stream = await SseStream.StartAsync(exchange, options);
                lock (streams) streams.Add(stream);
                await stream.WhenEndedAsync();
            },
            windowBytes: Window);
        SseWire slow = await server.RequestAsync(), good = await server.RequestAsync();
        await good.ReadToAsync("retry: 3000\n\n\r\n");

        byte[] shared = SseWriter.Encode(new SseEvent(new string('x', 8 * 1024)));
        int sent = 0;
        for (; !streams[0].HasEnded; sent += shared.Length)
        {
            Assert.InRange(sent, 0, options.MaxWaitingBytes + (4 * shared.Length));   // what is held is bounded
            _ = streams[0].SendAsync(shared).AsTask();
            Task<bool> toGood = streams[1].SendAsync(shared).AsTask();
            Assert.Equal(shared.Length, (await good.ReadChunkAsync()).Length);
            Assert.True(await toGood);
        }

        await Assert.ThrowsAsync<IOException>(slow.ReadToEndAsync);
        Assert.False(await streams[0].SendAsync(shared));
        Assert.False(streams[1].HasEnded);
    }

    [Fact]
    public async Task A_single_event_may_be_larger_than_what_may_wait()
    {
        await using SseStreaming streaming = await SseStreaming.StartAsync(new SseStreamOptions { MaxWaitingBytes = 10 });
        Task<bool> first = streaming.Stream.SendAsync(Large).AsTask(), second = streaming.Stream.SendAsync(Large).AsTask();
        await streaming.Wire.ReadChunkAsync();
        await streaming.Wire.ReadChunkAsync();
        Assert.True(await first && await second);
    }

    [Fact]
    public async Task Who_takes_too_little_is_cut_by_the_minimum_response_rate()
    {
        await using SseStreaming streaming = await SseStreaming.StartAsync();
        Task<bool> first = streaming.Stream.SendAsync(Large).AsTask(), second = streaming.Stream.SendAsync(new SseEvent("x")).AsTask();
        streaming.Server.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.False(first.IsCompleted);
        streaming.Server.Time.Advance(TimeSpan.FromSeconds(10));   // the grace, and a piece of 4 KiB at 240 bytes a second
        Assert.False(await first);
        Assert.False(await second);
        Assert.True(streaming.Stream.HasEnded);
        await Assert.ThrowsAsync<IOException>(streaming.Wire.ReadToEndAsync);
    }

    [Fact]
    public async Task Sending_allocates_nothing()
    {
        await using SseStreaming streaming = await SseStreaming.StartAsync(windowBytes: 64 * 1024);
        var e = new SseEvent("one\ntwo é", "score", "1234");
        byte[] encoded = SseWriter.Encode(e);
        PipeReader input = streaming.Wire.Transport.Input;
        for (int i = 0; i < 100; i++) SendAndRead();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) SendAndRead();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void SendAndRead()
        {
            Send(streaming.Stream.SendAsync(e));
            Send(streaming.Stream.SendAsync(encoded));
            Assert.True(input.TryRead(out ReadResult read));
            input.AdvanceTo(read.Buffer.End);
        }

        static void Send(ValueTask<bool> sending)
        {
            Assert.True(sending.IsCompletedSuccessfully);
            Assert.True(sending.Result);
        }
    }
}
