using System.Buffers.Text;
using System.Text;

namespace Minimal.WebSocket.Wire;

/// <summary>Sec-WebSocket-Key and the Sec-WebSocket-Accept that answers it (RFC 6455 §4.1, §4.2.2).</summary>
public static class HandshakeKey
{
    /// <summary>How many random bytes a key stands for.</summary>
    public const int NonceBytes = 16;

    private const int TextLength = 24;

    private static ReadOnlySpan<byte> Guid => "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8;

    /// <summary>The key that stands for these bytes, which must be random and new for each connection (RFC 6455 §4.1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not 16 of them.</exception>
    public static string From(ReadOnlySpan<byte> nonce)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(nonce.Length, NonceBytes);
        return Convert.ToBase64String(nonce);
    }

    /// <summary>
    /// Whether it is the base64 of 16 bytes, without white space and with pad bits that are zero. The sample of RFC 6455 §4.1
    /// before its erratum 3150, which ends in <c>EC==</c>, is not.
    /// </summary>
    public static bool IsValid(ReadOnlySpan<char> key) => key.Length == TextLength && Base64.IsValid(key, out int bytes) && bytes == NonceBytes;

    /// <summary>base64(SHA-1(key + GUID)): what a server answers to a valid key.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The key is not 24 characters long.</exception>
    public static string Accept(ReadOnlySpan<char> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, TextLength, nameof(key));
        Span<byte> text = stackalloc byte[TextLength + Guid.Length];
        Encoding.ASCII.GetBytes(key, text);
        Guid.CopyTo(text[TextLength..]);

        Span<byte> hash = stackalloc byte[Sha1.HashBytes];
        Sha1.Hash(text, hash);
        return Convert.ToBase64String(hash);
    }
}
