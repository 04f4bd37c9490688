using Minimal.Http.Wire;

namespace Minimal.WebSocket.Wire.Deflate;

/// <summary>A repetition of what was decoded before (RFC 1951 §3.2.5).</summary>
/// <param name="Status">Whether it is all there, and means something.</param>
/// <param name="Length">How many bytes.</param>
/// <param name="Distance">How far back they stand.</param>
/// <param name="Rest">The bits behind it.</param>
internal readonly record struct Match(ParseStatus Status, int Length, int Distance, BitBuffer Rest)
{
    // length(257-285) extra-bits distance(0-29) extra-bits
    /// <summary>Reads what follows the symbol of a length.</summary>
    public static Match Read(int symbol, BitBuffer bits, HuffmanTable distances)
    {
        int index = symbol - DeflateTables.EndOfBlock - 1;
        if (index >= DeflateTables.LengthBase.Length) return Without(ParseStatus.Invalid);
        if (!TryTake(ref bits, DeflateTables.LengthExtra[index], out int extraLength)) return Without(ParseStatus.NeedMore);

        int found = distances.Find(bits.Peek(HuffmanTable.MaxBits));
        ParseStatus status = HuffmanTable.Judge(found, bits.Count);
        if (status != ParseStatus.Complete) return Without(status);
        bits.Drop(HuffmanTable.Length(found));

        int distance = HuffmanTable.Symbol(found);
        if (distance >= DeflateTables.DistanceBase.Length) return Without(ParseStatus.Invalid);
        if (!TryTake(ref bits, DeflateTables.DistanceExtra[distance], out int extraDistance)) return Without(ParseStatus.NeedMore);

        int length = DeflateTables.LengthBase[index] + extraLength;
        return new Match(ParseStatus.Complete, length, DeflateTables.DistanceBase[distance] + extraDistance, bits);
    }

    private static Match Without(ParseStatus status) => new(status, 0, 0, default);

    private static bool TryTake(ref BitBuffer bits, int count, out int value)
    {
        value = 0;
        if (bits.Count < count) return false;
        value = bits.Take(count);
        return true;
    }
}
