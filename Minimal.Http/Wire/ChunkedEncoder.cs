using System.Buffers;
using System.Buffers.Text;

namespace Minimal.Http.Wire;

/// <summary>Writes the chunked transfer coding (RFC 9112 §7.1). Stateless.</summary>
public static class ChunkedEncoder
{
    /// <summary>The most that a chunk's size line takes: 16 hexadecimal digits and CRLF.</summary>
    public const int MaxHeadBytes = 18;

    /// <summary>Writes one chunk; empty data writes nothing, for an empty chunk would end the body.</summary>
    // chunk = chunk-size CRLF chunk-data CRLF
    public static void Write(ReadOnlySpan<byte> data, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (data.IsEmpty) return;
        WriteHead(data.Length, output);
        output.Write(data);
        output.Write("\r\n"u8);
    }

    /// <summary>Writes the size line of a chunk. The caller writes as many bytes of data behind it, and CRLF.</summary>
    public static void WriteHead(long size, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        Span<byte> span = output.GetSpan(MaxHeadBytes);
        Utf8Formatter.TryFormat(size, span, out int digits, 'x');
        "\r\n"u8.CopyTo(span[digits..]);
        output.Advance(digits + 2);
    }

    /// <summary>Writes the last chunk and the trailer section.</summary>
    // last-chunk trailer-section CRLF
    public static void WriteEnd(IBufferWriter<byte> output, FieldSection? trailers = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write("0\r\n"u8);
        if (trailers is null) output.Write("\r\n"u8);
        else ResponseHeadWriter.WriteTrailers(trailers, output);
    }
}
