using System.Buffers;
using System.IO.Compression;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.WebSocket.Wire;
using Xunit;
using static Minimal.Tests.WebSocket.Conversations;

namespace Minimal.Tests.WebSocket;

/// <summary>RFC 7692 §6, §7.2: compressed messages.</summary>
public sealed class Rfc7692_7_2_Messages
{
    private const string Hello = "C1 87 00000000 F248CDC9C90700";

    private static readonly DeflateParameters NoTakeover = new(ServerNoContextTakeover: true, ClientNoContextTakeover: true);

    [Theory]
    [Requirement("DEF-7.2.2-01", "DEF-7.2.3.1-01")]
    [InlineData("C1 87 00000000 F248CDC9C90700")]
    [InlineData("41 83 00000000 F248CD 80 84 00000000 C9C90700")]
    [InlineData("C1 8B 00000000 000500FAFF48656C6C6F00")]
    [InlineData("C1 88 00000000 F348CDC9C9070000")]
    [InlineData("C1 8D 00000000 F24805000000FFFFCAC9C90700")]
    public void The_examples_of_the_RFC(string hex)
    {
        FromClient(hex, "text Hello", Deflate);
        FromClient(hex, "text Hello", NoTakeover);
    }

    [Fact]
    [Requirement("DEF-6-01")]
    public void Compressed_and_plain_messages_alternate() =>
        FromClient($"{Hello} 81 85 00000000 48656C6C6F {Hello}", "text Hello\ntext Hello\ntext Hello", Deflate);

    [Theory]
    [Requirement("DEF-6.1-01")]
    [Rule(nameof(WebSocketRules.CompressionBit))]
    [InlineData("C9 80 00000000")]
    [InlineData("C8 82 00000000 03E8")]
    [InlineData("CA 80 00000000")]
    [InlineData("C0 80 00000000")]
    [InlineData("41 83 00000000 F248CD C0 84 00000000 C9C90700")]
    [InlineData("01 81 00000000 61 C0 84 00000000 C9C90700")]
    public void Only_the_first_frame_of_a_message_says_that_it_is_compressed(string hex) =>
        FromClient(hex, "refused CompressionBit 1002", Deflate);

    [Theory]
    [Requirement("DEF-6-02")]
    [InlineData("E1 87 00000000 F248CDC9C90700")]
    [InlineData("D1 87 00000000 F248CDC9C90700")]
    [InlineData("A9 80 00000000")]
    public void The_other_reserved_bits_stay_reserved(string hex) => FromClient(hex, "refused ReservedBit 1002", Deflate);

    [Fact]
    [Requirement("DEF-6.1-03", "WS-8.1-01")]
    public void Text_is_UTF_8_when_it_is_decompressed()
    {
        FromClient("C1 88 00000000 000200FDFFC0AF00", "refused InvalidText 1007", Deflate);
        FromClient("C1 88 00000000 000200FDFFCEBA00", "text κ", Deflate);
        FromClient("C1 87 00000000 000100FEFFCE00", "refused TextCut 1007", Deflate);
        FromClient("C2 88 00000000 000200FDFFC0AF00", "binary C0AF", Deflate);
    }

    [Fact]
    [Requirement("DEF-6.2-01")]
    public void Frames_are_joined_before_they_are_decompressed_and_control_frames_between_are_plain() =>
        FromClient("41 83 00000000 F248CD 89 81 00000000 70 80 84 00000000 C9C90700", "ping 70\ntext Hello", Deflate);

    [Fact]
    [Requirement("DEF-7.2.3.6-01")]
    [Rule(nameof(WebSocketRules.DeflateCut))]
    public void An_empty_message_is_one_zero_byte()
    {
        FromClient("C1 81 00000000 00", "text ", Deflate);
        FromClient($"C1 81 00000000 00 {Hello}", "text \ntext Hello", Deflate);
        FromClient("C1 80 00000000", "refused DeflateCut 1007", Deflate);

        using var deflater = new MessageDeflater(noContextTakeover: false);
        Assert.Equal("00", Compressed(deflater, ""));
        Assert.Equal("F248CDC9C90700", Compressed(deflater, "Hello"));
        Assert.Equal("00", Compressed(deflater, ""));
    }

