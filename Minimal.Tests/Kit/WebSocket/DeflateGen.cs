using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Testing;

/// <summary>Generators and shrinkers for compressed messages. Any bytes at all: <see cref="PayloadGen.Noise"/>.</summary>
public static class DeflateGen
{
    /// <summary>Messages of all block types, with flushes within and with a final block sometimes.</summary>
    public static Gen<DeflateModel> Valid { get; } =
        from content in PayloadGen.Compressible
        from level in Gen.Elements(CompressionLevel.Fastest, CompressionLevel.Optimal, CompressionLevel.SmallestSize, CompressionLevel.NoCompression)
        from flushes in Gen.Frequency((2, Gen.Constant(Array.Empty<int>())), (1, Gen.Choose(50, 5000).Select(size => new[] { size })))
        from hasFinalBlock in Gen.Elements(true, false)
        select new DeflateModel(content, level, flushes, hasFinalBlock);

    /// <summary>Nearly valid: damaged messages. Those with a final block have none, for nothing behind it is read.</summary>
    public static Gen<DeflateMutant> NearlyValid { get; } =
        from origin in Valid
        from mutation in Gen.Elements(DeflateMutations.All.ToArray())
        from choice in Gen.OneOf(Gen.Choose(0, 200), Gen.Choose(0, 100_000))
        select new DeflateMutant(origin with { HasFinalBlock = false }, mutation, choice);

    /// <summary>Less content, fewer flushes, no final block.</summary>
    public static IEnumerable<DeflateModel> Shrink(DeflateModel message)
    {
        if (message.HasFinalBlock) yield return message with { HasFinalBlock = false };
        if (message.Flushes.Count > 0) yield return message with { Flushes = [] };
        int length = message.Content.Length;
        if (length > 64)
        {
            // One byte at a time would take too long.
            yield return message with { Content = message.Content[..(length / 2)] };
            yield return message with { Content = message.Content[(length / 2)..] };
            yield return message with { Content = message.Content[..^1] };
            yield break;
        }

        foreach (byte[] content in Shrinking.Bytes(message.Content)) yield return message with { Content = content };
    }

    /// <summary>A smaller origin, then a place nearer to the beginning.</summary>
    public static IEnumerable<DeflateMutant> Shrink(DeflateMutant mutant)
    {
        foreach (DeflateModel origin in Shrink(mutant.Origin)) yield return mutant with { Origin = origin };
        if (mutant.Choice > 0) yield return mutant with { Choice = mutant.Choice / 2 };
    }
}
