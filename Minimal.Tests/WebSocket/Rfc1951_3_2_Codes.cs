using System.Buffers;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>RFC 1951 §3.2: blocks that bring their own codes, made by hand bit by bit.</summary>
public sealed class Rfc1951_3_2_Codes
{
    // What comes first in a head: the lengths of the codes for code lengths, as a complete code of all 19 symbols.
    private static readonly byte[] LengthCodes = [.. Enumerable.Repeat((byte)4, 13), .. Enumerable.Repeat((byte)5, 6)];

    private static readonly int[] LengthCodeOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>Heads that end in a code that is none. Each is the lengths of literals and of distances.</summary>
    public static TheoryData<string, int[], int[]> WrongCodes() => new()
    {
        { "no code for the end of the block", [1, 1, .. Zeros(255)], [0] },
        { "one length too many", [1, 1, .. Zeros(254), 1], [0] },
        { "one length too few", [2, 2, .. Zeros(254), 2], [0] },
        { "a single code of two bits", [.. Zeros(256), 2], [0] },
        { "a single distance of two bits", [1, .. Zeros(255), 1], [2] },
        { "too many distances", [1, .. Zeros(255), 1], [1, 1, 1] },
        { "too few distances", [1, .. Zeros(255), 1], [2, 2, 2] },
        { "codes of 15 bits that do not complete each other", [.. Enumerable.Range(1, 14), .. Zeros(242), 15], [0] },
    };

    [Fact]
    [Requirement("DEF-7.2.2-01")]
    public void Codes_of_every_length_are_read()
    {
        // Bytes 0 to 14 have codes of 1 to 15 bits, and so has the end of the block.
        DeflateBits bits = Head([.. Enumerable.Range(1, 15), .. Zeros(241), 15], [0]);
        for (int i = 0; i < 15; i++) bits.Code((1 << (i + 1)) - 2, i + 1);
        Read("000102030405060708090A0B0C0D0E", bits.Code(0x7FFF, 15));
    }

    [Fact]
    [Requirement("DEF-7.2.2-01")]
    public void A_run_of_lengths_passes_from_literals_to_distances()
    {
        // Eight codes of three bits: bytes 250 to 255, the end, the length 3; and eight for the distances 1 to 8.
        DeflateBits bits = Counts(258, 8, LengthCodes);
        Symbol(bits, 18, 127, 7);
        Symbol(bits, 18, 101, 7);
        Symbol(bits, 3);
        Symbol(bits, 16, 3, 2);
        Symbol(bits, 16, 3, 2);
        Symbol(bits, 16, 0, 2);
        Read("FAFBFCFAFBFC", bits.Code(0, 3).Code(1, 3).Code(2, 3).Code(7, 3).Code(2, 3).Code(6, 3));
    }

    [Fact]
    [Requirement("DEF-7.2.2-01")]
    public void Short_runs_of_zeroes_are_read()
    {
        // Codes of two bits for the bytes 3, 17 and 18 and the end.
        DeflateBits bits = Counts(257, 1, LengthCodes);
        Symbol(bits, 17, 0, 3);
        Symbol(bits, 2);
        Symbol(bits, 17, 7, 3);
        Symbol(bits, 17, 0, 3);
        Symbol(bits, 2);
        Symbol(bits, 2);
        Symbol(bits, 18, 127, 7);
        Symbol(bits, 18, 88, 7);
        Symbol(bits, 2);
        Symbol(bits, 0);
        Read("031112", bits.Code(0, 2).Code(1, 2).Code(2, 2).Code(3, 2));
    }

    [Fact]
    [Requirement("DEF-7.2.2-01")]
    public void A_code_may_be_of_one_symbol()
    {
        Read("", Head([.. Zeros(256), 1], [0]).Code(0, 1));
        Read("00000000", Head([2, .. Zeros(255), 2, 1], [1]).Code(2, 2).Code(0, 1).Code(0, 1).Code(3, 2));
        Refused(Head([.. Zeros(256), 1], [0]).Code(1, 1).Number(0, 16));
        Refused(Head([2, .. Zeros(255), 2, 1], [1]).Code(2, 2).Code(0, 1).Code(1, 1).Number(0, 16));
        Refused(Head([2, .. Zeros(255), 2, 1], [0]).Code(2, 2).Code(0, 1).Code(0, 1).Number(0, 16));
    }

