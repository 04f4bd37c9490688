using Minimal.Http.Wire;

namespace Minimal.WebSocket.Wire;

/// <summary>Names the parts of a frame header, each byte once.</summary>
internal static class FrameTrace
{
    /// <summary>Marks a complete header, or a refused one up to the byte that decided; nothing while more is needed.</summary>
    public static void Mark(WireTrace trace, long offset, ReadOnlySpan<byte> bytes, ParseStatus status, in FrameRules rules)
    {
        if (status == ParseStatus.NeedMore) return;

        int length = status == ParseStatus.Complete ? FrameHeader.LengthOf(bytes[1]) : RefusedLength(bytes, rules);
        ReadOnlySpan<byte> header = bytes[..length];
        trace.Mark(WebSocketParts.FirstByte(header[0]), offset, header[..1]);
        if (header.Length == 1) return;

        trace.Mark(WebSocketParts.SecondByte(header[1]), offset + 1, header[1..2]);
        int size = FrameHeader.LengthSize(header[1] & 0x7F);
        int keyAt = Math.Min(2 + size, header.Length);
        if (keyAt > 2) trace.Mark(size == sizeof(ushort) ? WebSocketParts.Length16 : WebSocketParts.Length64, offset + 2, header[2..keyAt]);
        if (keyAt < header.Length) trace.Mark(WebSocketParts.MaskingKey, offset + keyAt, header[keyAt..]);
    }

    // The byte that decided is the last of the shortest beginning that is refused.
    private static int RefusedLength(ReadOnlySpan<byte> bytes, in FrameRules rules)
    {
        int length = 1;
        while (FrameHeader.TryRead(bytes[..length], rules, out _, out _) != ParseStatus.Invalid) length++;
        return length;
    }
}
