using System.Buffers.Binary;
using System.Globalization;
using Minimal.Http.Diagnostics;
using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket.Diagnostics;

/// <summary>Names the bytes of a frame's header, those of the first two bit by bit.</summary>
internal static class HeadSpans
{
    /// <summary>Names a header that is complete, or a refused one up to the byte that decided.</summary>
    public static void Name(ReadOnlySpan<byte> head, ParseStatus status, in FrameRules rules, ProtocolRule? broken, WireContentSpans spans)
    {
        var marks = new Marks();
        FrameTrace.Mark(marks, 0, head, status, rules);
        for (int i = 0; i < marks.List.Count; i++)
        {
            (WirePart part, int start, int length) = marks.List[i];
            ReadOnlySpan<byte> bytes = head.Slice(start, length);
            ProtocolRule? here = i == marks.List.Count - 1 ? broken : null;
            spans.Name(part, length, TextOf(part, start, bytes), BitsOf(start, bytes[0]), here);
        }
    }

    /// <summary>Names the first byte alone, which stands where no such frame may.</summary>
    public static void NameFirst(byte first, ProtocolRule broken, WireContentSpans spans) =>
        spans.Name(WebSocketParts.FirstByte(first), 1, TextOf(WebSocketParts.FirstByte(first), 0, [first]), BitsOf(0, first), broken);

    private static string TextOf(WirePart part, int start, ReadOnlySpan<byte> bytes)
    {
        if (start == 0) return NameOf((Opcode)(bytes[0] & 0xF));
        if (start == 1) return Number(bytes[0] & 0x7F);
        if (part == WebSocketParts.MaskingKey) return Convert.ToHexString(bytes);

        // Of a length that is refused before its last byte, what there is.
        long length = 0;
        foreach (byte b in bytes) length = (length << 8) | b;
        return Number(length);
    }

    private static string NameOf(Opcode opcode) => opcode.IsReserved() ? $"reserved {(int)opcode:X}" : opcode.ToString();

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static IReadOnlyList<WireBits> BitsOf(int start, byte value) => start switch
    {
        0 => [.. WebSocketParts.FirstByteFields.Select(field => Bits(field, value))],
        1 => [.. WebSocketParts.SecondByteFields.Select(field => Bits(field, value))],
        _ => [],
    };

    private static WireBits Bits(BitField field, byte value) => new(field.Part, field.Shift, field.Width, field.Of(value));

    private sealed class Marks : WireTrace
    {
        public List<(WirePart Part, int Start, int Length)> List { get; } = [];

        public override void Mark(WirePart part, long offset, ReadOnlySpan<byte> bytes) => List.Add((part, (int)offset, bytes.Length));
    }
}
