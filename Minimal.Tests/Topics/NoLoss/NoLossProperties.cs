using Minimal.Http.Topics;
using Minimal.Sse;
using Minimal.Testing;
using Minimal.WebSocket;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>
/// Every transport over whole connections: random schedules of publishing, polling, streaming, slow reading, cuts at any byte, changes of transport, ageing,
/// restarts and completion. Every client gets each message after its cursor exactly once and in order, or a gap that covers what it missed. And faults, to
/// show that this would be noticed.
/// </summary>
public sealed class NoLossProperties
{
    private static readonly NoLossTransport[] ByHand = [.. NoLossTransport.All, new ListPollTransport(), NoLossTransport.Sse], Everything = [.. ByHand, new WebSocketTransport()];

    [Fact]
    [Requirement("LP-SEM-01", "LP-SEM-02", "LP-SEM-03", "LP-SEM-04", "LP-SEM-09", "LP-SEM-10", "SSE-9.2.4-03")]
    public void Nothing_is_lost_doubled_or_out_of_order()
    {
        NoLossReport[] runs = Holds(OfStreams, ByHand, isCompacted: false, tests: 400);
        Assert.InRange(runs.Sum(run => run.Messages), 1000, long.MaxValue);
        Assert.InRange(runs.Sum(run => run.Gaps), 200, long.MaxValue);
        Assert.InRange(runs.Sum(run => run.Ends), 20, long.MaxValue);
        Assert.InRange(runs.Sum(run => run.Cuts), 80, long.MaxValue);
        Assert.InRange(runs.Sum(run => run.Changes), 300, long.MaxValue);
        Assert.InRange(runs.Sum(run => run.Restarts), 50, long.MaxValue);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Requirement("LP-SEM-03", "LP-SEM-04", "LP-SEM-09")]
    public void Nothing_is_lost_doubled_or_out_of_order_with_WebSocket_as_well(bool isCompacted) => Holds(OfEverything, Everything, isCompacted, tests: 200);

    [Fact]
    [Requirement("LP-SEM-09")]
    public void Of_each_key_the_latest_arrives()
    {
        NoLossReport[] runs = Holds(OfStreams, ByHand, isCompacted: true, tests: 400);
        Assert.InRange(runs.Sum(run => run.Messages), 500, long.MaxValue);
        Assert.InRange(runs.Sum(run => run.Gaps), 200, long.MaxValue);
    }

    [Theory]
    [InlineData("poll")]
    [InlineData("long")]
    [InlineData("list")]
    [InlineData("ndjson")]
    [InlineData("ndjson-1.0")]
    [InlineData("frame")]
    [InlineData("sse")]
    [InlineData("ws")]
    public void Each_transport_alone_loses_nothing(string name) =>
        PropertyCheck.Holds(NoLossCheck.Of(OfEverything, [Everything.Single(transport => transport.Name == name)]), tests: 60);

    [Fact]
    public void A_server_on_threads_of_its_own_loses_nothing() =>
        PropertyCheck.Holds(NoLossCheck.Of(start => OfThreads(start), Everything), tests: 60);

    [Fact]
    public void The_model_takes_any_endpoint() =>
        PropertyCheck.Holds(NoLossCheck.Of(start => OfList(start, tellsGaps: true), [NoLossTransport.ShortPoll]), tests: 100);