    [Fact]
    [Requirement("DEF-7.2.2-02", "DEF-8-01")]
    public void The_window_is_kept_between_messages()
    {
        FromClient($"{Hello} C1 85 00000000 F200110000", "text Hello\ntext Hello", Deflate);
        FromClient($"{Hello} 81 81 00000000 61 89 80 00000000 C1 85 00000000 F200110000", "text Hello\ntext a\nping\ntext Hello", Deflate);
    }

    [Fact]
    [Requirement("DEF-7.2.1-04")]
    [Rule(nameof(WebSocketRules.DeflateCorrupt))]
    public void The_window_is_empty_at_first_and_where_that_was_agreed_on()
    {
        FromClient("C1 85 00000000 F200110000", "refused DeflateCorrupt 1007", Deflate);
        FromClient($"{Hello} C1 85 00000000 F200110000", "text Hello\nrefused DeflateCorrupt 1007", NoTakeover);
        FromClient($"{Hello} {Hello}", "text Hello\ntext Hello", NoTakeover);
    }

    [Theory]
    [Requirement("DEF-7.2.2-03", "DEF-7.2.1-05")]
    [InlineData("C1 88 00000000 F348CDC9C9070000 C1 87 00000000 F248CDC9C90700")]
    [InlineData("C1 88 00000000 F348CDC9C9070000 C1 88 00000000 F348CDC9C9070000")]
    public void A_final_block_ends_nothing_but_itself(string hex)
    {
        FromClient(hex, "text Hello\ntext Hello", Deflate);
        FromClient(hex, "text Hello\ntext Hello", NoTakeover);
    }

    [Fact]
    [Requirement("DEF-7.2.2-03")]
    public void Behind_a_final_block_the_window_is_kept_and_blocks_follow_in_the_same_message()
    {
        FromClient("C1 88 00000000 F348CDC9C9070000 C1 85 00000000 F200110000", "text Hello\ntext Hello", Deflate);
        FromClient("C1 8E 00000000 F348CDC9C90700 F248CDC9C90700", "text HelloHello", Deflate);
        FromClient("C1 8C 00000000 F348CDC9C90700 F200110000", "text HelloHello", Deflate);
        FromClient("C1 91 00000000 010500FAFF48656C6C6F F248CDC9C90700", "text HelloHello", Deflate);
    }

    [Theory]
    [Requirement("DEF-7.2.2-04")]
    [InlineData(32_768)]
    [InlineData(32_767)]
    [InlineData(1)]
    public void A_match_may_reach_back_as_far_as_the_window(int distance)
    {
        byte[] noise = new byte[distance];
        new Random(1).NextBytes(noise);
        byte[] repeated = [.. Enumerable.Range(0, distance + 258).Select(i => noise[i % distance])];

        Assert.Equal(repeated, Inflated(Repeating(noise, distance, repeated.Length - distance), new MessageInflater(false, 15, WebSocketLimits.Default), out _));
    }

