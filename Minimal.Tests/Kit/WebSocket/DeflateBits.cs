namespace Minimal.Testing;

/// <summary>Writes DEFLATE by hand, for blocks that no compressor would make (RFC 1951).</summary>
public sealed class DeflateBits
{
    private static readonly int[] LengthBase =
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];

    private readonly List<bool> _bits = [];

    /// <summary>A number, lowest bit first.</summary>
    public DeflateBits Number(int value, int count)
    {
        for (int i = 0; i < count; i++) _bits.Add(((value >> i) & 1) != 0);
        return this;
    }

    /// <summary>A Huffman code, highest bit first.</summary>
    public DeflateBits Code(int value, int count)
    {
        for (int i = count - 1; i >= 0; i--) _bits.Add(((value >> i) & 1) != 0);
        return this;
    }

    /// <summary>A stored block.</summary>
    public DeflateBits Stored(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        Number(0, 3).Pad().Number(bytes.Length, 16).Number(~bytes.Length & 0xFFFF, 16);
        foreach (byte b in bytes) Number(b, 8);
        return this;
    }

    /// <summary>A block of the fixed code that is one match.</summary>
    public DeflateBits FixedMatch(int length, int distance)
    {
        Number(2, 3);
        int index = Array.FindLastIndex(LengthBase, start => start <= length);
        int extra = index is < 8 or 28 ? 0 : (index - 4) / 4;
        if (index < 23) Code(index + 1, 7);
        else Code(0xC0 + index - 23, 8);
        Number(length - LengthBase[index], extra);

        (int symbol, int start, int bits) = Distance(distance);
        return Code(symbol, 5).Number(distance - start, bits).Code(0, 7);
    }

    /// <summary>Zero bits up to a byte.</summary>
    public DeflateBits Pad()
    {
        while (_bits.Count % 8 != 0) _bits.Add(false);
        return this;
    }

    /// <summary>All of it as bytes, zero bits behind.</summary>
    public byte[] ToBytes() => [.. _bits.Chunk(8).Select(bits => (byte)bits.Select((bit, i) => bit ? 1 << i : 0).Sum())];

    /// <summary>All of it as bytes, with the head of an empty stored block behind.</summary>
    public byte[] Message()
    {
        Number(0, 3).Pad();
        return ToBytes();
    }

    // RFC 1951 §3.2.5: four symbols without extra bits, then two for each number of extra bits.
    private static (int Symbol, int Start, int Bits) Distance(int distance)
    {
        int start = 1;
        for (int symbol = 0; ; symbol++)
        {
            int bits = Math.Max(0, (symbol / 2) - 1);
            if (distance < start + (1 << bits)) return (symbol, start, bits);
            start += 1 << bits;
        }
    }
}
