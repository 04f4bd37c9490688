using System.Text;

namespace Minimal.Testing;

/// <summary>The body of a generated message, and the field that announces it (RFC 9112 §6).</summary>
public abstract record HttpBodyModel
{
    /// <summary>No body, and no field that says so.</summary>
    public static HttpBodyModel None { get; } = new UntilCloseBodyModel([]);

    /// <summary>What a recipient reads.</summary>
    public abstract byte[] Content { get; }

    /// <summary>The field that announces the body; null if none does.</summary>
    public abstract HttpFieldModel? Framing { get; }

    /// <summary>The body on the wire.</summary>
    public abstract IReadOnlyList<WirePiece> Pieces();

    private protected static string Latin1(byte[] bytes) => Encoding.Latin1.GetString(bytes);
}
