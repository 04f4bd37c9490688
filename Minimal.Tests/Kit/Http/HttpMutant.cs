namespace Minimal.Testing;

/// <summary>A request that was valid before a few mutations: it gets far into a parser before something is wrong with it.</summary>
/// <param name="Origin">The valid request.</param>
/// <param name="Mutations">What is done to it in this order, each with the number that decides the place.</param>
public sealed record HttpMutant(HttpRequestModel Origin, IReadOnlyList<(HttpMutation Mutation, int Choice)> Mutations)
{
    /// <summary>Whether a strict server must refuse it: its only mutation is of that kind.</summary>
    public bool IsRefused => Mutations is [(var mutation, _)] && mutation.IsRefused;

    /// <summary>The names of the mutations.</summary>
    public string Name => string.Join(" and ", Mutations.Select(step => step.Mutation.Name));

    /// <summary>The pieces after the mutations; what they say of themselves need no longer be true.</summary>
    public IReadOnlyList<WirePiece> Pieces() =>
        Mutations.Aggregate(Origin.Pieces(), (pieces, step) => step.Mutation.Apply(pieces, step.Choice));

    /// <summary>The mutant on the wire.</summary>
    public byte[] ToBytes() => WirePiece.Join(Pieces());

    /// <summary>The names of the mutations and the bytes, escaped.</summary>
    public override string ToString() => $"{Name}: {EscapedBytes.Write(ToBytes())}";
}
