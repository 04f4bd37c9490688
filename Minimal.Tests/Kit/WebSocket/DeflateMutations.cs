using Minimal.WebSocket.Wire;

namespace Minimal.Testing;

/// <summary>The catalogue of damage to compressed messages: blocks that DEFLATE does not have, behind those of a valid message, and turned bits.</summary>
public static class DeflateMutations
{
    // What a sender took off: with it, the next block begins at a byte.
    private static readonly byte[] Tail = [0x00, 0x00, 0xFF, 0xFF];

    /// <summary>All of them (RFC 1951 §3.2).</summary>
    public static IReadOnlyList<DeflateMutation> All { get; } =
    [
        Block("block of the reserved type", new DeflateBits().Number(6, 3)),
        Block("stored length without its complement", new DeflateBits().Number(0, 3).Pad().Number(5, 16).Number(5, 16)),
        Block("reserved symbol for a length", new DeflateBits().Number(2, 3).Code(0xC6, 8)),
        Block("reserved symbol for a distance", new DeflateBits().Number(2, 3).Code(1, 7).Code(30, 5)),
        Block("codes of more than 286 symbols", new DeflateBits().Number(4, 3).Number(31, 5).Number(0, 5).Number(0, 4)),
        new("one bit turned", null, (payload, choice) => PayloadGen.Flip(payload, [choice])),
        new("two bits turned", null, (payload, choice) => PayloadGen.Flip(payload, [choice, choice * 7])),
        new("last byte missing", null, (payload, _) => payload[..^1]),
        new("cut anywhere", null, (payload, choice) => payload[..(choice % payload.Length)]),
        new("a byte behind the end", null, (payload, choice) => [.. payload, (byte)choice]),
    ];

    private static DeflateMutation Block(string name, DeflateBits bits)
    {
        byte[] block = bits.Pad().ToBytes();
        return new(name, WebSocketRules.DeflateCorrupt, (payload, _) => [.. payload, .. Tail, .. block, 0, 0]);
    }
}
