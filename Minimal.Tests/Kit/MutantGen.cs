using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Testing;

/// <summary>Makes generators of nearly valid messages out of those of valid ones, and their shrinkers.</summary>
public static class MutantGen
{
    /// <summary>A valid message with one mutation, sometimes two or three.</summary>
    /// <param name="valid">The valid messages.</param>
    /// <param name="catalogue">Groups of mutations; one that fits the message is taken more often from a group of more weight.</param>
    public static Gen<Mutant<TModel>> Of<TModel>(Gen<TModel> valid, params IReadOnlyList<(int Weight, IReadOnlyList<WireMutation> Mutations)> catalogue)
        where TModel : IWireModel =>
        from origin in valid
        from count in Gen.Frequency((6, Gen.Constant(1)), (2, Gen.Constant(2)), (1, Gen.Constant(3)))
        from mutations in Gen.ArrayOf(Mutation(origin.Pieces(), catalogue), count)
        select new Mutant<TModel>(origin, mutations);

    /// <summary>Fewer mutations, then a smaller origin that they still fit.</summary>
    public static IEnumerable<Mutant<TModel>> Shrink<TModel>(Mutant<TModel> mutant, Func<TModel, IEnumerable<TModel>> shrinkOrigin)
        where TModel : IWireModel
    {
        ArgumentNullException.ThrowIfNull(mutant);
        ArgumentNullException.ThrowIfNull(shrinkOrigin);
        if (mutant.Mutations.Count > 1)
        {
            foreach (var mutation in mutant.Mutations) yield return mutant with { Mutations = [mutation] };
        }

        foreach (TModel origin in shrinkOrigin(mutant.Origin))
        {
            IReadOnlyList<WirePiece> pieces = origin.Pieces();
            if (mutant.Mutations.All(step => step.Mutation.Places(pieces).Count > 0)) yield return mutant with { Origin = origin };
        }
    }

    private static Gen<(WireMutation Mutation, int Choice)> Mutation(
        IReadOnlyList<WirePiece> pieces, IReadOnlyList<(int Weight, IReadOnlyList<WireMutation> Mutations)> catalogue) =>
        from mutation in Gen.Frequency([.. catalogue.SelectMany(part => Fitting(part.Weight, part.Mutations, pieces))])
        from choice in Gen.Choose(0, 1000)
        select (mutation, choice);

    private static IEnumerable<(int Weight, Gen<WireMutation> Mutation)> Fitting(
        int weight, IReadOnlyList<WireMutation> mutations, IReadOnlyList<WirePiece> pieces)
    {
        WireMutation[] fitting = [.. mutations.Where(mutation => mutation.Places(pieces).Count > 0)];
        return fitting.Length == 0 ? [] : [(weight, Gen.Elements(fitting))];
    }
}
