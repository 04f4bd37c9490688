using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>A request that every strict parser accepts (RFC 9112 §2.1).</summary>
/// <param name="Method">The method, a token.</param>
/// <param name="Target">The target, in one of the four forms.</param>
/// <param name="Version"><c>HTTP/1.1</c> or <c>HTTP/1.0</c>.</param>
/// <param name="Fields">All field lines in their order, the one that announces the body among them.</param>
/// <param name="Body">The body.</param>
public sealed record HttpRequestModel(
    string Method, string Target, string Version, IReadOnlyList<HttpFieldModel> Fields, HttpBodyModel Body) : IWireModel
{
    /// <summary>The pieces of the head, with the empty line that ends it.</summary>
    public IEnumerable<WirePiece> HeadPieces() =>
    [
        new(WireParts.Method, Method),
        new(WireParts.Space, " "),
        new(WireParts.Target, Target),
        new(WireParts.Space, " "),
        new(WireParts.Version, Version),
        new(WireParts.LineEnd, "\r\n"),
        .. Fields.SelectMany(field => field.Pieces()),
        new(WireParts.HeadEnd, "\r\n"),
    ];

    /// <summary>All pieces of the request.</summary>
    public IReadOnlyList<WirePiece> Pieces() => [.. HeadPieces(), .. Body.Pieces()];

    /// <summary>The request on the wire.</summary>
    public byte[] ToBytes() => WirePiece.Join(Pieces());

    /// <summary>The same request with another body, announced in the place of the old one.</summary>
    public HttpRequestModel WithBody(HttpBodyModel body) => this with { Fields = HttpFieldGen.Announce(Fields, body), Body = body };

    /// <summary>The request, escaped.</summary>
    public override string ToString() => EscapedBytes.Write(ToBytes());
}