    [Fact]
    public void A_fault_in_any_endpoint_is_found_and_shown()
    {
        Counterexample found = PropertyCheck.MustFail(NoLossCheck.Of(start => OfList(start, tellsGaps: false), [NoLossTransport.ShortPoll]));
        var smallest = (NoLossSchedule)found.Smallest[0];
        Assert.InRange(smallest.Steps.Count, 1, 4);
        Assert.Contains("    1. ", $"{found}", StringComparison.Ordinal);
        Assert.Contains("because: client ", $"{found}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LineFault.LosesEveryFifth, "are lost")]
    [InlineData(LineFault.DoublesEveryFifth, "a second time")]
    [InlineData(LineFault.SwapsTwo, "are lost")]
    [InlineData(LineFault.ChangesData, "other data")]
    [InlineData(LineFault.HidesGaps, "are lost")]
    [InlineData(LineFault.HidesGaps, "another life of the log without a gap")]
    [InlineData(LineFault.ShortensGaps, "was told of a gap")]
    [InlineData(LineFault.OpensTooFar, "was put to")]
    [InlineData(LineFault.ForgetsTheEnd, "gets no further")]
    [InlineData(LineFault.EndsTooEarly, "is not complete")]
    public void A_planted_fault_of_a_stream_is_found(LineFault fault, string how) =>
        Finds(start => NoLossServer.Of(start, start.CreateTopic(), new FaultyLines(fault)), [NoLossTransport.Ndjson, NoLossTransport.ShortPoll], how);

    [Theory]
    [InlineData(PollFault.SkipsBehindAFullBatch, "are lost")]
    [InlineData(PollFault.HidesGaps, "another life of the log without a gap")]
    [InlineData(PollFault.RepeatsTheLast, "a second time")]
    [InlineData(PollFault.ForgetsTheEnd, "gets no further")]
    [InlineData(PollFault.GoesBack, "was put back")]
    public void A_planted_fault_of_a_poll_is_found(PollFault fault, string how) =>
        Finds(start => NoLossServer.Of(start, start.CreateTopic(), new FaultyPoll(fault)), [NoLossTransport.ShortPoll, NoLossTransport.LongPoll], how);

    [Fact]
    public void A_wake_up_that_is_lost_is_found()
    {
        int count = 0;
        Finds(
            start =>
            {
                TopicOptions forgetful = start.TopicOptions with { Schedule = work => { if (++count % 3 > 0) start.Work.Add(work); } };
                return NoLossServer.Of(start, new Topic("a", forgetful, new MemoryTopicStore(start.Epoch)));
            },
            NoLossTransport.All,
            "is not told of news");
    }

    private static NoLossServer OfStreams(NoLossStart start) => NoLossServer.Of(start, start.CreateTopic(), new TopicSse());

    // A WebSocket connection goes on with its sends on the pool.
    private static NoLossServer OfEverything(NoLossStart start) => NoLossServer.Of(start, start.CreateTopic(), new TopicSse(), new TopicWebSocket()) with { RunsByItself = true };

    private static NoLossServer OfThreads(NoLossStart start)
    {
        var topic = new Topic("a", start.TopicOptions with { Schedule = TopicOptions.Default.Schedule }, new MemoryTopicStore(start.Epoch));
        TopicEndpointOptions options = start.EndpointOptions with { Schedule = TopicEndpointOptions.Default.Schedule };
        return NoLossServer.Of(topic, new TopicEndpoint(topic, options, new TopicSse(), new TopicWebSocket())) with { RunsByItself = true };
    }

    private static NoLossServer OfList(NoLossStart start, bool tellsGaps)
    {
        var list = new ListEndpoint(start.Epoch, start.Terms.MaxMessages, tellsGaps);
        return new NoLossServer { Handler = list.AnswerAsync, Publish = (data, _) => list.PublishAsync(data), End = () => list.End };
    }

    private static NoLossReport[] Holds(Func<NoLossStart, NoLossServer> start, NoLossTransport[] transports, bool isCompacted, int tests)
    {
        List<NoLossReport> runs = [];
        PropertyCheck.Holds(NoLossCheck.Schedules(transports, isCompacted), schedule => runs.Add(NoLossCheck.Run(schedule, start, transports)), tests);
        return [.. runs];
    }

    // A fault shows itself in several ways; a run passes here unless it shows in the one that is looked for.
    private static void Finds(Func<NoLossStart, NoLossServer> start, IReadOnlyList<NoLossTransport> transports, string how) =>
        PropertyCheck.MustFail(NoLossCheck.Schedules(transports), schedule =>
        {
            try
            {
                NoLossCheck.Run(schedule, start, transports);
            }
            catch (NoLossException broken) when (!broken.Message.Contains(how, StringComparison.Ordinal))
            {
                return;
            }
        });
}
