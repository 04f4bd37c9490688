using System.Text;
using Minimal.Sse;

namespace Minimal.Testing;

/// <summary>A line of an event stream with its end (HTML §9.2.5): a field, a comment (an empty name), or the empty line behind an event.</summary>
/// <param name="Name">The field's name; empty for a comment, null for the empty line.</param>
/// <param name="Value">The value, without the space in front of it; ignored for the empty line.</param>
/// <param name="Separator">What stands between them: <c>:</c>, <c>: </c>, or nothing for a field without a value.</param>
/// <param name="End">CR LF, LF or CR.</param>
public sealed record SseLineModel(string? Name, string Value = "", string Separator = ": ", string End = "\n")
{
    /// <summary>The empty line, which dispatches an event.</summary>
    public static SseLineModel Dispatch { get; } = new(Name: null);

    /// <summary>Whether it is the empty line.</summary>
    public bool IsDispatch => Name is null;

    // comment = colon *any-char end-of-line; field = 1*name-char [ colon [ space ] *any-char ] end-of-line
    internal IEnumerable<WirePiece> Pieces()
    {
        if (Name is null) return [new(SseParts.Dispatch, End)];
        if (Name.Length == 0) return [new(SseParts.Comment, Latin1(Separator + Value)), new(SseParts.LineEnd, End)];
        return
        [
            new(SseParts.FieldName, Latin1(Name), Name),
            new(SseParts.Colon, Separator.Length > 0 ? ":" : "", Name),
            new(SseParts.Space, Separator.Length > 1 ? " " : "", Name),
            new(SseParts.FieldValue, Latin1(Value), Name),
            new(SseParts.LineEnd, End, Name),
        ];
    }

    // A piece has one character for each byte on the wire.
    private static string Latin1(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
