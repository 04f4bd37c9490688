using System.Buffers;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>What holds of frame headers whatever the bytes.</summary>
public sealed class FrameProperties
{
    private delegate ParseStatus Reader(ReadOnlySpan<byte> input, in FrameRules rules, out FrameHeader header, out ProtocolRule? broken);

    private static readonly Arbitrary<FrameHeader> Headers = Arb.From(WebSocketGen.Header);

    private static readonly Arbitrary<(byte[] Bytes, FrameRules Rules)> NearlyHeaders = Arb.From(
        from first in PayloadGen.AnyByte
        from second in Gen.OneOf(PayloadGen.AnyByte, Gen.Elements<byte>(0x7E, 0x7F, 0xFE, 0xFF, 0x80, 0xFD))
        from digits in Gen.OneOf(Gen.ArrayOf(PayloadGen.AnyByte, 12), Gen.ArrayOf(Gen.Elements<byte>(0, 0, 0, 1, 0x7D, 0x7E, 0x80, 0xFF), 12))
        from reader in Gen.Elements(WebSocketRole.Server, WebSocketRole.Client)
        from agreed in Gen.Elements(0, FrameHeader.Rsv1)
        from limit in Gen.Elements(65_536, 1_000_000, long.MaxValue)
        select ((byte[])[first, second, .. digits], new FrameRules(reader, agreed, limit)));

    [Fact]
    [Requirement("WS-5.2-03", "WS-5.2-05")]
    public void A_header_is_read_as_it_was_written() => Properties.Holds(Headers, header => RoundTrip(header, FrameHeader.TryRead));

    [Fact]
    public void A_reader_that_takes_the_key_for_another_is_found() => Properties.MustFail(Headers, header => RoundTrip(header, SwapsKey));

    [Fact]
    public void It_answers_as_the_rules_do_one_by_one() => Properties.Holds(NearlyHeaders, given => AgreesWithTwin(given.Bytes, given.Rules, FrameHeader.TryRead), 5000);

    [Fact]
    public void A_reader_without_one_of_the_rules_is_found() =>
        Properties.MustFail(NearlyHeaders, given => AgreesWithTwin(given.Bytes, given.Rules, AcceptsAnyLengthForm), 5000);

    [Fact]
    public void It_refuses_at_the_first_byte_that_decides_and_stays_with_it() =>
        Properties.Holds(NearlyHeaders, given => DecidesEarly(given.Bytes, given.Rules, FrameHeader.TryRead), 5000);

    [Fact]
    public void A_reader_that_looks_at_the_mask_too_late_is_found() =>
        Properties.MustFail(NearlyHeaders, given => DecidesEarly(given.Bytes, given.Rules, WaitsForTheWholeHeader), 5000);

    [Fact]
    [Requirement("WS-5.2-07")]
    public void Segments_do_not_matter() => Properties.Holds(NearlyHeaders, given =>
    {
        ParseStatus whole = FrameHeader.TryRead(given.Bytes, given.Rules, out FrameHeader header, out ProtocolRule? broken);
        foreach (IReadOnlyList<byte[]> pieces in Arrivals.All(given.Bytes))
        {
            var input = new SequenceReader<byte>(Arrivals.Join(pieces));
            Assert.Equal(whole, FrameHeader.TryRead(ref input, given.Rules, out FrameHeader joined, out ProtocolRule? sameRule));
            Assert.Equal((header, broken), (joined, sameRule));
            Assert.Equal(whole == ParseStatus.Complete ? header.Length : 0, input.Consumed);
        }
    });

