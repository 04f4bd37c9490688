using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.WebSocket.Wire;

namespace Minimal.Tests.WebSocket;

/// <summary>Values for properties: the usual, the boundaries, and the nearly right.</summary>
internal static class Generators
{
    private static readonly string[] Words = ["the ", "topic", "cursor ", "{\"price\":", "12345", "κόσμε", "😀", "€", "\0", "aaaaaaaa"];

    public static Gen<byte> AnyByte { get; } = Gen.Choose(0, 255).Select(n => (byte)n);

    public static Gen<uint> Key { get; } = Gen.ArrayOf(AnyByte, 4).Select(bytes => BitConverter.ToUInt32(bytes));

    /// <summary>Lengths of all three forms, above all near their ends.</summary>
    public static Gen<long> Length { get; } = Gen.OneOf(
        Gen.Choose(0, 130).Select(n => (long)n),
        Gen.Choose(65_530, 65_540).Select(n => (long)n),
        Gen.ArrayOf(AnyByte, 8).Select(bytes => BitConverter.ToInt64(bytes) & long.MaxValue));

    public static Gen<int[]> Cuts { get; } = Gen.ArrayOf(Gen.Frequency((3, Gen.Choose(1, 5)), (1, Gen.Choose(1, 400))));

    public static Gen<byte[]> Noise { get; } = Gen.Choose(0, 400).SelectMany(length => Gen.ArrayOf(AnyByte, length));

    /// <summary>Text with repetitions, and characters of each length.</summary>
    public static Gen<string> Text { get; } = Gen.ArrayOf(Gen.Elements(Words)).Select(string.Concat);

    /// <summary>What compressors like and what they do not.</summary>
    public static Gen<byte[]> Compressible { get; } = Gen.OneOf(
        Noise,
        Text.Select(Encoding.UTF8.GetBytes),
        Text.SelectMany(text => Gen.Choose(1, 3000).Select(times => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text, times)))[..Math.Min(60_000, times * Encoding.UTF8.GetByteCount(text))])),
        Gen.Choose(0, int.MaxValue).SelectMany(seed => Gen.Choose(0, 70_000).Select(length => Skewed(seed, length))));

    /// <summary>Bytes in which UTF-8 nearly is: whole characters, sequences that look like some, and single bytes that are often wrong.</summary>
    public static Gen<byte[]> NearlyText { get; } = Gen.ArrayOf(Gen.Frequency(
        (6, Gen.Elements("a", "é", "€", "😀", "\u07FF", "\uD7FF", "\uE000", "\U0010FFFF", new string('x', 40)).Select(Encoding.UTF8.GetBytes)),
        (1, Gen.Elements("EDA080", "EDBFBF", "C0AF", "E08080", "F0808080", "F4908080", "F09F98", "E282").Select(Hex.Bytes)),
        (1, Gen.Elements(0x80, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF, 0x9F, 0xA0, 0x8F, 0x90).Select(b => new[] { (byte)b }))))
        .Select(parts => parts.SelectMany(part => part).ToArray());

    public static Gen<FrameHeader> Header { get; } =
        from final in Gen.Elements(true, false)
        from opcode in Gen.Elements(Opcode.Continuation, Opcode.Text, Opcode.Binary, Opcode.Close, Opcode.Ping, Opcode.Pong)
        from length in Length
        from key in Key
        let isControl = opcode.IsControl()
        select new FrameHeader(final || isControl, 0, opcode, isControl ? length % 126 : length, key);

    /// <summary>A frame that is mostly in order.</summary>
    public static Gen<byte[]> NearlyFrame { get; } =
        from first in Gen.Frequency(
            (8, Gen.Elements(0x81, 0x82, 0x01, 0x02, 0x00, 0x00, 0x80, 0x89, 0x8A, 0xC1, 0x41, 0xC2)), (1, Gen.Choose(0, 255)), (1, Gen.Constant(0x88)))
        from payload in Gen.OneOf(Gen.Elements("", "Hello", "κ").Select(Encoding.UTF8.GetBytes), Noise, Gen.Elements("F248CDC9C90700", "F200110000", "03E8", "00").Select(Hex.Bytes))
        from key in Gen.Elements(0u, 0x37FA213Du)
        select Frame(first, payload, key);

    /// <summary>Frames that are mostly in order, with a bit turned here and there.</summary>
    public static Gen<byte[]> NearlyFrames { get; } =
        from frames in Gen.ArrayOf(NearlyFrame)
        from flips in Gen.ArrayOf(Gen.Choose(0, 8 * 400), 2)
        from isFlipped in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        select isFlipped ? Flip([.. frames.SelectMany(frame => frame)], flips) : [.. frames.SelectMany(frame => frame)];

    public static byte[] Flip(byte[] bytes, IEnumerable<int> places)
    {
        byte[] changed = [.. bytes];
        foreach (int place in places)
        {
            if (changed.Length > 0) changed[place / 8 % changed.Length] ^= (byte)(1 << (place % 8));
        }

        return changed;
    }

    public static byte[] Frame(int first, byte[] payload, uint? key)
    {
        byte[] masked = [.. payload];
        if (key is { } mask) Masking.Apply(masked, mask);
        byte[] header = new byte[FrameHeader.MaxLength];
        int length = new FrameHeader(true, 0, Opcode.Text, payload.Length, key).Write(header);
        header[0] = (byte)first;
        return [.. header.AsSpan(0, length), .. masked];
    }

    // Bytes of a few values, which need codes of many lengths.
    private static byte[] Skewed(int seed, int length)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (byte)(random.NextDouble() * random.NextDouble() * random.NextDouble() * 256))];
    }
}
