using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Testing;

/// <summary>
/// A way to cut any input: segments of these lengths, over and over, until the input is used up. No length at all means whole.
/// A generated one finds what fixed splits miss; it shrinks towards whole.
/// </summary>
/// <param name="Lengths">Not negative; a zero makes an empty segment.</param>
public sealed record Segmentation(IReadOnlyList<int> Lengths)
{
    /// <summary>Generates lengths that are mostly short, sometimes empty, sometimes hundreds of bytes.</summary>
    public static Gen<Segmentation> Generator { get; } =
        from count in Gen.Choose(0, 5)
        from lengths in Gen.ArrayOf(Length(), count)
        select new Segmentation(lengths);

    /// <summary>Fewer lengths, then shorter ones.</summary>
    public static IEnumerable<Segmentation> Shrink(Segmentation segmentation) =>
        Shrinking.List(segmentation.Lengths, length => length > 1 ? [1] : []).Select(lengths => new Segmentation(lengths));

    /// <summary>Cuts the input.</summary>
    public Split Cut(ReadOnlyMemory<byte> bytes)
    {
        if (Lengths.Sum() == 0) return Splits.Whole(bytes);
        var places = new List<int>();
        for (int at = Lengths[0]; at < bytes.Length; at += Lengths[places.Count % Lengths.Count]) places.Add(at);
        return Splits.At(bytes, places);
    }

    /// <summary>The lengths, or <c>whole</c>.</summary>
    public override string ToString() => Lengths.Sum() == 0 ? "whole" : $"segments of {string.Join(", ", Lengths)}";

    private static Gen<int> Length() =>
        Gen.Frequency((5, Gen.Choose(1, 4)), (3, Gen.Choose(5, 40)), (1, Gen.Constant(0)), (1, Gen.Choose(41, 500)));
}
