using System.Buffers;
using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;
using Xunit;
using static Minimal.Tests.WebSocket.Conversations;

namespace Minimal.Tests.WebSocket;

/// <summary>RFC 6455 §5.1 to §5.3: the frame.</summary>
public sealed class Rfc6455_5_2_Framing
{
    [Fact]
    [Requirement("WS-5.1-02")]
    [Rule(nameof(WebSocketRules.MaskMissing))]
    public void A_frame_without_mask_from_a_client_is_refused()
    {
        FromClient("81 02 6869", "refused MaskMissing 1002");
        FromClient("81 7E 0002 6869", "refused MaskMissing 1002");
    }

    [Fact]
    [Requirement("WS-5.1-02")]
    public void It_is_refused_at_its_second_byte()
    {
        Assert.Equal(1, RefusedAfter("81 02 6869", WebSocketRole.Server));
        Assert.Equal(1, RefusedAfter("81 7F 0000000000000005", WebSocketRole.Server));
    }

    [Fact]
    [Requirement("WS-5.1-04")]
    [Rule(nameof(WebSocketRules.MaskPresent))]
    public void A_masked_frame_from_a_server_is_refused()
    {
        FromServer("81 82 00000000 6869", "refused MaskPresent 1002");
        Assert.Equal(1, RefusedAfter("81 82 00000000 6869", WebSocketRole.Client));
        FromServer("81 02 6869", "text hi");
    }

    [Theory]
    [Requirement("WS-5.2-01", "DEF-5-02")]
    [Rule(nameof(WebSocketRules.ReservedBit))]
    [InlineData("C1 82 00000000 6869")]
    [InlineData("A1 82 00000000 6869")]
    [InlineData("91 82 00000000 6869")]
    [InlineData("F1 82 00000000 6869")]
    [InlineData("B9 80 00000000")]
    [InlineData("98 80 00000000")]
    [InlineData("A0 80 00000000")]
    public void Reserved_bits_without_agreement_are_refused(string hex)
    {
        FromClient(hex, "refused ReservedBit 1002");
        Assert.Equal(0, RefusedAfter(hex, WebSocketRole.Server));
    }

    [Fact]
    [Requirement("WS-5.2-02")]
    [Rule(nameof(WebSocketRules.ReservedOpcode))]
    public void Reserved_opcodes_are_refused()
    {
        foreach (int opcode in (int[])[3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF])
        {
            FromClient($"8{opcode:X} 80 00000000", "refused ReservedOpcode 1002");
            FromClient($"8{opcode:X} 82 00000000 6869", "refused ReservedOpcode 1002");
            FromClient($"01 81 00000000 61 8{opcode:X} 80 00000000", "refused ReservedOpcode 1002");
            Assert.Equal(0, RefusedAfter($"8{opcode:X} 80 00000000", WebSocketRole.Server));
        }
    }

    [Theory]
    [Requirement("WS-5.2-03", "WS-5.2-05", "WS-5.7-01")]
    [InlineData(0, "82 00")]
    [InlineData(125, "82 7D")]
    [InlineData(126, "82 7E007E")]
    [InlineData(127, "82 7E007F")]
    [InlineData(256, "82 7E0100")]
    [InlineData(65535, "82 7EFFFF")]
    [InlineData(65536, "82 7F0000000000010000")]
    [InlineData(long.MaxValue, "82 7F7FFFFFFFFFFFFFFF")]
    public void A_length_is_written_and_read_in_its_shortest_form(long length, string hex)
    {
        var header = new FrameHeader(true, 0, Opcode.Binary, length);
        Assert.Equal(Convert.ToHexString(Hex.Bytes(hex)), Hex.Written(header.Write));
        Assert.Equal(header, Arrivals.Same(Hex.Bytes(hex), pieces => ReadWhole(pieces, WebSocketRole.Client)));

        FrameHeader masked = header with { MaskingKey = 0x37FA213D };
        Assert.Equal(header.Length + 4, masked.Length);
        Assert.Equal(masked, Arrivals.Same(Hex.Bytes(Hex.Written(masked.Write)), pieces => ReadWhole(pieces, WebSocketRole.Server)));
    }

