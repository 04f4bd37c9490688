using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>A final response that every client accepts (RFC 9112 §2.1).</summary>
/// <param name="Version"><c>HTTP/1.1</c> or <c>HTTP/1.0</c>.</param>
/// <param name="Status">The status, 200 to 599.</param>
/// <param name="Reason">The reason phrase; may be empty.</param>
/// <param name="Fields">All field lines in their order, the one that announces the body among them.</param>
/// <param name="Body">The body.</param>
public sealed record HttpResponseModel(
    string Version, int Status, string Reason, IReadOnlyList<HttpFieldModel> Fields, HttpBodyModel Body) : IWireModel
{
    /// <summary>The pieces of the head, with the empty line that ends it.</summary>
    public IEnumerable<WirePiece> HeadPieces() =>
    [
        new(WireParts.Version, Version),
        new(WireParts.Space, " "),
        new(WireParts.Status, $"{Status}"),
        new(WireParts.Space, " "),
        new(WireParts.Reason, Reason),
        new(WireParts.LineEnd, "\r\n"),
        .. Fields.SelectMany(field => field.Pieces()),
        new(WireParts.HeadEnd, "\r\n"),
    ];

    /// <summary>All pieces of the response.</summary>
    public IReadOnlyList<WirePiece> Pieces() => [.. HeadPieces(), .. Body.Pieces()];

    /// <summary>The response on the wire.</summary>
    public byte[] ToBytes() => WirePiece.Join(Pieces());

    /// <summary>The same response with another body, announced in the place of the old one.</summary>
    public HttpResponseModel WithBody(HttpBodyModel body) => this with { Fields = HttpFieldGen.Announce(Fields, body), Body = body };

    /// <summary>The response, escaped.</summary>
    public override string ToString() => EscapedBytes.Write(ToBytes());
}
