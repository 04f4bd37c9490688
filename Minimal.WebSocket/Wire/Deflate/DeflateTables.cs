using System.Buffers;

namespace Minimal.WebSocket.Wire.Deflate;

/// <summary>The numbers that RFC 1951 gives.</summary>
internal static class DeflateTables
{
    /// <summary>The symbol that ends a block; those below are bytes, those above lengths.</summary>
    public const int EndOfBlock = 256;

    /// <summary>How many symbols mean something: lengths up to 285, distances up to 29 (RFC 1951 §3.2.5).</summary>
    public const int LiteralSymbols = 286, DistanceSymbols = 30;

    /// <summary>The code for literals of a block without its own (RFC 1951 §3.2.6).</summary>
    public static readonly HuffmanTable FixedLiterals = BuildFixed([(144, 8), (112, 9), (24, 7), (8, 8)]);

    /// <summary>The code for distances of a block without its own (RFC 1951 §3.2.6).</summary>
    public static readonly HuffmanTable FixedDistances = BuildFixed([(32, 5)]);

    /// <summary>The order in which the lengths of the codes for code lengths come (RFC 1951 §3.2.7).</summary>
    public static ReadOnlySpan<byte> CodeLengthOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>The smallest length of each symbol from 257 on, and how many bits say how much longer it is (RFC 1951 §3.2.5).</summary>
    public static ReadOnlySpan<ushort> LengthBase =>
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];

    /// <inheritdoc cref="LengthBase" />
    public static ReadOnlySpan<byte> LengthExtra => [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

    /// <summary>The smallest distance of each symbol, and how many bits say how much further it is (RFC 1951 §3.2.5).</summary>
    public static ReadOnlySpan<ushort> DistanceBase =>
    [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073,
        4097, 6145, 8193, 12289, 16385, 24577,
    ];

    /// <inheritdoc cref="DistanceBase" />
    public static ReadOnlySpan<byte> DistanceExtra =>
        [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];

    private static HuffmanTable BuildFixed(ReadOnlySpan<(int Symbols, byte Length)> runs)
    {
        var lengths = new ArrayBufferWriter<byte>();
        foreach ((int symbols, byte length) in runs)
        {
            lengths.GetSpan(symbols)[..symbols].Fill(length);
            lengths.Advance(symbols);
        }

        var table = new HuffmanTable(lengths.WrittenCount, fastBits: 9);
        table.TryBuild(lengths.WrittenSpan, mayBeSingle: false);
        return table;
    }
}
