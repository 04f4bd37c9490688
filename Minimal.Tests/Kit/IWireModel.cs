namespace Minimal.Testing;

/// <summary>A generated message that knows its pieces, so that a <see cref="WireMutation"/> can change one of them.</summary>
public interface IWireModel
{
    /// <summary>All pieces in the order of the wire.</summary>
    IReadOnlyList<WirePiece> Pieces();

    /// <summary>The message on the wire.</summary>
    byte[] ToBytes();
}
