using System.IO.Pipelines;

namespace Minimal.Testing;

/// <summary>
/// How bad a network is. In each direction there is a place every so many bytes where something may happen; the chances say what, and what is left of 1 is
/// that nothing does. Immutable.
/// </summary>
public sealed record ChaosOptions
{
    /// <summary>The defaults named at each property.</summary>
    public static ChaosOptions Default { get; } = new();

    /// <summary>How far apart two places are on average, in bytes: 2000.</summary>
    public int EveryBytes { get; init; } = 2000;

    /// <summary>The chance of a delay, 0.2.</summary>
    public double Delay { get; init; } = 0.2;

    /// <summary>The chance of a split, 0.2.</summary>
    public double Split { get; init; } = 0.2;

    /// <summary>The chance of a merge, 0.1.</summary>
    public double Merge { get; init; } = 0.1;

    /// <summary>The chance of a stall, 0.02.</summary>
    public double Stall { get; init; } = 0.02;

    /// <summary>The chance of a drop, 0.005.</summary>
    public double Drop { get; init; } = 0.005;

    /// <summary>The chance of a reset, 0.02.</summary>
    public double Reset { get; init; } = 0.02;

    /// <summary>The longest delay or merge, 20 ms.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The longest stall, 2 s.</summary>
    public TimeSpan LongestStall { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The most bytes of one split, 40.</summary>
    public int LongestSplit { get; init; } = 40;

    /// <summary>How much the network takes each way before a writer waits, 16 KiB.</summary>
    public int WindowBytes { get; init; } = 16 * 1024;

    /// <summary>
    /// After how long both ends of a dropped connection see a reset after all, 60 s: TCP gives up too, though later.
    /// <see cref="Timeout.InfiniteTimeSpan"/> leaves them alone.
    /// </summary>
    public TimeSpan Forget { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The clock of all waiting; the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where who waits goes on, as in <c>MemoryTransport.CreatePair</c>: the thread pool unless set.</summary>
    public PipeScheduler? Scheduler { get; init; }
}
