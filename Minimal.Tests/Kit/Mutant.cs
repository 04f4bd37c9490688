using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>A message that was valid before a few mutations: it gets far into a parser before something is wrong with it.</summary>
/// <typeparam name="TModel">What it was.</typeparam>
/// <param name="Origin">The valid message.</param>
/// <param name="Mutations">What is done to it in this order, each with the number that decides the place.</param>
public sealed record Mutant<TModel>(TModel Origin, IReadOnlyList<(WireMutation Mutation, int Choice)> Mutations)
    where TModel : IWireModel
{
    /// <summary>What it breaks, so that a strict recipient refuses it: the rule of its only mutation. Null where that is not certain.</summary>
    public ProtocolRule? Rule => Mutations is [(var mutation, _)] ? mutation.Rule : null;

    /// <summary>Whether a strict recipient must refuse it.</summary>
    public bool IsRefused => Rule is not null;

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
