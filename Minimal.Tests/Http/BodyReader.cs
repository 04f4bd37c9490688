using System.Buffers;
using Minimal.Http.Wire;
using Minimal.Testing;

namespace Minimal.Tests.Http;

/// <summary>Reads a body as its framing says.</summary>
internal sealed class BodyReader(BodyFraming framing, HttpLimits limits, WireTrace? trace) : MessageReader
{
    private readonly ArrayBufferWriter<byte> _content = new();
    private ChunkedDecoder _chunks = new(limits, trace);
    private long _used;

    /// <summary>How the end of the body is found.</summary>
    public BodyFraming Framing => framing;

    /// <summary>The content so far.</summary>
    public byte[] Content => _content.WrittenSpan.ToArray();

    /// <summary>The fields behind the last chunk.</summary>
    public HttpFields? Trailers => _chunks.Trailers;

    /// <inheritdoc />
    public override long Used => _used;

    /// <summary>Reads a body in chunks out of segments as they arrive.</summary>
    public static BodyReader ReadChunked(
        IReadOnlyList<ReadOnlyMemory<byte>> segments, HttpLimits? limits = null, WireTrace? trace = null) =>
        Feed(Chunked(limits, trace), segments);

    /// <summary>Reads a body in chunks, one Latin-1 character for each byte, and demands the same answer at every split.</summary>
    public static BodyReader ReadChunked(string body, HttpLimits? limits = null) => FeedAtAllSplits(() => Chunked(limits), body);

    /// <inheritdoc />
    public override ParseStatus Read(in ReadOnlySequence<byte> buffer) => Status = framing.Kind switch
    {
        BodyKind.None => ParseStatus.Complete,
        BodyKind.Length => Take(buffer, framing.Length),
        BodyKind.Chunked => ReadChunks(buffer),
        _ => Take(buffer, long.MaxValue),
    };

    /// <inheritdoc />
    public override IEnumerable<string> Describe()
    {
        bool isComplete = Status == ParseStatus.Complete;
        if (framing.Kind == BodyKind.None || (!isComplete && Content.Length == 0)) return [];
        string content = isComplete ? "content" : "content so far";
        IEnumerable<string> trailers = Trailers?.Select(field => Line($"trailer: {field.Name}", field.Value)) ?? [];
        return [Line(content, EscapedBytes.Write(Content)), .. trailers];
    }

    private static BodyReader Chunked(HttpLimits? limits, WireTrace? trace = null) =>
        new(new BodyFraming(BodyKind.Chunked), limits ?? HttpLimits.Default, trace);

    private ParseStatus Take(in ReadOnlySequence<byte> buffer, long length)
    {
        byte[] piece = buffer.Slice(_used, Math.Min(buffer.Length, length) - _used).ToArray();
        if (piece.Length > 0) trace?.Mark(WireParts.Body, _used, piece);
        _content.Write(piece);
        _used += piece.Length;
        return _used == length ? ParseStatus.Complete : ParseStatus.NeedMore;
    }

    private ParseStatus ReadChunks(in ReadOnlySequence<byte> buffer)
    {
        while (true)
        {
            var input = new SequenceReader<byte>(buffer.Slice(_used));
            ParseStatus status = _chunks.Read(ref input, out ReadOnlySequence<byte> data, out ProtocolRule? broken);
            _content.Write(data.ToArray());
            _used += input.Consumed;
            if (status == ParseStatus.Invalid) return Refuse(broken);
            if (status == ParseStatus.Complete || data.IsEmpty) return status;
        }
    }
}
