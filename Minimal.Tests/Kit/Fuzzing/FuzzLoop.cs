using System.Diagnostics.CodeAnalysis;
using FsCheck;

namespace Minimal.Testing;

/// <summary>
/// Looks for inputs for which a target does not hold, led by coverage: what goes a new way is kept and changed further. It runs on the caller's
/// thread, and the same seed over the same corpus does the same.
/// </summary>
/// <remarks>
/// Without instrumented code nothing reports places to the map; then it still runs, on what generators and the corpus give. Not thread-safe.
/// </remarks>
/// <example>
/// <code>
/// var loop = new FuzzLoop(new MyTarget(), coverage, seed: 1);
/// loop.Add("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
/// while (loop.Executions &lt; 100_000) loop.Step();
/// foreach (FuzzFinding finding in loop.Findings) Console.WriteLine(finding);
/// </code>
/// </example>
public sealed class FuzzLoop
{
    private const int ChangesOfOne = 64;
    private const int GeneratedOfHundred = 4;
    private const int MaxFindings = 50;

    private readonly FuzzTarget _target;
    private readonly CoverageMap _coverage;
    private readonly Random _random;
    private readonly FuzzCorpus _corpus;
    private readonly FuzzMutator _mutator;
    private readonly List<FuzzFinding> _findings = [];
    private readonly HashSet<string> _signatures = [];
    private readonly HashSet<int> _unstable = [];
    private readonly Queue<byte[]> _generated = new();
    private FuzzEntry? _current;
    private int _changesLeft;

    /// <summary>Prepares to fuzz.</summary>
    /// <param name="target">What is fuzzed.</param>
    /// <param name="coverage">What the instrumented code reports to.</param>
    /// <param name="seed">Decides all that is random.</param>
    /// <param name="words">Words to put into inputs, besides the target's own.</param>
    [SuppressMessage("Security", "CA5394", Justification = "The same seed must bring the same run back.")]
    public FuzzLoop(FuzzTarget target, CoverageMap coverage, int seed, IReadOnlyList<byte[]>? words = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(coverage);
        (_target, _coverage, _random) = (target, coverage, new Random(seed));
        _corpus = new FuzzCorpus(_random);
        _mutator = new FuzzMutator(target, [.. target.Words, .. words ?? []], _random);
    }

    /// <summary>How many inputs were tried.</summary>
    public long Executions { get; private set; }

    /// <summary>The execution that last went a new way.</summary>
    public long LastNew { get; private set; }

    /// <summary>Ways from one place of the code to the next that were gone.</summary>
    public int Edges => _corpus.Edges;

    /// <summary>The inputs that went new ways, in the order in which they were found.</summary>
    public IReadOnlyList<byte[]> Corpus => [.. _corpus.Entries.Select(entry => entry.Input)];

    /// <summary>What was found, shrunk; of failures that look the same only the first.</summary>
    public IReadOnlyList<FuzzFinding> Findings => _findings;

    /// <summary>The input that is being tried; for those who watch from another thread.</summary>
    public byte[] Current { get; private set; } = [];

    /// <summary>Tries an input, and keeps it when it goes a new way.</summary>
    public void Add(byte[] input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Try(input);
    }

    /// <summary>Tries one more input: a change of one that is kept, or a new one of the target's generator.</summary>
    public void Step()
    {
        if (_corpus.Entries.Count == 0 || _random.Next(100) < GeneratedOfHundred)
        {
            Try(Generate());
            return;
        }

        if (_changesLeft-- <= 0 || _current is null) ChooseNext();
        byte[] other = _random.Next(8) == 0 ? Generate() : _corpus.Any().Input;
        Try(_mutator.Mutate(_current.Input, other));
    }

