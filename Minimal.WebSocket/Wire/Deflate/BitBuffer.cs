using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Minimal.WebSocket.Wire.Deflate;

/// <summary>The bits that were taken from the input and not used yet, the first lowest (RFC 1951 §3.1.1).</summary>
internal struct BitBuffer
{
    private ulong _bits;

    /// <summary>How many bits there are.</summary>
    public int Count { get; private set; }

    /// <summary>Takes bytes until there are at least 56 bits or the input is empty.</summary>
    /// <returns>How many bytes were taken.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Fill(ReadOnlySpan<byte> input)
    {
        // Bits above Count belong to the next byte. They are the same when it is taken, so they do no harm.
        ulong next = input.Length >= sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(input) : ReadFew(input);
        _bits |= next << Count;
        int taken = Math.Min((63 - Count) >> 3, input.Length);
        Count += 8 * taken;
        return taken;
    }

    /// <summary>The next bits as a number, without using them; what is not there yet is any bit.</summary>
    public readonly int Peek(int count) => (int)_bits & ((1 << count) - 1);

    /// <summary>Uses bits that are there.</summary>
    public void Drop(int count)
    {
        _bits >>= count;
        Count -= count;
    }

    /// <summary>Uses bits that are there.</summary>
    public int Take(int count)
    {
        int value = Peek(count);
        Drop(count);
        return value;
    }

    /// <summary>Uses what is left of a byte that was begun.</summary>
    public void DropToByte() => Drop(Count & 7);

    private static ulong ReadFew(ReadOnlySpan<byte> input)
    {
        ulong value = 0;
        for (int i = input.Length - 1; i >= 0; i--) value = (value << 8) | input[i];
        return value;
    }
}
