using System.IO.Compression;

namespace Minimal.Testing;

/// <summary>A compressed message as it stands in frames (RFC 7692 §7.2.1), made by the platform's compressor.</summary>
/// <param name="Content">What it inflates to.</param>
/// <param name="Level">How hard the compressor tried; <see cref="CompressionLevel.NoCompression"/> makes stored blocks.</param>
/// <param name="Flushes">After how many bytes the compressor flushes, again and again: an empty stored block within the message. None: at the end alone.</param>
/// <param name="HasFinalBlock">Whether it ends with a block that says that it is the last (§7.2.3.4).</param>
public sealed record DeflateModel(byte[] Content, CompressionLevel Level, IReadOnlyList<int> Flushes, bool HasFinalBlock)
{
    /// <summary>The payload, without the 00 00 FF FF that a sender takes off.</summary>
    public byte[] ToBytes()
    {
        var output = new MemoryStream();
        using (var deflate = new DeflateStream(output, Level, leaveOpen: true))
        {
            foreach (ReadOnlyMemory<byte> part in new Segmentation(Flushes).Cut(Content).Segments)
            {
                deflate.Write(part.Span);
                deflate.Flush();
            }

            // The platform writes nothing at all for nothing; an empty message is the octet 00 (§7.2.3.6).
            if (!HasFinalBlock) return output.Length == 0 ? [0] : output.ToArray()[..^4];
        }

        // Behind the last block stands the head of an empty stored one, whose tail the sender takes off (§7.2.3.4).
        return output.Length == 0 ? [0x03, 0x00, 0x00] : [.. output.ToArray(), 0x00];
    }

    /// <summary>The payload as hexadecimal digits, and what it inflates to.</summary>
    public override string ToString() => $"{HexBytes.Write(ToBytes(), most: 60)}: {EscapedBytes.Write(Content, most: 60)}";
}
