using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>A field line of a generated message (RFC 9112 §5).</summary>
/// <param name="Name">The name, a token.</param>
/// <param name="Value">The value without white space around it, one Latin-1 character for each byte.</param>
/// <param name="Before">White space in front of the value.</param>
/// <param name="After">White space behind the value.</param>
public sealed record HttpFieldModel(string Name, string Value, string Before = " ", string After = "")
{
    /// <summary>Whether this is the field <paramref name="name"/>, whatever the case.</summary>
    public bool Is(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether this field says how long the body is.</summary>
    public bool IsFraming => Is("Content-Length") || Is("Transfer-Encoding");

    // field-line = field-name ":" OWS field-value OWS
    internal IEnumerable<WirePiece> Pieces() =>
    [
        new(WireParts.FieldName, Name, Name),
        new(WireParts.Colon, ":", Name),
        new(WireParts.OptionalSpace, Before, Name),
        new(WireParts.FieldValue, Value, Name),
        new(WireParts.OptionalSpace, After, Name),
        new(WireParts.LineEnd, "\r\n", Name),
    ];
}
