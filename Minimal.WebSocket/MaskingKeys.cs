using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Minimal.WebSocket;

/// <summary>Keys that nobody can foretell, each used once (RFC 6455 §5.3, §10.3). Drawn from the system's cryptographic source 256 at a time. Thread-safe.</summary>
internal static class MaskingKeys
{
    private const int Drawn = 256;

    [ThreadStatic]
    private static uint[]? _keys;

    [ThreadStatic]
    private static int _left;

    public static uint Next()
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