    [Theory]
    [Requirement("DEF-7.2.1-03")]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(14)]
    public void A_match_beyond_the_agreed_window_is_refused(int bits)
    {
        byte[] noise = new byte[(1 << bits) + 1];
        byte[] within = Repeating(noise[1..], 1 << bits, 3), beyond = Repeating(noise, (1 << bits) + 1, 3);

        Assert.NotNull(Inflated(within, new MessageInflater(false, bits, WebSocketLimits.Default), out _));
        Assert.Null(Inflated(beyond, new MessageInflater(false, bits, WebSocketLimits.Default), out ProtocolRule? broken));
        Assert.Same(WebSocketRules.DeflateCorrupt, broken);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessageInflater(false, 7, WebSocketLimits.Default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessageInflater(false, 16, WebSocketLimits.Default));
    }

    [Theory]
    [Requirement("DEF-7.2-01")]
    [Rule(nameof(WebSocketRules.DeflateCorrupt))]
    [InlineData("C1 84 00000000 FFFFFFFF")]
    [InlineData("C1 85 00000000 0005000000")]
    [InlineData("C1 82 00000000 0600")]
    public void Corrupt_data_is_refused(string hex) => FromClient(hex, "refused DeflateCorrupt 1007", Deflate);

    [Theory]
    [Requirement("DEF-7.2-01")]
    [Rule(nameof(WebSocketRules.DeflateCut))]
    [InlineData("C1 86 00000000 F248CDC9C907")]
    [InlineData("C1 87 00000000 F348CDC9C90700")]
    [InlineData("C1 86 00000000 000500FAFF48")]
    [InlineData("C1 8B 00000000 F248CDC9C907000000FFFF")]
    public void Data_that_does_not_end_where_the_tail_was_cut_is_refused(string hex) => FromClient(hex, "refused DeflateCut 1007", Deflate);

    [Fact]
    [Requirement("DEF-7.2.1-01", "DEF-7.1.1.1-01", "DEF-7.1.1.2-02", "DEF-7.2.1-04")]
    public void A_sender_cuts_the_tail_and_keeps_or_empties_its_window()
    {
        using MessageDeflater empty = MessageDeflater.For(NoTakeover, WebSocketRole.Client), kept = MessageDeflater.For(Deflate, WebSocketRole.Server);
        Assert.Equal("F248CDC9C90700", Compressed(empty, "Hello"));
        Assert.Equal("F248CDC9C90700", Compressed(empty, "Hello"));

        Assert.Equal("F248CDC9C90700", Compressed(kept, "Hello"));
        string second = Compressed(kept, "Hello");
        Assert.True(second.Length < "F248CDC9C90700".Length);
        FromServer($"C1 07 F248CDC9C90700 C1 {second.Length / 2:X2} {second}", "text Hello\ntext Hello", Deflate);
        FromServer($"C1 {second.Length / 2:X2} {second}", "refused DeflateCorrupt 1007", Deflate);
    }

    [Fact]
    [Requirement("DEF-6.1-02", "DEF-7.2.1-02")]
    public void A_fragment_is_a_slice_of_the_compressed_stream_and_only_the_last_one_is_cut()
    {
        using var deflater = new MessageDeflater(noContextTakeover: false);
        string first = Compressed(deflater, "Hel", isLast: false), second = Compressed(deflater, "lo", isLast: false), last = Compressed(deflater, "");

        Assert.EndsWith("0000FFFF", first, StringComparison.Ordinal);
        Assert.EndsWith("0000FFFF", second, StringComparison.Ordinal);
        Assert.Equal("00", last);
        FromServer($"41 {first.Length / 2:X2} {first} 00 {second.Length / 2:X2} {second} 80 01 {last}", "text Hello", Deflate);
        Assert.Equal("", Compressed(deflater, "", isLast: false));
    }

    [Theory]
    [Requirement("DEF-7.2-02")]
    [Rule(nameof(WebSocketRules.MessageTooLarge), nameof(WebSocketRules.InflatedTooFar))]
    [InlineData(1_000_000, nameof(WebSocketRules.MessageTooLarge))]
    [InlineData(100, nameof(WebSocketRules.InflatedTooFar))]
    public void A_bomb_is_refused_while_it_grows(int ratio, string rule)
    {
        byte[] bomb = Zeros(100 * 1024 * 1024);
        Assert.InRange(bomb.Length, 90_000, 110_000);
        var limits = new WebSocketLimits { MaxMessageBytes = 1024 * 1024, MaxInflateRatio = ratio };

        foreach (int size in (int[])[bomb.Length, 100])
        {
            using var inflater = new MessageInflater(false, 15, limits);
            var output = new ArrayBufferWriter<byte>();
            ProtocolRule? broken = null;
            foreach (byte[] piece in Arrivals.Cut(bomb, [size]))
            {
                if (inflater.Read(piece, false, output, out broken) == ParseStatus.Invalid) break;
            }

            Assert.Equal(rule, broken!.Name);
            Assert.Equal(1009, broken.Code);
            Assert.InRange(output.WrittenCount, 0, (1024 * 1024) + 258);
            Assert.Equal(0, inflater.WindowBytes);
        }
    }

    [Fact]
    [Requirement("WS-10.4-01", "DEF-7.2-02")]
    public void A_compressed_message_of_exactly_the_limit_is_accepted()
    {
        var limits = new WebSocketLimits { MaxMessageBytes = 5 };
        FromClient(Hello, "text Hello", Deflate, limits);
        FromClient("C1 8B 00000000 000500FAFF48656C6C6F00", "text Hello", Deflate, limits);
        FromClient(Hello, "refused MessageTooLarge 1009", Deflate, limits with { MaxMessageBytes = 4 });
        FromClient("C1 8B 00000000 000500FAFF48656C6C6F00", "refused MessageTooLarge 1009", Deflate, limits with { MaxMessageBytes = 4 });
    }

    [Fact]
    public void A_small_message_may_grow_by_any_ratio()
    {
        byte[] zeros = Zeros(60_000);
        Assert.NotNull(Inflated(zeros, new MessageInflater(false, 15, new WebSocketLimits { MaxInflateRatio = 2 }), out _));
    }

    [Fact]
    [Requirement("DEF-7.2-03")]
    public void Memory_is_taken_as_bytes_come_and_given_back()
    {
        using var kept = new MessageInflater(false, 15, WebSocketLimits.Default);
        using var empty = new MessageInflater(true, 15, WebSocketLimits.Default);
        Assert.Equal((0, 0), (kept.WindowBytes, empty.WindowBytes));

        Inflated(Hex.Bytes("F248CDC9C90700"), kept, out _, dispose: false);
        Inflated(Hex.Bytes("F248CDC9C90700"), empty, out _, dispose: false);
        Assert.InRange(kept.WindowBytes, 5, 1024);
        Assert.Equal(0, empty.WindowBytes);

        for (int i = 0; i < 5; i++) Inflated(Zeros(60_000), kept, out _, dispose: false);
        Assert.Equal(40 * 1024, kept.WindowBytes);
        kept.Dispose();
        Assert.Equal(0, kept.WindowBytes);
    }

    private static string Compressed(MessageDeflater deflater, string text, bool isLast = true) =>
        Hex.Written(output => deflater.Write(System.Text.Encoding.UTF8.GetBytes(text), isLast, output));

    private static byte[]? Inflated(byte[] compressed, MessageInflater inflater, out ProtocolRule? broken, bool dispose = true)
    {
        var output = new ArrayBufferWriter<byte>();
        ParseStatus status = inflater.Read(compressed, true, output, out broken);
        if (dispose) inflater.Dispose();
        return status == ParseStatus.Complete ? output.WrittenSpan.ToArray() : null;
    }

    private static byte[] Zeros(int length)
    {
        using var deflater = new MessageDeflater(true, CompressionLevel.SmallestSize);
        var output = new ArrayBufferWriter<byte>();
        deflater.Write(new byte[length], true, output);
        return output.WrittenSpan.ToArray();
    }

    // Stored blocks of noise, and behind them a block of the fixed code with one match.
    private static byte[] Repeating(byte[] noise, int distance, int length)
    {
        var bits = new DeflateBits();
        foreach (byte[] piece in noise.Chunk(65_535)) bits.Stored(piece);
        bits.FixedMatch(length, distance);
        return bits.Message();
    }
}
