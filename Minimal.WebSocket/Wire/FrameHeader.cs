using System.Buffers;
using System.Buffers.Binary;
using Minimal.Http.Wire;

namespace Minimal.WebSocket.Wire;

/// <summary>The head of a frame, without the payload that follows it (RFC 6455 §5.2).</summary>
/// <param name="Final">FIN: this frame is the last of its message.</param>
/// <param name="Reserved">RSV1, RSV2 and RSV3 as a number of three bits; <see cref="Rsv1"/> is the first.</param>
/// <param name="Opcode">What the payload is.</param>
/// <param name="PayloadLength">How many bytes follow, not negative.</param>
/// <param name="MaskingKey">The key with which a client masked the payload, first byte highest; null when it is not masked.</param>
public readonly record struct FrameHeader(bool Final, int Reserved, Opcode Opcode, long PayloadLength, uint? MaskingKey = null)
{
    /// <summary>RSV1: the message is compressed, where permessage-deflate was agreed on (RFC 7692 §6).</summary>
    public const int Rsv1 = 0b100;

    /// <summary>The longest header: two bytes, a length of 64 bits, a key.</summary>
    public const int MaxLength = 14;

    /// <summary>The longest payload of a control frame (RFC 6455 §5.5).</summary>
    public const int MaxControlPayload = 125;

    private const int FinalBit = 0x80, MaskBit = 0x80;
    private const int Length16 = 126, Length64 = 127;

    /// <summary>Whether it is a control frame.</summary>
    public bool IsControl => Opcode.IsControl();

    /// <summary>How many bytes the header takes on the wire.</summary>
    public int Length => 2 + LengthSize(LengthCode(PayloadLength)) + (MaskingKey is null ? 0 : sizeof(uint));

    /// <summary>
    /// Reads one header. What is refused is refused at the first byte that decides it. Nothing is consumed but a whole header.
    /// </summary>
    /// <param name="input">The bytes, at the beginning of a frame.</param>
    /// <param name="rules">What was agreed on, and the limit.</param>
    /// <param name="header">The header, when complete.</param>
    /// <param name="broken">The rule, when invalid.</param>
    /// <param name="trace">Gets the parts of a header that is complete, or of a refused one up to the byte that decided.</param>
    public static ParseStatus TryRead(
        ref SequenceReader<byte> input, in FrameRules rules, out FrameHeader header, out ProtocolRule? broken, WireTrace? trace = null)
    {
        ReadOnlySpan<byte> unread = input.UnreadSpan;
        return unread.Length < MaxLength && unread.Length < input.Remaining
            ? TryReadJoined(ref input, rules, out header, out broken, trace)
            : TryRead(unread, ref input, rules, out header, out broken, trace);
    }

    /// <summary>Reads one header from bytes that lie together. <see cref="Length"/> says how many of them it took.</summary>
    /// <inheritdoc cref="TryRead(ref SequenceReader{byte}, in FrameRules, out FrameHeader, out ProtocolRule?, WireTrace?)" />
    public static ParseStatus TryRead(ReadOnlySpan<byte> input, in FrameRules rules, out FrameHeader header, out ProtocolRule? broken)
    {
        header = default;
        broken = null;
        if (input.IsEmpty) return ParseStatus.NeedMore;

        broken = JudgeFirst(input[0], rules);
        if (broken is not null) return ParseStatus.Invalid;
        if (input.Length < 2) return ParseStatus.NeedMore;

        broken = JudgeSecond(input[0], input[1], rules) ?? JudgeLength(input, rules);
        if (broken is not null) return ParseStatus.Invalid;
        return TryDecode(input, out header) ? ParseStatus.Complete : ParseStatus.NeedMore;
    }

    /// <summary>Writes the header, the length in its shortest form.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Advance(Write(output.GetSpan(MaxLength)));
    }

    /// <summary>Writes the header, the length in its shortest form.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    public int Write(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(PayloadLength);
        int code = LengthCode(PayloadLength);
        int end = 2 + LengthSize(code);

        destination[0] = (byte)((Final ? FinalBit : 0) | ((Reserved & 0b111) << 4) | ((int)Opcode & 0xF));
        destination[1] = (byte)((MaskingKey is null ? 0 : MaskBit) | code);
        if (code == Length16) BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)PayloadLength);
        if (code == Length64) BinaryPrimitives.WriteInt64BigEndian(destination[2..], PayloadLength);
        if (MaskingKey is not { } key) return end;

        BinaryPrimitives.WriteUInt32BigEndian(destination[end..], key);
        return end + sizeof(uint);
    }

    /// <summary>How many bytes a header with this second byte takes.</summary>
    internal static int LengthOf(byte second) => 2 + LengthSize(second & 0x7F) + ((second & MaskBit) == 0 ? 0 : sizeof(uint));

    /// <summary>How many bytes of length follow a second byte with this code: 0, 2 or 8.</summary>
    internal static int LengthSize(int code) => code switch { < Length16 => 0, Length16 => sizeof(ushort), _ => sizeof(ulong) };

    private static int LengthCode(long payload) => payload switch { < Length16 => (int)payload, <= ushort.MaxValue => Length16, _ => Length64 };

    // A header that lies in several segments is joined first: at most 14 bytes, once in thousands of frames.
    private static ParseStatus TryReadJoined(
        ref SequenceReader<byte> input, in FrameRules rules, out FrameHeader header, out ProtocolRule? broken, WireTrace? trace)
    {
        Span<byte> joined = stackalloc byte[MaxLength];
        joined = joined[..(int)Math.Min(MaxLength, input.Remaining)];
        input.TryCopyTo(joined);
        return TryRead(joined, ref input, rules, out header, out broken, trace);
    }

    private static ParseStatus TryRead(
        scoped ReadOnlySpan<byte> bytes,
        ref SequenceReader<byte> input,
        in FrameRules rules,
        out FrameHeader header,
        out ProtocolRule? broken,
        WireTrace? trace)
    {
        ParseStatus status = TryRead(bytes, rules, out header, out broken);
        if (trace is not null) FrameTrace.Mark(trace, input.Consumed, bytes, status, rules);
        if (status == ParseStatus.Complete) input.Advance(header.Length);
        return status;
    }

    // FIN RSV1 RSV2 RSV3 opcode(4)
    private static ProtocolRule? JudgeFirst(byte first, in FrameRules rules)
    {
        int reserved = (first >> 4) & 0b111;
        var opcode = (Opcode)(first & 0xF);

        if ((reserved & ~rules.AgreedBits) != 0) return WebSocketRules.ReservedBit;
        if (opcode.IsReserved()) return WebSocketRules.ReservedOpcode;
        if (reserved != 0 && !opcode.BeginsMessage()) return WebSocketRules.CompressionBit;
        if (opcode.IsControl() && (first & FinalBit) == 0) return WebSocketRules.ControlFragmented;
        return null;
    }

    // MASK payload-length(7)
    private static ProtocolRule? JudgeSecond(byte first, byte second, in FrameRules rules)
    {
        bool masked = (second & MaskBit) != 0;
        int code = second & 0x7F;

        if (!masked && rules.Reader == WebSocketRole.Server) return WebSocketRules.MaskMissing;
        if (masked && rules.Reader == WebSocketRole.Client) return WebSocketRules.MaskPresent;
        if (((Opcode)(first & 0xF)).IsControl()) return code > MaxControlPayload ? WebSocketRules.ControlTooLong : null;
        return code < Length16 && code > rules.MaxPayloadLength ? WebSocketRules.FrameTooLarge : null;
    }

    // frame-payload-length-16 / frame-payload-length-63: of the bytes that are there, the least and the most that they can become
    private static ProtocolRule? JudgeLength(ReadOnlySpan<byte> bytes, in FrameRules rules)
    {
        int size = LengthSize(bytes[1] & 0x7F);
        if (size == 0 || bytes.Length == 2) return null;

        ReadOnlySpan<byte> there = bytes.Slice(2, Math.Min(size, bytes.Length - 2));
        if (size == sizeof(ulong) && (there[0] & 0x80) != 0) return WebSocketRules.LengthTopBit;

        long least = 0;
        foreach (byte digit in there) least = (least << 8) | digit;
        int missing = 8 * (size - there.Length);
        least <<= missing;
        long most = least | ((1L << missing) - 1);

        if (most <= (size == sizeof(ushort) ? Length16 - 1 : ushort.MaxValue)) return WebSocketRules.LengthNotMinimal;
        return least > rules.MaxPayloadLength ? WebSocketRules.FrameTooLarge : null;
    }

    // Nothing is wrong with these bytes; false when they are not all there.
    private static bool TryDecode(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        header = default;
        byte first = bytes[0], second = bytes[1];
        int length = LengthOf(second);
        if (bytes.Length < length) return false;

        long payload = (second & 0x7F) switch
        {
            Length16 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            Length64 => BinaryPrimitives.ReadInt64BigEndian(bytes[2..]),
            int inline => inline,
        };
        uint? key = (second & MaskBit) == 0 ? null : BinaryPrimitives.ReadUInt32BigEndian(bytes[(length - sizeof(uint))..]);
        header = new FrameHeader((first & FinalBit) != 0, (first >> 4) & 0b111, (Opcode)(first & 0xF), payload, key);
        return true;
    }
}
