using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>
/// A small change that makes a valid message doubtful, at a place where it makes sense: a sign in front of a length, a space in
/// front of a colon. Its name stands in the messages of failing tests.
/// </summary>
/// <param name="Name">What it does, as a few words: <c>space before colon</c>.</param>
/// <param name="Rule">
/// What a valid message with only this change breaks, so that a strict recipient refuses it. Null: that depends on the message.
/// </param>
/// <param name="Fits">Which pieces it can change.</param>
/// <param name="Change">From the text of such a piece to what stands in its place.</param>
public sealed record WireMutation(string Name, ProtocolRule? Rule, Func<WirePiece, bool> Fits, Func<string, string> Change)
{
    /// <summary>Whether a strict recipient must refuse a valid message with only this change.</summary>
    public bool IsRefused => Rule is not null;

    /// <summary>The places in a message where the mutation can happen: indices of pieces.</summary>
    public IReadOnlyList<int> Places(IReadOnlyList<WirePiece> pieces) =>
        [.. Enumerable.Range(0, pieces.Count).Where(n => Fits(pieces[n]) && Change(pieces[n].Text) != pieces[n].Text)];

    /// <summary>The message with the change at one of its places.</summary>
    /// <param name="pieces">The message.</param>
    /// <param name="choice">Decides the place; any number that is not negative. Without a place the message stays as it is.</param>
    public IReadOnlyList<WirePiece> Apply(IReadOnlyList<WirePiece> pieces, int choice)
    {
        IReadOnlyList<int> places = Places(pieces);
        if (places.Count == 0) return pieces;
        int place = places[choice % places.Count];
        return [.. pieces.Select((piece, n) => n == place ? piece with { Text = Change(piece.Text) } : piece)];
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    internal static Func<WirePiece, bool> Is(params WirePart[] parts) => piece => parts.Contains(piece.Part);

    internal static Func<WirePiece, bool> IsInField(WirePart part) => piece => piece.Part == part && piece.Field.Length > 0;

    internal static Func<WirePiece, bool> IsOf(string field, WirePart part) => piece => piece.Part == part && piece.IsOf(field);
}