    /// <summary>
    /// The fewest of the inputs kept that go all ways gone, whatever the counts; shorter ones before longer ones. What an input does not do again is not
    /// counted.
    /// </summary>
    public IReadOnlyList<byte[]> Minimise()
    {
        var left = new HashSet<int>();
        FuzzEntry[] entries = [.. Corpus.Select(input => new FuzzEntry(input, [.. Stable(input).Select(feature => feature / 8).Distinct()])).OrderBy(entry => entry.Input.Length)];
        foreach (FuzzEntry entry in entries) left.UnionWith(entry.Features);
        left.ExceptWith(_unstable.Select(feature => feature / 8));

        // Each time the one that does most of what is left.
        var kept = new List<byte[]>();
        while (left.Count > 0)
        {
            FuzzEntry most = entries.MaxBy(entry => (entry.Features.Count(left.Contains), -entry.Input.Length))!;
            left.ExceptWith(most.Features);
            kept.Add(most.Input);
        }

        return kept;
    }

    /// <summary>Runs the target over an input; what it threw, or what it used too much of, is the answer.</summary>
    public Exception? Failure(byte[] input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Current = input;
        _coverage.Begin(_target.MaxSteps);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        Exception? failure = Thrown(input);
        _coverage.End();
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;

        // What was thrown for want of steps may have been caught on the way.
        if (_coverage.RanOut) return new TimeoutException($"More than {_target.MaxSteps} steps.");
        if (failure is null && allocated > _target.MaxAllocatedBytes) return new InsufficientMemoryException($"{allocated} bytes were allocated.");
        return failure;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Any exception is a finding.")]
    private Exception? Thrown(byte[] input)
    {
        try
        {
            _target.Check([.. input]);
            return null;
        }
        catch (Exception thrown)
        {
            return thrown;
        }
    }

    [MemberNotNull(nameof(_current))]
    private void ChooseNext()
    {
        _current = _corpus.Choose();
        _current.Chosen++;
        _changesLeft = ChangesOfOne;
    }

    private void Try(byte[] input)
    {
        Executions++;
        if (Failure(input) is { } failure)
        {
            Find(input, failure);
            return;
        }

        IReadOnlyList<int> features = _coverage.Features();
        bool isFirst = _corpus.Entries.Count == 0;
        if (!isFirst && !_corpus.IsNew(features)) return;

        // What the same bytes do not do again came of something else, such as a first use.
        IReadOnlyList<int> again = Stable(input);
        if (!isFirst && !_corpus.IsNew(again)) return;
        _corpus.Add(new FuzzEntry(input, again));
        LastNew = Executions;
    }

    private IReadOnlyList<int> Stable(byte[] input)
    {
        if (Failure(input) is not null) return [];
        IReadOnlyList<int> once = _coverage.Features();
        if (Failure(input) is not null) return [];
        IReadOnlyList<int> twice = _coverage.Features();
        _unstable.UnionWith(once.Except(twice));
        return [.. twice.Intersect(once)];
    }

    private void Find(byte[] input, Exception failure)
    {
        string signature = FuzzFinding.SignatureOf(failure);
        if (_findings.Count == MaxFindings || !_signatures.Add(signature)) return;
        byte[] smallest = FuzzShrinker.Shrink(input, candidate => Failure(candidate) is { } other && FuzzFinding.SignatureOf(other) == signature);
        _findings.Add(new FuzzFinding(smallest, input, Failure(smallest) ?? failure, Executions));
    }

    private byte[] Generate()
    {
        if (_target.Inputs is not { } generator) return _corpus.Entries.Count == 0 ? [] : _corpus.Any().Input;
        if (_generated.Count == 0)
        {
            var seed = new Rnd((ulong)_random.NextInt64(), ((ulong)_random.NextInt64() << 1) | 1);
            foreach (byte[] input in generator.Sample(seed, _random.Next(1, 60), 16)) _generated.Enqueue(input);
        }

        byte[] next = _generated.Dequeue();
        return next.Length <= _target.MaxLength ? next : next[.._target.MaxLength];
    }
}
