using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Minimal.WebSocket.Wire;

/// <summary>Masks and unmasks a payload, which is the same thing (RFC 6455 §5.3).</summary>
public static class Masking
{
    /// <summary>
    /// transformed-octet-i = original-octet-i XOR masking-key-octet-(i MOD 4), in place. A payload may come in pieces: each
    /// says where in the payload it begins.
    /// </summary>
    /// <param name="payload">The bytes; changed.</param>
    /// <param name="key">The key as in <see cref="FrameHeader.MaskingKey"/>, first byte highest.</param>
    /// <param name="offset">How many bytes of the same payload came before, not negative.</param>
    public static void Apply(Span<byte> payload, uint key, long offset = 0)
    {
        uint turned = BitOperations.RotateLeft(key, 8 * (int)(offset & 3));
        uint inMemory = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(turned) : turned;

        Span<Vector<uint>> blocks = MemoryMarshal.Cast<byte, Vector<uint>>(payload);
        var repeated = new Vector<uint>(inMemory);
        foreach (ref Vector<uint> block in blocks) block ^= repeated;

        // A vector holds whole keys, so what is left begins with the key's first byte again.
        Span<byte> rest = payload[(blocks.Length * Vector<byte>.Count)..];
        Span<uint> words = MemoryMarshal.Cast<byte, uint>(rest);
        foreach (ref uint word in words) word ^= inMemory;

        rest = rest[(words.Length * sizeof(uint))..];
        for (int i = 0; i < rest.Length; i++) rest[i] ^= (byte)(turned >> (24 - (8 * i)));
    }
}
