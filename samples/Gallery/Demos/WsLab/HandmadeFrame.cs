using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using Minimal.WebSocket.Wire;

namespace Minimal.Gallery.Demos.WsLab;

/// <summary>A frame as somebody wants it, which need not be one that may be sent.</summary>
/// <param name="Fin">FIN.</param>
/// <param name="Rsv">RSV1 to RSV3 as a number of three bits, RSV1 the highest.</param>
/// <param name="Opcode">Four bits.</param>
/// <param name="Masked">Whether it has a key, and the payload is masked with it.</param>
/// <param name="Length">In which form the length is written: <c>shortest</c>, <c>7</c>, <c>16</c> or <c>64</c> bits.</param>
/// <param name="Payload">The payload in hexadecimal, not masked.</param>
/// <param name="Announced">The length that the header tells, in decimal; null tells the payload's own.</param>
internal sealed record HandmadeFrame(bool Fin, int Rsv, int Opcode, bool Masked, string? Length, string? Payload, string? Announced = null)
{
    private const int MaxPayload = 1024;

    // The key of the examples in RFC 6455 §5.7, so that the same frame is always the same bytes.
    private const uint Key = 0x37FA213D;

    /// <summary>The bytes of all frames; false when one of them says something that cannot be written.</summary>
    public static bool TryWriteAll(IEnumerable<HandmadeFrame> frames, out byte[] bytes)
    {
        var output = new ArrayBufferWriter<byte>();
        bool isWritten = frames.All(frame => frame is not null && frame.TryWrite(output));
        bytes = output.WrittenSpan.ToArray();
        return isWritten;
    }

    private bool TryWrite(ArrayBufferWriter<byte> output)
    {
        string hex = Payload ?? "";
        byte[] payload = new byte[hex.Length / 2];
        if (payload.Length > MaxPayload || Convert.FromHexString(hex, payload, out _, out _) != OperationStatus.Done) return false;
        ulong announced = (ulong)payload.Length;
        if (Announced is { Length: > 0 } && !ulong.TryParse(Announced, NumberStyles.None, CultureInfo.InvariantCulture, out announced)) return false;

        Write(output, (byte)((Fin ? 0x80 : 0) | ((Rsv & 0b111) << 4) | (Opcode & 0xF)));
        if (!TryWriteLength(output, announced)) return false;
        if (Masked)
        {
            BinaryPrimitives.WriteUInt32BigEndian(output.GetSpan(sizeof(uint)), Key);
            output.Advance(sizeof(uint));
            Masking.Apply(payload, Key);
        }

        output.Write(payload);
        return true;
    }

    private bool TryWriteLength(ArrayBufferWriter<byte> output, ulong announced)
    {
        byte mask = Masked ? (byte)0x80 : (byte)0;
        switch (Length ?? "shortest")
        {
            case "7" or "shortest" when announced < 126:
                Write(output, (byte)(mask | (byte)announced));
                return true;
            case "16" or "shortest" when announced <= ushort.MaxValue:
                Write(output, (byte)(mask | 126));
                BinaryPrimitives.WriteUInt16BigEndian(output.GetSpan(sizeof(ushort)), (ushort)announced);
                output.Advance(sizeof(ushort));
                return true;
            case "64" or "shortest":
                Write(output, (byte)(mask | 127));
                BinaryPrimitives.WriteUInt64BigEndian(output.GetSpan(sizeof(ulong)), announced);
                output.Advance(sizeof(ulong));
                return true;
            default:
                return false;
        }
    }

    private static void Write(ArrayBufferWriter<byte> output, byte value) => output.Write([value]);
}
