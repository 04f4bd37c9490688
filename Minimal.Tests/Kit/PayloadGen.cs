using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Testing;

/// <summary>Generators for what messages carry: noise, text, nearly text, and what compressors like and do not.</summary>
public static class PayloadGen
{
    private static readonly string[] Words = ["the ", "topic", "cursor ", "{\"price\":", "12345", "κόσμε", "😀", "€", "\0", "aaaaaaaa"];

    /// <summary>Any byte.</summary>
    public static Gen<byte> AnyByte { get; } = Gen.Choose(0, 255).Select(number => (byte)number);

    /// <summary>0 to 400 of any bytes.</summary>
    public static Gen<byte[]> Noise { get; } = Gen.Choose(0, 400).SelectMany(length => Gen.ArrayOf(AnyByte, length));

    /// <summary>Text with repetitions, and characters of each length in UTF-8.</summary>
    public static Gen<string> Text { get; } = Gen.ArrayOf(Gen.Elements(Words)).Select(string.Concat);

    /// <summary>Noise, text, text many times over, and bytes that need codes of many lengths; up to 70,000 bytes.</summary>
    public static Gen<byte[]> Compressible { get; } = Gen.OneOf(
        Noise,
        Text.Select(Encoding.UTF8.GetBytes),
        Text.SelectMany(text => Gen.Choose(1, 3000).Select(times => Repeated(Encoding.UTF8.GetBytes(text), times))),
        Gen.Choose(0, int.MaxValue).SelectMany(seed => Gen.Choose(0, 70_000).Select(length => Skewed(seed, length))));

    /// <summary>Bytes in which UTF-8 nearly is: whole characters, sequences that look like some, and single bytes that are often wrong.</summary>
    public static Gen<byte[]> NearlyText { get; } = Gen.ArrayOf(Gen.Frequency(
        (6, Gen.Elements("a", "é", "€", "😀", "\u07FF", "\uD7FF", "\uE000", "\U0010FFFF", new string('x', 40)).Select(Encoding.UTF8.GetBytes)),
        (1, Gen.Elements("EDA080", "EDBFBF", "C0AF", "E08080", "F0808080", "F4908080", "F09F98", "E282").Select(Convert.FromHexString)),
        (1, Gen.Elements(0x80, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF, 0x9F, 0xA0, 0x8F, 0x90).Select(value => new[] { (byte)value }))))
        .Select(parts => parts.SelectMany(part => part).ToArray());

    /// <summary>The bytes with single bits turned.</summary>
    /// <param name="bytes">Not changed.</param>
    /// <param name="places">Numbers of bits; beyond the end, they begin again.</param>
    public static byte[] Flip(byte[] bytes, IEnumerable<int> places)
    {
        byte[] changed = [.. bytes];
        foreach (int place in places)
        {
            if (changed.Length > 0) changed[place / 8 % changed.Length] ^= (byte)(1 << (place % 8));
        }

        return changed;
    }

    private static byte[] Repeated(byte[] once, int times)
    {
        byte[] all = new byte[Math.Min(60_000, times * once.Length)];
        for (int at = 0; at < all.Length; at++) all[at] = once[at % once.Length];
        return all;
    }

    private static byte[] Skewed(int seed, int length)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (byte)(random.NextDouble() * random.NextDouble() * random.NextDouble() * 256))];
    }
}
