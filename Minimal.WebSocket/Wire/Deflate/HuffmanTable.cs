using System.Runtime.CompilerServices;
using Minimal.Http.Wire;

namespace Minimal.WebSocket.Wire.Deflate;

/// <summary>
/// A Huffman code that is given by the lengths of its codes (RFC 1951 §3.2.2). Short codes are looked up at once; longer ones,
/// which are rare by construction, are counted through bit by bit.
/// </summary>
/// <param name="symbols">The most symbols that the code can have.</param>
/// <param name="fastBits">The longest code that is looked up at once.</param>
internal sealed class HuffmanTable(int symbols, int fastBits)
{
    /// <summary>The longest code.</summary>
    public const int MaxBits = 15;

    private const int LengthBits = 4, LengthMask = (1 << LengthBits) - 1;

    // For each of the next fastBits bits: symbol and length of the code that they begin with; 0 when it is longer, or none.
    private readonly ushort[] _fast = new ushort[1 << fastBits];
    private readonly ushort[] _sorted = new ushort[symbols];
    private readonly ushort[] _counts = new ushort[MaxBits + 1];

    /// <summary>Builds the code.</summary>
    /// <param name="lengths">The length of each symbol's code, 0 for a symbol that does not occur.</param>
    /// <param name="mayBeSingle">Whether a code with no symbol, or with one of one bit, is in order too (RFC 1951 §3.2.7).</param>
    /// <returns>False when there are more codes than bits can tell apart, or fewer.</returns>
    public bool TryBuild(ReadOnlySpan<byte> lengths, bool mayBeSingle)
    {
        Array.Clear(_fast);
        Array.Clear(_counts);
        foreach (byte length in lengths) _counts[length]++;
        int used = lengths.Length - _counts[0];
        _counts[0] = 0;

        int left = 1;
        for (int length = 1; length <= MaxBits; length++)
        {
            left = (left << 1) - _counts[length];
            if (left < 0) return false;
        }

        if (left > 0 && !(mayBeSingle && used == _counts[1])) return false;
        Assign(lengths);
        return true;
    }

    /// <summary>Finds the code that these bits begin with.</summary>
    /// <param name="ahead">The next 15 bits.</param>
    /// <returns>Its symbol and its length, for <see cref="Symbol"/> and <see cref="Length"/>; 0 when there is no such code.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(int ahead)
    {
        int entry = _fast[ahead & ((1 << fastBits) - 1)];
        return entry != 0 ? entry : FindLong(ahead);
    }

    /// <summary>What these bits decide.</summary>
    /// <param name="found">What <see cref="Find"/> said.</param>
    /// <param name="count">How many of the bits ahead are really there.</param>
    /// <returns>Complete for a symbol, NeedMore when the code may go on behind the bits, Invalid when there is no such code.</returns>
    public static ParseStatus Judge(int found, int count)
    {
        if (Length(found) > count) return ParseStatus.NeedMore;
        if (found != 0) return ParseStatus.Complete;
        return count < MaxBits ? ParseStatus.NeedMore : ParseStatus.Invalid;
    }

    /// <summary>The symbol of what was found.</summary>
    public static int Symbol(int found) => found >> LengthBits;

    /// <summary>How many bits the code of what was found has.</summary>
    public static int Length(int found) => found & LengthMask;

    // Codes of the same length are consecutive, in the order of their symbols (RFC 1951 §3.2.2).
    private void Assign(ReadOnlySpan<byte> lengths)
    {
        Span<int> next = stackalloc int[MaxBits + 2], place = stackalloc int[MaxBits + 2];
        next[1] = place[1] = 0;
        for (int length = 1; length <= MaxBits; length++)
        {
            next[length + 1] = (next[length] + _counts[length]) << 1;
            place[length + 1] = place[length] + _counts[length];
        }

        for (int symbol = 0; symbol < lengths.Length; symbol++)
        {
            int length = lengths[symbol];
            if (length == 0) continue;
            _sorted[place[length]++] = (ushort)symbol;
            int code = next[length]++;
            if (length <= fastBits) FillFast(code, length, symbol);
        }
    }

    // A code comes with its highest bit first, other numbers with their lowest (RFC 1951 §3.1.1).
    private void FillFast(int code, int length, int symbol)
    {
        ushort entry = (ushort)((symbol << LengthBits) | length);
        for (int at = Reverse(code) >> (16 - length); at < _fast.Length; at += 1 << length) _fast[at] = entry;
    }

    private static int Reverse(int code)
    {
        code = ((code & 0x5555) << 1) | ((code >> 1) & 0x5555);
        code = ((code & 0x3333) << 2) | ((code >> 2) & 0x3333);
        code = ((code & 0x0F0F) << 4) | ((code >> 4) & 0x0F0F);
        return ((code & 0x00FF) << 8) | (code >> 8);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int FindLong(int ahead)
    {
        int code = 0, first = 0, place = 0;
        for (int length = 1; length <= MaxBits; length++, ahead >>= 1)
        {
            code = (code << 1) | (ahead & 1);
            if (code - first < _counts[length]) return (_sorted[place + code - first] << LengthBits) | length;
            place += _counts[length];
            first = (first + _counts[length]) << 1;
        }

        return 0;
    }
}
