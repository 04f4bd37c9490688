using System.IO.Compression;
using Minimal.WebSocket.Wire;

namespace Minimal.Testing;

/// <summary>What one side of a WebSocket sends: messages, in frames that follow every rule of RFC 6455 §5 and RFC 7692.</summary>
/// <param name="Messages">The messages in their order.</param>
/// <param name="Key">The masking key of the first frame, and one more for each frame behind it; null for a server, which masks nothing.</param>
/// <param name="KeepsWindow">Whether a compressed message may refer to those before it (RFC 7692 §7.1.1).</param>
/// <param name="Close">The payload of the Close frame at the end; null for none.</param>
public sealed record WebSocketStreamModel(IReadOnlyList<WebSocketMessageModel> Messages, uint? Key, bool KeepsWindow = true, byte[]? Close = null)
{
    /// <summary>All frames.</summary>
    public IReadOnlyList<WebSocketFrameModel> Frames()
    {
        var frames = new List<WebSocketFrameModel>();
        using var window = new DeflateWindow();
        foreach (WebSocketMessageModel message in Messages)
        {
            if (!KeepsWindow) window.Reset();
            AddFrames(message, message.IsCompressed ? window.Compress(message.Content) : message.Content, frames);
        }

        if (Close is not null) frames.Add(new WebSocketFrameModel(Opcode.Close, Close));
        return [.. frames.Select((frame, n) => frame with { Key = Key is { } key ? key + (uint)n : null })];
    }

    /// <summary>The frames on the wire.</summary>
    public byte[] ToBytes() => [.. Frames().SelectMany(frame => frame.ToBytes())];

    /// <summary>The frames in words, one line for each.</summary>
    public override string ToString() => string.Join('\n', Frames());

    private static void AddFrames(WebSocketMessageModel message, byte[] payload, List<WebSocketFrameModel> frames)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> parts = new Segmentation(message.Fragments).Cut(payload).Segments;
        for (int n = 0; n < parts.Count; n++)
        {
            bool isFirst = n == 0, isLast = n == parts.Count - 1;
            Opcode opcode = !isFirst ? Opcode.Continuation : message.IsText ? Opcode.Text : Opcode.Binary;
            frames.Add(new WebSocketFrameModel(opcode, parts[n].ToArray()) { Final = isLast, Reserved = isFirst && message.IsCompressed ? 4 : 0 });
            if (!isLast && n < message.Pings.Count) frames.Add(new WebSocketFrameModel(Opcode.Ping, message.Pings[n]));
        }
    }

    /// <summary>The platform's compressor, as a sender of permessage-deflate uses it (RFC 7692 §7.2.1).</summary>
    private sealed class DeflateWindow : IDisposable
    {
        private MemoryStream _output = new();
        private DeflateStream? _deflate;

        public byte[] Compress(byte[] content)
        {
            _deflate ??= new DeflateStream(_output, CompressionLevel.Fastest, leaveOpen: true);
            _output.SetLength(0);
            _deflate.Write(content);
            _deflate.Flush();

            // The platform flushes nothing for nothing; an empty message is the octet 00 (§7.2.3.6).
            byte[] compressed = _output.ToArray();
            return compressed.Length == 0 ? [0] : compressed[..^4];
        }

        public void Reset()
        {
            _deflate?.Dispose();
            _deflate = null;
            _output = new MemoryStream();
        }

        public void Dispose() => _deflate?.Dispose();
    }
}
