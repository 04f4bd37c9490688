using System.Numerics;
using Minimal.Tests.Sse;

namespace Minimal.Tests.Oracles;

/// <summary>The framework's parser of event streams. Each way in which it leaves the standard has a name, so a difference is explained by names.</summary>
internal static class SseOracle
{
    public const string Name = "SseParser";

    private static readonly Misreading[] Subsets =
        [.. Enum.GetValues<Misreading>().Where(one => one != Misreading.None && (one & SseFramework.Differences) == one).Aggregate<Misreading, Misreading[]>([Misreading.None], (subsets, one) => [.. subsets, .. subsets.Select(subset => subset | one)]).OrderBy(subset => BitOperations.PopCount((uint)subset))];

    public static IEnumerable<byte[]> Inputs => RequestInputs.Sample(SseGenerators.Streams.Generator, 7, 5 * RequestInputs.Generated).Select(stream => stream.Bytes);

    /// <summary>Compares what both make of a stream; a difference is the smallest set of misreadings that makes it.</summary>
    public static Comparison Compare(byte[] bytes)
    {
        string ours = $"{SseStreams.ReadPieces([bytes])}", theirs = $"{SseFramework.Read([bytes])}";
        if (ours == theirs) return new Comparison(Verdict.Agree);
        Misreading? explained = Subsets.Cast<Misreading?>().FirstOrDefault(subset => $"{SseReference.Read([bytes], subset!.Value)}" == theirs);
        return new Comparison(Verdict.Differ, "as the standard", $"{explained?.ToString() ?? "unexplained"}");
    }
}
