using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Fuzz.Targets;

/// <summary>Conversations in frames that are mostly in order, with a byte in front that chooses role, agreement and limits.</summary>
internal static class FrameInputs
{
    private static readonly Gen<byte[]> Text = Gen.ArrayOf(Gen.Elements("a", "Hello", "é", "€", "😀", "\0", new string('x', 60))).Select(parts => System.Text.Encoding.UTF8.GetBytes(string.Concat(parts)));

    private static readonly Gen<byte[]> Payload = Gen.OneOf(Text, Gen.ArrayOf(Gen.Choose(0, 255).Select(value => (byte)value)), Gen.Elements<byte[]>([], [0x03, 0xE8], [0x03, 0xE8, 0x61]));

    public static Gen<byte[]> Conversations { get; } =
        from choice in Gen.Choose(0, 15)
        from count in Gen.Choose(1, 5)
        from frames in Gen.ArrayOf(Frame(choice), count)
        select (byte[])[(byte)choice, .. frames.SelectMany(frame => frame)];

    private static Gen<byte[]> Frame(int choice) =>
        from first in Gen.Frequency((8, Gen.Elements(0x81, 0x82, 0x01, 0x02, 0x00, 0x80, 0x89, 0x8A)), (3, Gen.Elements(0xC1, 0xC2, 0x41)), (1, Gen.Constant(0x88)), (1, Gen.Choose(0, 255)))
        from payload in Payload
        from key in Gen.Elements<byte[]>([0, 0, 0, 0], [0x37, 0xFA, 0x21, 0x3D])
        select Write(first, (first & 0x40) != 0 ? Deflate(payload) : payload, (choice & 1) == 0 ? key : null);

    private static byte[] Write(int first, byte[] payload, byte[]? key)
    {
        byte mask = (byte)(key is null ? 0 : 0x80);
        byte[] length = payload.Length < 126 ? [(byte)(mask | payload.Length)] : [(byte)(mask | 126), (byte)(payload.Length >> 8), (byte)payload.Length];
        return [(byte)first, .. length, .. key ?? [], .. payload.Select((value, at) => (byte)(value ^ (key?[at % 4] ?? 0)))];
    }

    // With the empty block that the framework flushes, less its last four bytes (RFC 7692 §7.2.1).
    private static byte[] Deflate(byte[] payload)
    {
        var output = new MemoryStream();
        using var deflater = new DeflateStream(output, CompressionLevel.Fastest);
        deflater.Write(payload);
        deflater.Flush();
        return output.Length < 4 ? [0] : output.ToArray()[..^4];
    }
}
