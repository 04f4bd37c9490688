using FsCheck;
using FsCheck.Fluent;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Fuzzing;

/// <summary>The loop over small targets that report by hand where they go.</summary>
public sealed class FuzzLoopTests
{
    [Fact]
    public void What_goes_a_new_way_is_kept_and_leads_further()
    {
        (FuzzLoop loop, _) = Loop((map, input) => Steps(map, input, "fuzz"u8));
        while (loop.Executions < 200_000 && loop.Findings.Count == 0) loop.Step();
        FuzzFinding finding = Assert.Single(loop.Findings);
        Assert.Equal("fuzz"u8.ToArray(), finding.Input);
        Assert.InRange(loop.Corpus.Count, 2, 40);
        Assert.Contains("fuzz", $"{finding}", StringComparison.Ordinal);
    }

    [Fact]
    public void Without_coverage_four_bytes_are_not_guessed()
    {
        (FuzzLoop loop, _) = Loop((_, input) => Steps(new CoverageMap(), input, "fuzz"u8));
        while (loop.Executions < 200_000) loop.Step();
        Assert.Empty(loop.Findings);
    }

    [Fact]
    public void The_same_seed_tries_the_same_inputs()
    {
        Assert.Equal(Tried(seed: 3), Tried(seed: 3));
        Assert.NotEqual(Tried(seed: 3), Tried(seed: 4));
    }

    [Fact]
    public void A_generator_is_sown_from()
    {
        var target = new HandTarget((map, input) => map.Hit(input.Length), Gen.Constant("GET / HTTP/1.1\r\n\r\n"u8.ToArray()));
        var loop = new FuzzLoop(target, target.Map, seed: 1);
        loop.Step();
        Assert.Equal("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Assert.Single(loop.Corpus));
    }

    [Fact]
    public void Failures_that_look_the_same_are_one_finding()
    {
        (FuzzLoop loop, _) = Loop((_, input) =>
        {
            if (input.Length % 2 == 1) throw new CheckFailedException($"odd: {input.Length}");
            if (input.Contains((byte)'!')) throw new InvalidOperationException("a mark");
        });
        loop.Add("abc"u8.ToArray());
        loop.Add("abcde"u8.ToArray());
        loop.Add("ab!d"u8.ToArray());
        Assert.Equal([3, 2], loop.Findings.Select(finding => finding.Input.Length));
        Assert.Equal("abc"u8.ToArray(), loop.Findings[0].Original);
    }

    [Fact]
    public void What_does_not_end_is_a_finding_even_if_it_catches_everything()
    {
        (FuzzLoop loop, _) = Loop((map, input) =>
        {
            for (int n = 0; input.Length > 2 && n < 100_000; n++)
            {
                try
                {
                    map.Hit(1);
                }
                catch (TimeoutException)
                {
                    // As a server does that survives whatever a handler throws.
                }
            }
        });
        loop.Add("abcdef"u8.ToArray());
        Assert.IsType<TimeoutException>(Assert.Single(loop.Findings).Failure);
        Assert.Equal(3, loop.Findings[0].Input.Length);
    }

    [Fact]
    public void What_allocates_too_much_is_a_finding()
    {
        (FuzzLoop loop, _) = Loop((_, input) => GC.KeepAlive(new byte[input.Length * 1_000_000]));
        loop.Add(new byte[40]);
        Assert.IsType<InsufficientMemoryException>(Assert.Single(loop.Findings).Failure);
        Assert.Equal(10, loop.Findings[0].Input.Length);
    }

    [Fact]
    public void The_smallest_corpus_goes_all_ways()
    {
        (FuzzLoop loop, CoverageMap map) = Loop((map, input) =>
        {
            foreach (byte value in input.Distinct()) map.Hit(value * 256);
        });
        foreach (string input in (string[])["a", "ab", "b", "abc", "d", "cd", "abcd"]) loop.Add([.. input.Select(letter => (byte)letter)]);
        int before = Ways(loop.Corpus), after = Ways(loop.Minimise());
        Assert.Equal(before, after);
        Assert.True(loop.Minimise().Count < loop.Corpus.Count);

        int Ways(IEnumerable<byte[]> inputs) => inputs.SelectMany(input =>
        {
            loop.Failure(input);
            return map.Features();
        }).Distinct().Count();
    }

    [Theory]
    [InlineData("xxxxxx<a>yyy", "<a>")]
    [InlineData("<a>", "<a>")]
    [InlineData("GET <a> HTTP", "<a>")]
    public void Shrinking_leaves_what_matters(string input, string left)
    {
        byte[] smallest = FuzzShrinker.Shrink([.. input.Select(letter => (byte)letter)], bytes => bytes.AsSpan().IndexOf("<a>"u8) >= 0);
        Assert.Equal(left, EscapedBytes.Write(smallest));
    }

    [Fact]
    public void Shrinking_prefers_plain_bytes_and_stops_in_time()
    {
        Assert.Equal("aaaa", EscapedBytes.Write(FuzzShrinker.Shrink("q\0\xFFz"u8.ToArray()[..4], bytes => bytes.Length == 4)));
        int asked = 0;
        FuzzShrinker.Shrink(new byte[1000], _ => ++asked < 0, maxTries: 50);
        Assert.Equal(50, asked);
    }

    [Fact]
    public void Counts_of_one_size_are_the_same_feature()
    {
        Assert.Equal(Features(4), Features(7));
        Assert.NotEqual(Features(3), Features(4));
        Assert.NotEqual(Features(7), Features(8));
        Assert.NotEqual(Features(31), Features(32));
    }

    private static IReadOnlyList<int> Features(int times)
    {
        var map = new CoverageMap();
        map.Begin(1000);
        for (int n = 0; n < times; n++) map.Hit(0);
        return map.Features();
    }

    private static string Tried(int seed)
    {
        var tried = new List<string>();
        var target = new HandTarget((map, input) =>
        {
            tried.Add(Convert.ToHexString(input));
            Steps(map, input, "fuzz"u8);
        });
        var loop = new FuzzLoop(target, target.Map, seed);
        while (loop.Executions < 2000) loop.Step();
        return string.Join(' ', tried);
    }

    // A place for each byte that is right; fails behind the last.
    private static void Steps(CoverageMap map, byte[] input, ReadOnlySpan<byte> secret)
    {
        int right = 0;
        while (right < secret.Length && right < input.Length && input[right] == secret[right]) right++;
        map.Hit(1000 * (right + 1));
        if (right == secret.Length) throw new InvalidOperationException("planted");
    }

    private static (FuzzLoop Loop, CoverageMap Map) Loop(Action<CoverageMap, byte[]> check)
    {
        var target = new HandTarget(check);
        return (new FuzzLoop(target, target.Map, seed: 1), target.Map);
    }

    private sealed class HandTarget(Action<CoverageMap, byte[]> check, Gen<byte[]>? inputs = null) : FuzzTarget
    {
        public CoverageMap Map { get; } = new();

        public override string Name => "by hand";

        public override string Invariant => "what the test says";

        public override long MaxSteps => 1000;

        public override long MaxAllocatedBytes => 9_500_000;

        public override int MaxLength => 64;

        public override Gen<byte[]>? Inputs => inputs;

        public override void Check(byte[] input) => check(Map, input);
    }
}
