using System.IO.Pipelines;
using Minimal.Http.Transports;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Faults;

/// <summary>Each fault alone, over memory that goes on inline and a clock that is turned by hand; then all of them, twice the same.</summary>
public sealed class ChaosTransportTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(ChaosDirection.Sent)]
    [InlineData(ChaosDirection.Received)]
    public void A_delay_holds_what_has_come_and_keeps_the_pieces(ChaosDirection direction)
    {
        ChaosPair pair = Connect(direction, new ChaosStep(direction, 2, ChaosFault.Delay, Second));
        pair.Write("abcd");
        Assert.Equal(["ab"], pair.There.Take());
        pair.Write("ef");
        Assert.Empty(pair.There.Take());
        _time.Advance(Second);
        Assert.Equal(["cd", "ef"], pair.There.Take());
        Assert.Equal("Delay 1000 ms", Assert.Single(pair.Chaos.Happened).ToString().Split(' ', 2)[1]);
    }

    [Fact]
    public void A_merge_makes_one_piece_of_what_comes_within_its_time()
    {
        ChaosPair pair = Connect(ChaosDirection.Sent, new ChaosStep(ChaosDirection.Sent, 0, ChaosFault.Merge, Second));
        foreach (string each in (string[])["a", "b", "c"]) pair.Write(each);
        Assert.Empty(pair.There.Take());
        _time.Advance(Second);
        Assert.Equal(["abc"], pair.There.Take());
    }

    [Fact]
    public void A_split_sends_bytes_one_by_one()
    {
        ChaosPair pair = Connect(ChaosDirection.Sent, new ChaosStep(ChaosDirection.Sent, 1, ChaosFault.Split, Bytes: 3));
        pair.Write("abcdefg");
        Assert.Equal(["a", "b", "c", "d", "efg"], pair.There.Take());
    }

    [Fact]
    public void A_stall_holds_both_directions_and_then_goes_on()
    {
        ChaosPair pair = Connect(ChaosDirection.Sent, new ChaosStep(ChaosDirection.Sent, 0, ChaosFault.Stall, Second));
        pair.Write("a");
        pair.WriteBack("b");
        Assert.Empty(pair.There.Take());
        Assert.Empty(pair.Back.Take());
        _time.Advance(Second);
        Assert.Equal(["a"], pair.There.Take());
        Assert.Equal(["b"], pair.Back.Take());
    }

    [Theory]
    [InlineData(ChaosDirection.Sent)]
    [InlineData(ChaosDirection.Received)]
    public async Task A_drop_tells_nobody(ChaosDirection direction)
    {
        ChaosPair pair = Connect(direction, new ChaosStep(direction, 2, ChaosFault.Drop));
        pair.Write("abcd");
        pair.WriteBack("x");
        Assert.Equal(["ab"], pair.There.Take());
        pair.End();
        _time.Advance(59 * Second);
        Assert.Empty(pair.There.Take());
        Assert.Empty(pair.Back.Take());
        Assert.Equal((null, null), (pair.There.End, pair.Back.End));

        // TCP gives up at last.
        _time.Advance(2 * Second);
        Assert.Equal(("RST", "RST"), (pair.There.End, pair.Back.End));
        await pair.Chaos.DisposeAsync();
        await pair.Chaos.Ended;
    }

    [Theory]
    [InlineData(ChaosDirection.Sent)]
    [InlineData(ChaosDirection.Received)]
    public async Task A_reset_is_seen_by_both_ends(ChaosDirection direction)
    {
        ChaosPair pair = Connect(direction, new ChaosStep(direction, 2, ChaosFault.Reset));
        pair.Write("ab");
        Assert.Equal(("RST", "RST"), (pair.There.End, pair.Back.End));
        await pair.Chaos.DisposeAsync();
        await pair.Chaos.Ended;
    }

    [Fact]
    public async Task An_end_goes_through_behind_what_was_written_and_each_way_alone()
    {
        ChaosPair pair = Connect(ChaosDirection.Sent, new ChaosStep(ChaosDirection.Sent, 0, ChaosFault.Delay, Second));
        pair.Write("a");
        pair.End();
        Assert.Null(pair.There.End);
        _time.Advance(Second);
        Assert.Equal(["a"], pair.There.Take());
        Assert.Equal(("FIN", null), (pair.There.End, pair.Back.End));
        pair.WriteBack("b");
        pair.EndBack();
        Assert.Equal(["b"], pair.Back.Take());
        Assert.Equal("FIN", pair.Back.End);
        await pair.Chaos.Ended;
    }

    [Fact]
    public void A_fan_out_is_taken_as_far_as_the_window_goes()
    {
        ChaosPair pair = Connect(ChaosDirection.Sent, new ChaosStep(ChaosDirection.Sent, 0, ChaosFault.Delay, Second));
        Assert.Equal(1000, pair.Chaos.TrySend(new byte[1500]));
        Assert.Equal(0, pair.Chaos.TrySend(new byte[1]));
        _time.Advance(Second);
        Assert.Equal(1000, pair.There.Take().Sum(piece => piece.Length));
        Assert.Equal(1, pair.Chaos.TrySend(new byte[1]));
    }

    [Fact]
    public void One_seed_does_the_same_however_the_bytes_arrive()
    {
        ChaosOptions options = Options with { EveryBytes = 300, Drop = 0, Reset = 0.001, Forget = Second };
        IReadOnlyList<ChaosStep> whole = Run(options, piece: 5000), inPieces = Run(options, piece: 7);
        Assert.Equal(whole, inPieces);
        Assert.True(whole.Count > 20);
        Assert.Equal(4, whole.Select(step => step.Fault).Distinct().Count());
        Assert.NotEqual(whole, Run(options, piece: 5000, seed: 2));
    }

    [Fact]
    public async Task A_server_gets_it_on_every_connection_by_a_listener()
    {
        var memory = new MemoryListener();
        var network = new ChaosNetwork(new ChaosOptions { EveryBytes = 10, Delay = 0, Merge = 0, Stall = 0, Drop = 0, Reset = 0, Split = 1 });
        await using Listener listener = network.Around(memory);
        using var stop = new CancellationTokenSource();
        Assert.Equal(memory.EndPoint, listener.Bind());
        Task running = listener.RunAsync(
            async transport =>
            {
                await transport.Output.WriteAsync("Some bytes, and a few more than that."u8.ToArray());
                await transport.DisposeAsync();
            },
            stop.Token);
        using var reader = new StreamReader(memory.Connect().AsStream());
        Assert.Equal("Some bytes, and a few more than that.", await reader.ReadToEndAsync());
        Assert.True(network.Count(ChaosFault.Split) > 0);
        Assert.Equal(network.Faults, network.Count(ChaosFault.Split));
        await stop.CancelAsync();
        await running;
    }

    private ChaosOptions Options => new() { Time = _time, Scheduler = PipeScheduler.Inline, WindowBytes = 1000 };

    private ChaosPair Connect(ChaosDirection direction, params ChaosStep[] steps) => new(ChaosSchedule.Of(steps), Options, direction);

    /// <summary>Sends 20,000 bytes in pieces of that size through a network by chance, and says what happened.</summary>
    private IReadOnlyList<ChaosStep> Run(ChaosOptions options, int piece, int seed = 1)
    {
        var pair = new ChaosPair(ChaosSchedule.Random(options, seed), options with { WindowBytes = 100_000 }, ChaosDirection.Sent);
        string text = string.Concat(Enumerable.Range(0, 20_000).Select(i => (char)('a' + (i % 26))));
        for (int at = 0; at < text.Length; at += piece) pair.Write(text.Substring(at, Math.Min(piece, text.Length - at)));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(text, string.Concat(pair.There.Take()));
        return pair.Chaos.Happened;
    }
}
