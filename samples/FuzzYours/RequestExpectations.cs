using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Testing;

namespace Minimal.FuzzYours;

/// <summary>
/// Must be refused: valid requests with one mutation that breaks a rule. The kit's catalogue says which rule; there is one expectation for each, so that
/// one fault does not hide another.
/// </summary>
internal static class RequestExpectations
{
    public static IEnumerable<Expectation> Of(Aim aim) => HttpMutations.All
        .Except(HttpMutations.OfStatusLine)
        .Where(mutation => mutation.IsRefused)
        .GroupBy(mutation => mutation.Rule!)
        .Select(rule => Expectation.Of(rule.Key, Attacks(aim, [.. rule]), attack => Judge(aim, attack)));

    private static string? Judge(Aim aim, Mutant<HttpRequestModel> attack)
    {
        byte[] answer = aim.Ask(Splits.Whole(attack.ToBytes()));
        bool isTaken = ReceivedResponse.ReadAll(answer) is [{ Status: >= 200 and < 400 }, ..];
        return isTaken ? EscapedBytes.Write(answer, most: 200) : null;
    }

    private static Arbitrary<Mutant<HttpRequestModel>> Attacks(Aim aim, IReadOnlyList<WireMutation> mutations)
    {
        IEnumerable<WireMutation> fitting(HttpRequestModel request) => mutations.Where(mutation => mutation.Places(request.Pieces()).Count > 0);
        Gen<Mutant<HttpRequestModel>> attacks =
            from request in Requests.For(aim).Where(request => fitting(request).Any())
            from mutation in Gen.Elements(fitting(request))
            from choice in Gen.Choose(0, 1000)
            select new Mutant<HttpRequestModel>(request, [(mutation, choice)]);
        return Arb.From(attacks, mutant => MutantGen.Shrink(mutant, Requests.Shrink));
    }
}