    private static void RoundTrip(FrameHeader header, Reader read)
    {
        byte[] bytes = Hex.Bytes(Hex.Written(header.Write));
        Assert.Equal(header.Length, bytes.Length);
        Assert.Equal(ParseStatus.Complete, read(bytes, new FrameRules(WebSocketRole.Server), out FrameHeader back, out _));
        Assert.Equal(header, back);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(ParseStatus.NeedMore, read(bytes.AsSpan(0, length), new FrameRules(WebSocketRole.Server), out _, out _));
        }
    }

    private static void AgreesWithTwin(byte[] bytes, FrameRules rules, Reader read)
    {
        ParseStatus status = read(bytes, rules, out _, out ProtocolRule? broken);
        Assert.Equal(Twin(bytes, rules), broken);
        Assert.Equal(broken is null ? ParseStatus.Complete : ParseStatus.Invalid, status);
    }

    // Early: as long as more is asked for, there are bytes with which all is well. For good: a refusal stays, with its rule.
    private static void DecidesEarly(byte[] bytes, FrameRules rules, Reader read)
    {
        ProtocolRule? refused = null;
        for (int length = 1; length <= bytes.Length; length++)
        {
            ParseStatus status = read(bytes.AsSpan(0, length), rules, out _, out ProtocolRule? broken);
            if (refused is not null) Assert.Same(refused, broken);
            refused = broken;
            if (status == ParseStatus.NeedMore) Assert.Contains(Endings, ending => Twin([.. bytes[..length], .. ending], rules) is null);
        }
    }

    // What may follow: a mask or none with a short length, or one of 16 bits; digits that make a length long enough, and not too long.
    private static IEnumerable<byte[]> Endings =>
        from second in (byte[][])[[], [0x00], [0x80]]
        from digits in (byte[][])[[0, 0, 0, 0, 0, 0], [0x7E], [1], [0, 1], [0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 1]]
        select (byte[])[.. second, .. digits, .. new byte[14]];

    // The rules of RFC 6455 §5.2 on a header that is all there, in the order of its bytes, without anything clever.
    private static ProtocolRule? Twin(byte[] bytes, FrameRules rules)
    {
        int opcode = bytes[0] & 0x0F, reserved = (bytes[0] & 0x70) >> 4, code = bytes[1] & 0x7F;
        bool isControl = opcode >= 8, isMasked = bytes[1] >= 0x80;
        if ((reserved | rules.AgreedBits) != rules.AgreedBits) return WebSocketRules.ReservedBit;
        if (opcode is 3 or 4 or 5 or 6 or 7 or > 10) return WebSocketRules.ReservedOpcode;
        if (reserved != 0 && opcode is not (1 or 2)) return WebSocketRules.CompressionBit;
        if (isControl && bytes[0] < 0x80) return WebSocketRules.ControlFragmented;
        if (rules.Reader == WebSocketRole.Server && !isMasked) return WebSocketRules.MaskMissing;
        if (rules.Reader == WebSocketRole.Client && isMasked) return WebSocketRules.MaskPresent;
        if (isControl) return code > 125 ? WebSocketRules.ControlTooLong : null;

        int size = code switch { 126 => 2, 127 => 8, _ => 0 };
        BigInteger length = size == 0 ? code : new BigInteger(bytes.AsSpan(2, size), isUnsigned: true, isBigEndian: true);
        if (length > long.MaxValue) return WebSocketRules.LengthTopBit;
        if ((size == 2 && length < 126) || (size == 8 && length < 65_536)) return WebSocketRules.LengthNotMinimal;
        return length > rules.MaxPayloadLength ? WebSocketRules.FrameTooLarge : null;
    }

    private static ParseStatus SwapsKey(ReadOnlySpan<byte> input, in FrameRules rules, out FrameHeader header, out ProtocolRule? broken)
    {
        ParseStatus status = FrameHeader.TryRead(input, rules, out header, out broken);
        if (header.MaskingKey is { } key) header = header with { MaskingKey = BitOperations.RotateLeft(key, 8) };
        return status;
    }

    private static ParseStatus AcceptsAnyLengthForm(ReadOnlySpan<byte> input, in FrameRules rules, out FrameHeader header, out ProtocolRule? broken)
    {
        ParseStatus status = FrameHeader.TryRead(input, rules, out header, out broken);
        if (broken != WebSocketRules.LengthNotMinimal) return status;
        broken = null;
        return ParseStatus.Complete;
    }

    private static ParseStatus WaitsForTheWholeHeader(ReadOnlySpan<byte> input, in FrameRules rules, out FrameHeader header, out ProtocolRule? broken)
    {
        ParseStatus status = FrameHeader.TryRead(input, rules, out header, out broken);
        if (broken != WebSocketRules.MaskMissing || input.Length >= 6) return status;
        broken = null;
        return ParseStatus.NeedMore;
    }
}