    [Fact]
    [Requirement("DEF-7.2.2-01")]
    public void A_block_takes_over_nothing_from_the_codes_of_the_one_before()
    {
        DeflateBits bits = Head([.. Enumerable.Range(1, 15), .. Zeros(241), 15], [0]).Code(0, 1).Code(0x7FFF, 15);
        Head(bits, [.. Zeros(65), 1, .. Zeros(190), 1], [0]).Code(0, 1).Code(1, 1);
        bits.Number(2, 3).Code(0x30, 8).Code(0, 7);
        Read("004100", Head(bits, [1, .. Zeros(255), 1], [0]).Code(1, 1));

        // The byte 15 had a code of one bit; the next head says nothing of the code for the length 15.
        bits = Head([.. Zeros(15), 1, .. Zeros(240), 1], [0]).Code(0, 1).Code(1, 1).Number(4, 3).Number(0, 5).Number(0, 5).Number(14, 4);
        foreach (int symbol in LengthCodeOrder[..18]) bits.Number(symbol switch { 18 => 1, 0 or 1 => 2, _ => 0 }, 3);
        Read("0F", bits.Code(0, 1).Number(127, 7).Code(0, 1).Number(107, 7).Code(3, 2).Code(2, 2).Code(0, 1));

        bits = Head([.. Enumerable.Range(1, 15), .. Zeros(241), 15], [0]).Code(0x7FFF, 15);
        Refused(Head(bits, [.. Zeros(256), 1], [0]).Code(1, 1).Number(0, 16));
    }

    [Theory]
    [InlineData(1, 258)]
    [InlineData(2, 3)]
    [InlineData(3, 12)]
    [InlineData(7, 20)]
    [InlineData(8, 8)]
    [InlineData(12, 11)]
    [InlineData(12, 114)]
    [Requirement("DEF-7.2.2-01")]
    public void What_is_repeated_may_be_what_is_being_written(int distance, int length)
    {
        byte[] start = [.. Enumerable.Range(1, 12).Select(i => (byte)i)];
        byte[] all = [.. start, .. Enumerable.Range(0, length).Select(i => start[12 - distance + (i % distance)])];
        Read(Convert.ToHexString(all), new DeflateBits().Stored(start).FixedMatch(length, distance));
    }

    [Theory]
    [MemberData(nameof(WrongCodes))]
    [Requirement("DEF-7.2-01")]
    public void A_code_that_is_none_is_refused(string what, int[] literals, int[] distances)
    {
        Assert.NotEmpty(what);
        Refused(Head(literals, distances).Number(0, 32));
    }

    [Theory]
    [InlineData(287, 1)]
    [InlineData(288, 30)]
    [InlineData(257, 31)]
    [InlineData(286, 32)]
    [Requirement("DEF-7.2-01")]
    public void Symbols_that_mean_nothing_have_no_codes(int literals, int distances) => Refused(Counts(literals, distances, LengthCodes).Number(0, 32));

    [Fact]
    [Requirement("DEF-7.2-01")]
    public void The_most_symbols_that_mean_something_are_read() =>
        Read("00", Head([1, .. Zeros(255), 1, .. Zeros(29)], [.. Zeros(29), 1]).Code(0, 1).Code(1, 1));

    [Theory]
    [InlineData(4, 4)]
    [InlineData(5, 5)]
    [InlineData(1, 1)]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [Requirement("DEF-7.2-01")]
    public void A_code_for_lengths_is_complete(byte some, byte others)
    {
        byte[] lengths = [.. Enumerable.Repeat(some, 18), others];
        Refused(Counts(257, 1, lengths).Number(0, 64));
    }

    [Fact]
    [Requirement("DEF-7.2-01")]
    public void A_run_repeats_something_and_ends_with_the_lengths()
    {
        DeflateBits first = Counts(257, 1, LengthCodes), tooLong = Counts(257, 1, LengthCodes);
        Symbol(first, 16, 0, 2);
        Refused(first.Number(0, 32));

        Symbol(tooLong, 18, 127, 7);
        Symbol(tooLong, 18, 107, 7);
        Symbol(tooLong, 1);
        Symbol(tooLong, 17, 0, 3);
        Refused(tooLong.Number(0, 32));
    }

