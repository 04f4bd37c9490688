using System.Buffers.Binary;
using System.Numerics;

namespace Minimal.WebSocket.Wire;

/// <summary>
/// SHA-1 (RFC 3174), for the handshake alone, where it proves that a key was read and protects nothing. The system's would load a library of
/// several megabytes for it.
/// </summary>
internal static class Sha1
{
    /// <summary>The length of a hash, in bytes.</summary>
    public const int HashBytes = 20;

    private const int BlockBytes = 64, LengthBytes = 8;

    /// <summary>The hash of a text that is shorter than one block leaves room for: up to 119 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The text is longer.</exception>
    public static void Hash(ReadOnlySpan<byte> text, Span<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(text.Length, (2 * BlockBytes) - LengthBytes);

        // RFC 3174 §4: a bit that is set, zeros up to the end of a block, and there the length in bits.
        Span<byte> padded = stackalloc byte[2 * BlockBytes];
        padded.Clear();
        padded = padded[..(text.Length < BlockBytes - LengthBytes ? BlockBytes : 2 * BlockBytes)];
        text.CopyTo(padded);
        padded[text.Length] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(padded[^LengthBytes..], 8L * text.Length);

        Span<uint> state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0];
        for (; !padded.IsEmpty; padded = padded[BlockBytes..]) Add(padded[..BlockBytes], state);
        for (int i = 0; i < state.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(hash[(4 * i)..], state[i]);
    }

    // RFC 3174 §6.1
    private static void Add(ReadOnlySpan<byte> block, Span<uint> state)
    {
        Span<uint> words = stackalloc uint[80];
        for (int t = 0; t < 16; t++) words[t] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * t)..]);
        for (int t = 16; t < 80; t++) words[t] = BitOperations.RotateLeft(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 1);

        (uint a, uint b, uint c, uint d, uint e) = (state[0], state[1], state[2], state[3], state[4]);
        for (int t = 0; t < 80; t++)
        {
            uint next = BitOperations.RotateLeft(a, 5) + Mix(t, b, c, d) + e + words[t];
            (a, b, c, d, e) = (next, a, BitOperations.RotateLeft(b, 30), c, d);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
    }

    // RFC 3174 §5: each twenty steps have a function and a constant of their own.
    private static uint Mix(int t, uint b, uint c, uint d) => (t / 20) switch
    {
        0 => ((b & c) | (~b & d)) + 0x5A827999,
        1 => (b ^ c ^ d) + 0x6ED9EBA1,
        2 => ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC,
        _ => (b ^ c ^ d) + 0xCA62C1D6,
    };
}
