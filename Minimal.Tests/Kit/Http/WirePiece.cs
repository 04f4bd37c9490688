using System.Text;
using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>
/// A span of a generated message that knows what it is. Mutations change pieces, and the pieces of a valid message are
/// what a parser's trace of it should show.
/// </summary>
/// <param name="Part">What the bytes are.</param>
/// <param name="Text">The bytes, one Latin-1 character for each; may be empty.</param>
/// <param name="Field">The name of the field line that it belongs to; empty outside of field lines.</param>
public sealed record WirePiece(WirePart Part, string Text, string Field = "")
{
    /// <summary>Whether the piece belongs to a line of the field <paramref name="name"/>, whatever the case.</summary>
    public bool IsOf(string name) => Field.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The bytes of all pieces, one behind the other.</summary>
    public static byte[] Join(IEnumerable<WirePiece> pieces) => Encoding.Latin1.GetBytes(string.Concat(pieces.Select(piece => piece.Text)));

    /// <summary>The marks that a parser leaves which names these pieces: no empty ones, neighbours of the same part joined.</summary>
    public static IReadOnlyList<WireMark> Marks(IEnumerable<WirePiece> pieces)
    {
        var trace = new RecordingTrace();
        foreach (WirePiece piece in pieces.Where(piece => piece.Text.Length > 0))
        {
            trace.Mark(piece.Part, trace.End, Encoding.Latin1.GetBytes(piece.Text));
        }

        return trace.Marks;
    }
}
