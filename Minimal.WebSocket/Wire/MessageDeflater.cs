using System.Buffers;
using System.IO.Compression;
using Minimal.WebSocket.Wire.Deflate;

namespace Minimal.WebSocket.Wire;

/// <summary>
/// Compresses the messages of one direction (RFC 7692 §7.2.1) with the platform's DEFLATE, whose window is always 32 KiB. Between
/// messages it holds about 220 KB, or nothing where each message begins with an empty window. Not thread-safe.
/// </summary>
/// <param name="noContextTakeover">Whether each message begins with an empty window.</param>
/// <param name="level">Speed against size.</param>
public sealed class MessageDeflater(bool noContextTakeover, CompressionLevel level = CompressionLevel.Fastest) : IDisposable
{
    private readonly TailCutter _tail = new();
    private DeflateStream? _deflate;

    /// <summary>The compressor of what <paramref name="writer"/> sends.</summary>
    public static MessageDeflater For(DeflateParameters agreed, WebSocketRole writer, CompressionLevel level = CompressionLevel.Fastest)
    {
        ArgumentNullException.ThrowIfNull(agreed);
        return new MessageDeflater(writer == WebSocketRole.Server ? agreed.ServerNoContextTakeover : agreed.ClientNoContextTakeover, level);
    }

    /// <summary>Compresses the next piece of a message, all of it: what comes out is the payload of one frame.</summary>
    /// <param name="data">The piece; may be empty.</param>
    /// <param name="isLast">Whether the message ends with it.</param>
    /// <param name="output">Gets the payload; of a message's last piece never less than one byte.</param>
    public void Write(ReadOnlySpan<byte> data, bool isLast, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _deflate ??= new DeflateStream(_tail, level, leaveOpen: true);
        _tail.Begin(output);
        _deflate.Write(data);
        _deflate.Flush();
        _tail.End(isLast);
        if (isLast && noContextTakeover) Dispose();
    }

    /// <summary>Gives the memory back. What was compressed before is forgotten.</summary>
    public void Dispose()
    {
        _tail.Begin(null);
        _deflate?.Dispose();
        _deflate = null;
    }
}
