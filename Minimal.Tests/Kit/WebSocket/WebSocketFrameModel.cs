using System.Buffers.Binary;
using Minimal.WebSocket.Wire;

namespace Minimal.Testing;

/// <summary>A frame (RFC 6455 §5.2), right or wrong: everything in it can be said. It shares no code with the library.</summary>
/// <param name="Opcode">What the payload is; reserved ones too.</param>
/// <param name="Payload">The payload as the sender means it, unmasked.</param>
public sealed record WebSocketFrameModel(Opcode Opcode, byte[] Payload)
{
    /// <summary>FIN.</summary>
    public bool Final { get; init; } = true;

    /// <summary>RSV1, RSV2 and RSV3 as a number of three bits, RSV1 the highest.</summary>
    public int Reserved { get; init; }

    /// <summary>The masking key, first byte highest; null for a frame without mask.</summary>
    public uint? Key { get; init; }

    /// <summary>How many bytes hold the length behind the first seven bits: 0, 2 or 8. Null: as few as can.</summary>
    public int? LengthBytes { get; init; }

    /// <summary>The length that the header says; null: that of the payload.</summary>
    public long? ClaimedLength { get; init; }

    /// <summary>The frame on the wire.</summary>
    public byte[] ToBytes()
    {
        long length = ClaimedLength ?? Payload.Length;
        int lengthBytes = LengthBytes ?? length switch { < 126 => 0, <= ushort.MaxValue => 2, _ => 8 };
        byte[] wide = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(wide, length);
        int code = lengthBytes switch { 0 => wide[^1] & 0x7F, 2 => 126, _ => 127 };
        return
        [
            (byte)((Final ? 0x80 : 0) | (Reserved << 4) | (int)Opcode),
            (byte)((Key is null ? 0 : 0x80) | code),
            .. wide[^lengthBytes..],
            .. KeyBytes,
            .. Payload.Select((value, at) => (byte)(value ^ (Key is null ? 0 : KeyBytes[at % 4]))),
        ];
    }

    /// <summary>A frame whose first byte is given whole.</summary>
    /// <param name="first">FIN, the reserved bits and the opcode.</param>
    /// <param name="payload">The payload, unmasked.</param>
    /// <param name="key">The masking key; null for no mask.</param>
    public static WebSocketFrameModel Of(int first, byte[] payload, uint? key) =>
        new((Opcode)(first & 0xF), payload) { Final = (first & 0x80) != 0, Reserved = (first >> 4) & 7, Key = key };

    /// <summary>The bytes of a frame whose first byte is given whole.</summary>
    /// <inheritdoc cref="Of" path="/param" />
    public static byte[] Bytes(int first, byte[] payload, uint? key) => Of(first, payload, key).ToBytes();

    /// <summary>The frame in words: <c>Text, 5 bytes, masked: Hello</c>.</summary>
    public override string ToString() =>
        $"{Opcode}{(Final ? "" : ", to be continued")}{(Reserved == 0 ? "" : $", RSV {Reserved}")}, {ClaimedLength ?? Payload.Length} bytes"
        + $"{(LengthBytes is null ? "" : $" said in {LengthBytes}")}{(Key is null ? "" : ", masked")}: {EscapedBytes.Write(Payload, most: 60)}";

    private byte[] KeyBytes => Key is { } key ? [(byte)(key >> 24), (byte)(key >> 16), (byte)(key >> 8), (byte)key] : [];
}
