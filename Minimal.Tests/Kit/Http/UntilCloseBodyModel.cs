using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>A body that ends with the connection; only responses have one, and requests an empty one.</summary>
/// <param name="Content">The content.</param>
public sealed record UntilCloseBodyModel(byte[] Content) : HttpBodyModel
{
    /// <inheritdoc />
    public override byte[] Content { get; } = Content;

    /// <inheritdoc />
    public override HttpFieldModel? Framing => null;

    /// <inheritdoc />
    public override IReadOnlyList<WirePiece> Pieces() => [new(WireParts.Body, Latin1(Content))];
}
