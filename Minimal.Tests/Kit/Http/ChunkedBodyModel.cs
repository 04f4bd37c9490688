using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>A body in chunks (RFC 9112 §7.1).</summary>
/// <param name="Chunks">The chunks that have data.</param>
/// <param name="Last">The size of the last chunk, one or more zeros.</param>
/// <param name="LastExtension">The extensions of the last chunk.</param>
/// <param name="Trailers">The trailer section.</param>
public sealed record ChunkedBodyModel(
    IReadOnlyList<ChunkModel> Chunks, string Last, string LastExtension, IReadOnlyList<HttpFieldModel> Trailers) : HttpBodyModel, IWireModel
{
    /// <inheritdoc />
    public override byte[] Content => [.. Chunks.SelectMany(chunk => chunk.Data)];

    /// <inheritdoc />
    public override HttpFieldModel Framing => new("Transfer-Encoding", "chunked");

    // chunked-body = *chunk last-chunk trailer-section CRLF
    /// <inheritdoc />
    public override IReadOnlyList<WirePiece> Pieces() =>
    [
        .. Chunks.SelectMany(chunk => chunk.Pieces()),
        new(WireParts.LastChunk, Last),
        new(WireParts.ChunkExtension, LastExtension),
        new(WireParts.LineEnd, "\r\n"),
        .. Trailers.SelectMany(trailer => trailer.Pieces()),
        new(WireParts.HeadEnd, "\r\n"),
    ];

    /// <summary>The body, escaped.</summary>
    public override string ToString() => EscapedBytes.Write(ToBytes());

    /// <summary>The body on the wire.</summary>
    public byte[] ToBytes() => WirePiece.Join(Pieces());
}
