using Minimal.Testing;

namespace Minimal.Fuzz.Targets;

/// <summary>Ways to cut an input which the input itself decides, so that the same bytes are always cut alike.</summary>
internal static class Cuts
{
    /// <summary>A number that any change of the bytes changes.</summary>
    public static int Number(ReadOnlySpan<byte> input)
    {
        uint hash = 2_166_136_261;
        foreach (byte value in input) hash = (hash ^ value) * 16_777_619;
        return (int)((hash ^ (hash >> 15)) & int.MaxValue);
    }

    /// <summary>In two to five pieces; one input in eight byte by byte.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Of(byte[] input)
    {
        int number = Number(input);
        Split split = number % 8 == 0 ? Splits.ByteByByte(input) : Splits.Random(input, number, 2 + (number / 8 % 4));
        return split.Segments;
    }
}
