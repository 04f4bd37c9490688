using System.Buffers;

namespace Minimal.Tests.WebSocket;

/// <summary>Bytes as the ledger writes them: pairs of digits, with spaces anywhere.</summary>
internal static class Hex
{
    public static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes);

    public static string Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Of(output.WrittenSpan);
    }
}
