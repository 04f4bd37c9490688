using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>A body whose length is announced.</summary>
/// <param name="Content">The content.</param>
public sealed record SizedBodyModel(byte[] Content) : HttpBodyModel
{
    /// <inheritdoc />
    public override byte[] Content { get; } = Content;

    /// <inheritdoc />
    public override HttpFieldModel Framing => new("Content-Length", $"{Content.Length}");

    /// <inheritdoc />
    public override IReadOnlyList<WirePiece> Pieces() => [new(WireParts.Body, Latin1(Content))];
}