    [Theory]
    [InlineData(0xC6)]
    [InlineData(0xC7)]
    [Requirement("DEF-7.2-01")]
    public void A_length_that_means_nothing_is_refused(int code) =>
        Refused(new DeflateBits().Number(2, 3).Code(0x30, 8).Code(code, 8).Code(0, 5).Number(0, 32));

    [Theory]
    [InlineData(30)]
    [InlineData(31)]
    [Requirement("DEF-7.2-01")]
    public void A_distance_that_means_nothing_is_refused(int code) =>
        Refused(new DeflateBits().Number(2, 3).Code(0x30, 8).Code(1, 7).Code(code, 5).Number(0, 32));

    [Fact]
    [Requirement("DEF-7.2-02")]
    public void Stored_bytes_are_counted_one_by_one_and_never_grow()
    {
        byte[] noise = new byte[200_000];
        new Random(1951).NextBytes(noise);
        var bits = new DeflateBits();
        foreach (byte[] piece in noise.Chunk(60_000)) bits.Stored(piece);
        byte[] message = bits.Message();

        Assert.Equal(noise, Output(message, 1, out ProtocolRule? none, int.MaxValue));
        Assert.Null(none);
        Assert.Equal(20_001, Output(message, 1000, out ProtocolRule? broken, 20_000).Length);
        Assert.Same(WebSocketRules.MessageTooLarge, broken);
        Assert.Equal(70_001, Output(message, 1000, out _, 70_000).Length);

        byte[] exact = new DeflateBits().Stored(noise[..60_000]).Stored(noise[..5_537]).Message();
        Assert.Equal(65_537, Output(exact, 1000, out broken, 65_537).Length);
        Assert.Null(broken);
    }

    private static IEnumerable<int> Zeros(int count) => Enumerable.Repeat(0, count);

    // BFINAL(1) BTYPE(2) HLIT(5) HDIST(5) HCLEN(4) (HCLEN + 4) x 3 bits
    private static DeflateBits Counts(int literals, int distances, byte[] lengthCodes, DeflateBits? behind = null)
    {
        DeflateBits bits = (behind ?? new DeflateBits()).Number(4, 3).Number(literals - 257, 5).Number(distances - 1, 5).Number(15, 4);
        foreach (int symbol in LengthCodeOrder) bits.Number(lengthCodes[symbol], 3);
        return bits;
    }

    private static DeflateBits Head(int[] literals, int[] distances) => Head(new DeflateBits(), literals, distances);

    private static DeflateBits Head(DeflateBits bits, int[] literals, int[] distances)
    {
        Counts(literals.Length, distances.Length, LengthCodes, bits);
        foreach (int length in literals.Concat(distances)) Symbol(bits, length);
        return bits;
    }

    // A symbol of the code that LengthCodes makes, and the bits behind it.
    private static void Symbol(DeflateBits bits, int symbol, int extra = 0, int extraBits = 0)
    {
        if (symbol < 13) bits.Code(symbol, 4);
        else bits.Code(26 + symbol - 13, 5);
        bits.Number(extra, extraBits);
    }

    private static void Read(string hex, DeflateBits bits)
    {
        byte[] message = bits.Message();
        foreach (int size in (int[])[message.Length, 1, 2, 3])
        {
            byte[] output = Output(message, 1000, out ProtocolRule? broken, int.MaxValue, size);
            Assert.Null(broken);
            Assert.Equal(hex, Convert.ToHexString(output));
        }
    }

    private static void Refused(DeflateBits bits)
    {
        byte[] message = bits.Message();
        foreach (int size in (int[])[message.Length, 1])
        {
            Output(message, 1000, out ProtocolRule? broken, int.MaxValue, size);
            Assert.Same(WebSocketRules.DeflateCorrupt, broken);
        }
    }

    private static byte[] Output(byte[] message, int ratio, out ProtocolRule? broken, int most, int size = int.MaxValue)
    {
        using var inflater = new MessageInflater(noContextTakeover: true, 15, new WebSocketLimits { MaxMessageBytes = most, MaxInflateRatio = ratio });
        var output = new ArrayBufferWriter<byte>();
        broken = null;
        IReadOnlyList<byte[]> pieces = Arrivals.Cut(message, [size]);
        for (int i = 0; i < pieces.Count && broken is null; i++) inflater.Read(pieces[i], i == pieces.Count - 1, output, out broken);
        return output.WrittenSpan.ToArray();
    }
}
