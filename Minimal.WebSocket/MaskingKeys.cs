using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Minimal.WebSocket;

/// <summary>Keys that nobody can foretell, each used once (RFC 6455 §5.3, §10.3). Drawn from the system's cryptographic source 256 at a time. Thread-safe.</summary>
internal sealed class MaskingKeys
{
    /// <summary>The keys of all clients. A server has none, and a program that is only a server none of this.</summary>
    public static readonly MaskingKeys Instance = new();

    private const int Drawn = 256;

    [ThreadStatic]
    private static uint[]? _keys;

    [ThreadStatic]
    private static int _left;

    private MaskingKeys()
    {
    }

    /// <summary>A new key.</summary>
#pragma warning disable CA1822 // The keys are the thread's, but who has no instance must not need them.
    public uint Next()
#pragma warning restore CA1822
    {
        uint[] keys = _keys ??= new uint[Drawn];
        if (_left == 0)
        {
            RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(keys.AsSpan()));
            _left = Drawn;
        }

        uint key = keys[--_left];
        keys[_left] = 0;
        return key;
    }
}
