using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Testing;

/// <summary>
/// Generator and shrinker for nearly valid requests. More than 40 of 100 have a good request line, so that the rest of
/// the parser sees them too.
/// </summary>
public static class HttpMutantGen
{
    /// <summary>A valid request with one mutation, sometimes two or three.</summary>
    public static Gen<HttpMutant> NearlyValid { get; } =
        from origin in HttpRequestGen.Valid
        from count in Gen.Frequency((6, Gen.Constant(1)), (2, Gen.Constant(2)), (1, Gen.Constant(3)))
        from mutations in Gen.ArrayOf(Mutation(origin.Pieces()), count)
        select new HttpMutant(origin, mutations);

    /// <summary>Fewer mutations, then a smaller origin that they still fit.</summary>
    public static IEnumerable<HttpMutant> Shrink(HttpMutant mutant)
    {
        if (mutant.Mutations.Count > 1)
        {
            foreach (var mutation in mutant.Mutations) yield return mutant with { Mutations = [mutation] };
        }

        foreach (HttpRequestModel origin in HttpRequestGen.Shrink(mutant.Origin))
        {
            IReadOnlyList<WirePiece> pieces = origin.Pieces();
            if (mutant.Mutations.All(step => step.Mutation.Places(pieces).Count > 0)) yield return mutant with { Origin = origin };
        }
    }

    private static Gen<(HttpMutation Mutation, int Choice)> Mutation(IReadOnlyList<WirePiece> pieces) =>
        from mutation in Gen.Frequency(
        [
            .. Fitting(1, HttpMutations.OfRequestLine, pieces),
            .. Fitting(3, HttpMutations.OfFields, pieces),
            .. Fitting(4, HttpMutations.OfFraming, pieces),
            .. Fitting(4, HttpMutations.OfChunks, pieces),
            .. Fitting(2, HttpMutations.OfAnything, pieces),
        ])
        from choice in Gen.Choose(0, 1000)
        select (mutation, choice);

    private static IEnumerable<(int Weight, Gen<HttpMutation> Mutation)> Fitting(
        int weight, IReadOnlyList<HttpMutation> mutations, IReadOnlyList<WirePiece> pieces)
    {
        HttpMutation[] fitting = [.. mutations.Where(mutation => mutation.Places(pieces).Count > 0)];
        return fitting.Length == 0 ? [] : [(weight, Gen.Elements(fitting))];
    }
}
