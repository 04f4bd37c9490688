using System.Buffers.Binary;

namespace Minimal.Testing;

/// <summary>Changes inputs: bits, bytes, numbers, blocks, words, and whole pieces that belong together. The same seed makes the same changes.</summary>
internal sealed class FuzzMutator(FuzzTarget target, IReadOnlyList<byte[]> words, Random random)
{
    private static readonly byte[] Telling = [0, 1, 9, 10, 13, 32, 58, 63, 64, 126, 127, 128, 129, 191, 192, 254, 255];

    private static readonly long[] Numbers =
    [
        0, 1, 125, 126, 127, 128, 255, 256, 1024, 4096, 32767, 32768, 65535, 65536, 65537, int.MaxValue, int.MaxValue + 1L, uint.MaxValue, uint.MaxValue + 1L,
        long.MaxValue - 1, long.MaxValue, -1,
    ];

    private static readonly string[] NumberTexts = [.. Numbers.SelectMany(number => new[] { $"{number}", $"{number:x}", $"{(ulong)number}", $"+{number}", $"0{number}" })];

    /// <summary>Changes an input one to a few times.</summary>
    /// <param name="input">What to change; it stays as it is.</param>
    /// <param name="other">Another input, to take pieces from.</param>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        byte[] mutated = [.. input];
        int changes = random.Next(2) == 0 ? 1 : 1 << random.Next(4);
        for (int n = 0; n < changes; n++) mutated = Change(mutated, other);
        return mutated.Length <= target.MaxLength ? mutated : mutated[..target.MaxLength];
    }

    private byte[] Change(byte[] input, byte[] other) => random.Next(16) switch
    {
        0 => SetByte(input, (_, value) => (byte)(value ^ (1 << random.Next(8)))),
        1 => SetByte(input, (_, _) => (byte)random.Next(256)),
        2 => SetByte(input, (_, _) => Telling[random.Next(Telling.Length)]),
        3 => SetByte(input, (_, value) => (byte)(value + random.Next(-16, 17))),
        4 => SetNumber(input),
        5 => Replace(input, Some(input), Ascii(NumberTexts[random.Next(NumberTexts.Length)])),
        6 => Replace(input, Some(input), []),
        7 => Replace(input, Place(input), input[Some(input)]),
        8 => Replace(input, Place(input), [.. Enumerable.Repeat((byte)random.Next(256), random.Next(1, 33))]),
        9 => Replace(input, random.Next(2) == 0 ? Place(input) : Some(input), Word()),
        10 => Replace(input, Some(input), other[Some(other)]),
        11 => Splice(input, other),
        12 => ChangePieces(input),
        13 => ExchangePieces(input, other),
        14 => Overwrite(input, Word()),
        _ => SetByte(input, (_, _) => (byte)random.Next(256)),
    };

    private byte[] SetByte(byte[] input, Func<int, byte, byte> change)
    {
        if (input.Length == 0) return [(byte)random.Next(256)];
        int at = random.Next(input.Length);
        input[at] = change(at, input[at]);
        return input;
    }

    // In two, four or eight bytes, either end first.
    private byte[] SetNumber(byte[] input)
    {
        int width = 2 << random.Next(3);
        if (input.Length < width) return input;
        byte[] bytes = new byte[8];
        long number = Numbers[random.Next(Numbers.Length)];
        if (random.Next(2) == 0) BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        else BinaryPrimitives.WriteInt64BigEndian(bytes, number << (64 - (8 * width)));
        bytes.AsSpan(0, width).CopyTo(input.AsSpan(random.Next(input.Length - width + 1)));
        return input;
    }

    private byte[] Overwrite(byte[] input, byte[] word)
    {
        if (input.Length < word.Length) return input;
        word.CopyTo(input.AsSpan(random.Next(input.Length - word.Length + 1)));
        return input;
    }

    private byte[] Splice(byte[] input, byte[] other) => [.. input[..random.Next(input.Length + 1)], .. other[random.Next(other.Length + 1)..]];

    // A piece out, double, or swapped with another.
    private byte[] ChangePieces(byte[] input)
    {
        IReadOnlyList<int> begins = target.Pieces(input);
        if (begins.Count < 2) return input;
        Range first = Piece(input, begins), second = Piece(input, begins);
        return random.Next(3) switch
        {
            0 => Replace(input, first, []),
            1 => Replace(input, first.Start..first.Start, input[second]),
            _ => Swap(input, first, second),
        };
    }

    // One or a few pieces of the other in the place of ours, or between.
    private byte[] ExchangePieces(byte[] input, byte[] other)
    {
        IReadOnlyList<int> begins = target.Pieces(input), others = target.Pieces(other);
        if (begins.Count == 0 || others.Count == 0) return input;
        Range ours = Piece(input, begins), theirs = Piece(other, others, random.Next(1, 9));
        return Replace(input, random.Next(2) == 0 ? ours : ours.Start..ours.Start, other[theirs]);
    }

    private Range Piece(byte[] input, IReadOnlyList<int> begins, int count = 1)
    {
        int first = random.Next(begins.Count);
        return begins[first]..(first + count < begins.Count ? begins[first + count] : input.Length);
    }

    private static byte[] Swap(byte[] input, Range one, Range two)
    {
        (int from, int to) = (one.Start.Value, one.End.Value);
        if (two.Start.Value < from) return Swap(input, two, one);
        return two.Start.Value < to ? input : [.. input[..from], .. input[two], .. input[to..two.Start], .. input[one], .. input[two.End..]];
    }

    private byte[] Word() => words.Count == 0 ? [(byte)random.Next(256)] : words[random.Next(words.Count)];

    private Range Place(byte[] input)
    {
        int at = random.Next(input.Length + 1);
        return at..at;
    }

    // Short ones more often than long ones.
    private Range Some(byte[] input)
    {
        if (input.Length == 0) return 0..0;
        int at = random.Next(input.Length);
        int most = random.Next(4) == 0 ? input.Length : 8;
        return at..Math.Min(input.Length, at + random.Next(1, most + 1));
    }

    private static byte[] Replace(byte[] input, Range range, byte[] now) => [.. input[..range.Start], .. now, .. input[range.End..]];

    private static byte[] Ascii(string text) => System.Text.Encoding.ASCII.GetBytes(text);
}
