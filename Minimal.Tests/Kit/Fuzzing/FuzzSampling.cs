using FsCheck;

namespace Minimal.Testing;

/// <summary>Takes values out of a generator.</summary>
internal static class FuzzSampling
{
    /// <summary>So many values of that size; the same seed, the same values.</summary>
    public static IReadOnlyList<T> Sample<T>(this Gen<T> generator, Rnd seed, int size, int count) => FsCheck.FSharp.Gen.Sample(seed, size, count, generator);
}