    [Theory]
    [Requirement("WS-5.2-03")]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(65535)]
    [InlineData(65536)]
    public void Payloads_of_each_length_form_arrive(int length)
    {
        byte[] payload = [.. Enumerable.Range(0, length).Select(n => (byte)n)];
        string hex = Hex.Written(new FrameHeader(true, 0, Opcode.Binary, length, 0).Write) + Hex.Of(payload);
        FromClient(hex, $"binary {Hex.Of(payload)}");
    }

    [Fact]
    [Requirement("WS-5.2-04")]
    [Rule(nameof(WebSocketRules.LengthTopBit))]
    public void The_first_bit_of_a_64_bit_length_is_0()
    {
        FromClient("82 FF 8000000000000000 00000000", "refused LengthTopBit 1002");
        FromClient("82 FF FFFFFFFFFFFFFFFF 00000000", "refused LengthTopBit 1002");
        Assert.Equal(2, RefusedAfter("82 FF 8000000000000000 00000000", WebSocketRole.Server));
    }

    [Theory]
    [Requirement("WS-5.2-06")]
    [Rule(nameof(WebSocketRules.LengthNotMinimal))]
    [InlineData("81 FE 0005 00000000 48656C6C6F", 3)]
    [InlineData("81 FE 007D 00000000", 3)]
    [InlineData("81 FE 0000 00000000", 3)]
    [InlineData("81 FF 0000000000000005 00000000 48656C6C6F", 7)]
    [InlineData("81 FF 000000000000FFFF 00000000", 7)]
    public void A_length_that_is_not_minimal_is_refused_at_the_byte_that_shows_it(string hex, int at)
    {
        FromClient(hex, "refused LengthNotMinimal 1002");
        Assert.Equal(at, RefusedAfter(hex, WebSocketRole.Server));
    }

    [Fact]
    [Requirement("WS-5.2-07", "WS-6.2-01")]
    public void Frames_do_not_depend_on_segments()
    {
        FromClient(
            "01 83 00000000 48656C 89 81 00000000 70 80 82 00000000 6C6F 88 82 00000000 03E8",
            """
            ping 70
            text Hello
            close 1000
            """);

        string hundred = string.Concat(Enumerable.Repeat("81 81 00000000 61", 100));
        FromClient(hundred, string.Join('\n', Enumerable.Repeat("text a", 100)));
    }

    [Fact]
    [Requirement("WS-5.2-08")]
    public void Empty_frames_are_in_order()
    {
        FromClient("81 80 00000000", "text ");
        FromClient("82 80 00000000", "binary ");
        FromClient("89 80 00000000", "ping");
    }

    [Fact]
    [Requirement("WS-5.3-01", "WS-5.7-01")]
    public void The_key_is_applied_from_its_first_byte_in_each_frame()
    {
        FromClient("81 85 37FA213D 7F9F4D5158", "text Hello");
        FromClient("01 81 37FA213D 7F 00 83 01020304 646E6F 80 81 FF000000 90", "text Hello");
        for (int length = 1; length <= 9; length++)
        {
            byte[] payload = [.. Enumerable.Range(1, length).Select(n => (byte)n)];
            byte[] masked = [.. payload];
            Masking.Apply(masked, 0x37FA213D);
            FromClient($"82 {0x80 | length:X2} 37FA213D {Hex.Of(masked)}", $"binary {Hex.Of(payload)}");
        }
    }

    [Fact]
    [Requirement("WS-10.4-01")]
    [Rule(nameof(WebSocketRules.FrameTooLarge))]
    public void A_frame_beyond_the_limit_is_refused_when_it_is_announced()
    {
        var limits = new WebSocketLimits { MaxFrameBytes = 70_000, MaxMessageBytes = 100_000 };
        FromClient("82 FF 1000000000000000 00000000", "refused FrameTooLarge 1009", limits: limits);
        FromClient("82 FF 0000000000011171 00000000", "refused FrameTooLarge 1009", limits: limits);
        FromClient("82 83 00000000 010203", "refused FrameTooLarge 1009", limits: new WebSocketLimits { MaxFrameBytes = 2 });
        FromClient("82 82 00000000 0102", "binary 0102", limits: new WebSocketLimits { MaxFrameBytes = 2 });
        FromClient("89 83 00000000 010203", "ping 010203", limits: new WebSocketLimits { MaxFrameBytes = 2 });

        FromClient("82 FE 0005 00000000", "refused LengthNotMinimal 1002", limits: new WebSocketLimits { MaxFrameBytes = 2 });
        Assert.Equal(2, RefusedAfter("82 FF 1000000000000000 00000000", WebSocketRole.Server, 70_000));
        Assert.Equal(9, RefusedAfter("82 FF 0000000000011171 00000000", WebSocketRole.Server, 70_000));
        Assert.Equal(2, RefusedAfter("82 FE 0401 00000000", WebSocketRole.Server, 1000));
        Assert.Equal(1, RefusedAfter("82 83 00000000 010203", WebSocketRole.Server, 2));
    }

    [Fact]
    public void Reserved_bits_are_written_where_they_are_read()
    {
        for (int reserved = 0; reserved < 8; reserved++)
        {
            Assert.Equal($"{0x81 | (reserved << 4):X2}05", Hex.Written(new FrameHeader(true, reserved, Opcode.Text, 5).Write));
        }
    }

    [Fact]
    public void What_is_incomplete_or_refused_consumes_nothing()
    {
        foreach (string hex in (string[])["", "82", "82 FE", "82 FE 01", "82 FE 0100 000000", "82 FF 0000000000010000 000000", "83", "81 02"])
        {
            ReadOnlySequence<byte> bytes = Arrivals.Join(Hex.Bytes(hex).Select(one => new[] { one }));
            var input = new SequenceReader<byte>(bytes);
            Assert.NotEqual(ParseStatus.Complete, FrameHeader.TryRead(ref input, new FrameRules(WebSocketRole.Server), out _, out _));
            Assert.Equal(0, input.Consumed);
        }
    }

    [Fact]
    public void A_negative_length_is_an_argument_error() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FrameHeader(true, 0, Opcode.Text, -1).Write(new byte[14]));

    // The index of the byte at which bytes that come one by one are refused.
    private static int RefusedAfter(string hex, WebSocketRole reader, long limit = long.MaxValue)
    {
        byte[] bytes = Hex.Bytes(hex);
        var rules = new FrameRules(reader, 0, limit);
        return Enumerable.Range(0, bytes.Length).First(at => FrameHeader.TryRead(bytes.AsSpan(0, at + 1), rules, out _, out _) == ParseStatus.Invalid);
    }

    private static FrameHeader ReadWhole(IReadOnlyList<byte[]> pieces, WebSocketRole reader)
    {
        var input = new SequenceReader<byte>(Arrivals.Join(pieces));
        Assert.Equal(ParseStatus.Complete, FrameHeader.TryRead(ref input, new FrameRules(reader), out FrameHeader header, out _));
        Assert.Equal(0, input.Remaining);
        Assert.Equal(header.Length, input.Consumed);
        return header;
    }
}
