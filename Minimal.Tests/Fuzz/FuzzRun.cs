using System.Globalization;
using System.Security.Cryptography;
using Minimal.Fuzz.Instrumentation;
using Minimal.Testing;

namespace Minimal.Fuzz;

/// <summary>One target under the loop: its corpus before and after, its findings, and what is said on the way.</summary>
internal sealed class FuzzRun
{
    private const int ExecutionsBetweenLooks = 32;

    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);
    private static readonly TimeProvider Clock = TimeProvider.System;

    private readonly FuzzTarget _target;
    private readonly FuzzArguments _arguments;
    private readonly TextWriter _output;
    private readonly FuzzLoop _loop;
    private readonly string _corpusFile;
    private readonly string _artifacts;
    private int _told;

    public FuzzRun(FuzzTarget target, FuzzArguments arguments, IReadOnlyList<byte[]> words, TextWriter output)
    {
        (_target, _arguments, _output) = (target, arguments, output);
        _loop = new FuzzLoop(target, Probe.Map, arguments.Seed, words);
        _corpusFile = Path.Combine(arguments.Corpus ?? FuzzFolders.Corpus, target.Name + ".txt");
        _artifacts = FuzzFolders.Artifacts(target.Name);
    }

    private string WorkingCorpus => Path.Combine(_artifacts, "corpus.txt");

    /// <summary>Runs for as long as the arguments say; true when nothing was found.</summary>
    public bool Fuzz()
    {
        _output.WriteLine($"{_target.Name}: {_target.Invariant}");
        long start = Clock.GetTimestamp();
        using var watch = new HangWatch(Clock, _loop, input => Save(input, "It hangs."));
        foreach (byte[] input in Inputs()) _loop.Add(input);
        TimeSpan nextLine = BetweenLines;
        while (!IsOver(Clock.GetElapsedTime(start)))
        {
            for (int n = 0; n < ExecutionsBetweenLooks; n++) _loop.Step();
            TellFindings();
            if (Clock.GetElapsedTime(start) < nextLine) continue;
            TellProgress(Clock.GetElapsedTime(start));
            nextLine += BetweenLines;
        }

        TellFindings();
        TellProgress(Clock.GetElapsedTime(start));
        TellRow(Clock.GetElapsedTime(start));
        if (_arguments.Executions is null) CorpusFile.Write(WorkingCorpus, _loop.Corpus);
        return _loop.Findings.Count == 0;
    }

    /// <summary>Checks one input and shows what fails; true when nothing does.</summary>
    public bool Replay(byte[] input)
    {
        Exception? failure = _loop.Failure(input);
        _output.WriteLine($"{input.Length} bytes: {EscapedBytes.Write(input)}");
        _output.WriteLine(failure is null ? "All holds." : $"{failure}");
        return failure is null;
    }

    /// <summary>Rewrites the corpus; false when one of the inputs fails.</summary>
    public bool Minimise()
    {
        foreach (byte[] input in Inputs()) _loop.Add(input);
        TellFindings();
        IReadOnlyList<byte[]> kept = _loop.Minimise();
        CorpusFile.Write(_corpusFile, kept);
        _output.WriteLine($"{_target.Name}: {_loop.Executions} inputs go {_loop.Edges} edges; {kept.Count} of them are enough, {kept.Sum(input => input.Length)} bytes.");
        return _loop.Findings.Count == 0;
    }

    /// <summary>Writes the corpus as files.</summary>
    public int Export(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (byte[] input in Inputs()) File.WriteAllBytes(Path.Combine(folder, NameOf(input)), input);
        return 0;
    }

    private IEnumerable<byte[]> Inputs() => CorpusFile.Read(_corpusFile).Concat(_arguments.Executions is null ? CorpusFile.Read(WorkingCorpus) : []);

    private bool IsOver(TimeSpan elapsed) =>
        (_arguments.Stops && _loop.Findings.Count > 0) || (_arguments.Executions is { } most ? _loop.Executions >= most : elapsed >= _arguments.Time);

    private void TellProgress(TimeSpan elapsed) => Tell(
        $"{elapsed.TotalSeconds,6:0} s {_loop.Executions,12:N0} executions {Rate(elapsed),9:N0}/s {_loop.Edges,7:N0} edges {_loop.Corpus.Count,6:N0} inputs {_loop.Findings.Count,3} findings   last new at {_loop.LastNew:N0}");

    private void TellRow(TimeSpan elapsed) => Tell($"| {_target.Name} | {_loop.Executions:N0} | {Rate(elapsed):N0}/s | {_loop.Edges:N0} | {_loop.Findings.Count} |");

    private void TellFindings()
    {
        foreach (FuzzFinding finding in _loop.Findings.Skip(_told))
        {
            string file = Save(finding.Input, $"{finding}\n{finding.Failure.StackTrace}\nAs it was found: {EscapedBytes.Write(finding.Original)}");
            Tell($"FOUND by execution {finding.Execution:N0}: {finding}");
            Tell($"Again: dotnet run -c Release --project Minimal.Tests/Fuzz -- {_target.Name} --replay {file}");
            _told++;
        }
    }

    private string Save(byte[] input, string text)
    {
        string file = Path.Combine(_artifacts, NameOf(input));
        Directory.CreateDirectory(_artifacts);
        File.WriteAllBytes(file, input);
        File.WriteAllText(file + ".txt", text + "\n");
        return Path.GetRelativePath(Environment.CurrentDirectory, file);
    }

    private double Rate(TimeSpan elapsed) => _loop.Executions / Math.Max(elapsed.TotalSeconds, 0.001);

    private void Tell(FormattableString text) => _output.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static string NameOf(byte[] input) => Convert.ToHexStringLower(SHA256.HashData(input))[..12];
}
