using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.Tests.Http;
using Minimal.Tests.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.Testing;

/// <summary>Each mutation breaks the rule that the catalogue says, in the eyes of our parsers; and no mutation of a catalogue is left out.</summary>
public sealed class MutationRuleTests
{
    private static readonly DeflateParameters Deflate = new();

    // Where the place decides under which of two names a strict recipient refuses.
    private static readonly Dictionary<ProtocolRule, ProtocolRule[]> ByPlace = new()
    {
        [HttpRules.InvalidRequestLine] = [HttpRules.InvalidMethod],
        [HttpRules.ObsoleteFold] = [HttpRules.SpaceBeforeFields],
        [HttpRules.BareLineFeed] = [HttpRules.InvalidChunkLineEnd, HttpRules.InvalidChunkEnd],
        [HttpRules.BareCarriageReturn] = [HttpRules.InvalidChunkLineEnd, HttpRules.InvalidChunkEnd],
    };

    [Fact]
    [Requirement("H1-2.2-10")]
    public void Requests_break_the_rule_that_the_catalogue_says() =>
        AssertRules(HttpRequestGen.NearlyValid, mutant => RequestReader.Read([mutant.ToBytes()]).Broken);

    [Fact]
    public void Responses_break_the_rule_that_the_catalogue_says() =>
        AssertRules(HttpResponseGen.NearlyValid, mutant => ResponseReader.Read([mutant.ToBytes()]).Broken);

    [Fact]
    public void Chunked_bodies_break_the_rule_that_the_catalogue_says() =>
        AssertRules(ChunkedGen.NearlyValid, mutant => BodyReader.ReadChunked([mutant.ToBytes()]).Broken);

    [Fact]
    public void Frames_of_a_client_break_the_rule_that_the_catalogue_says()
    {
        IReadOnlyList<WebSocketMutant> mutants = Sample(WebSocketGen.NearlyFromClient);
        Assert.All(mutants.Where(mutant => mutant.Rule is not null), mutant => AssertRefused(mutant, WebSocketRole.Server));
        Assert.Equal(WebSocketMutations.All.Count - 1, mutants.SelectMany(mutant => mutant.Mutations).Select(step => step.Mutation).Distinct().Count());
    }

    [Fact]
    public void Frames_of_a_server_break_the_rule_that_the_catalogue_says() =>
        Assert.All(Sample(WebSocketGen.NearlyFromServer).Where(mutant => mutant.Rule is not null), mutant => AssertRefused(mutant, WebSocketRole.Client));

    [Fact]
    public void Damaged_messages_break_the_rule_that_the_catalogue_says()
    {
        IReadOnlyList<DeflateMutant> mutants = Sample(DeflateGen.NearlyValid);
        foreach (DeflateMutant mutant in mutants.Where(mutant => mutant.Rule is not null))
        {
            byte[] frame = WebSocketFrameModel.Bytes(0xC2, mutant.ToBytes(), 1);
            string transcript = PureReceiver.Transcript([frame], deflate: Deflate, limits: new WebSocketLimits { MaxInflateRatio = 2000 });
            Assert.Equal($"refused {mutant.Rule!.Name} {mutant.Rule.Code}", transcript);
        }

        Assert.Equal(DeflateMutations.All.Count, mutants.Select(mutant => mutant.Mutation).Distinct().Count());
    }

    private static void AssertRules<TModel>(Gen<Mutant<TModel>> generator, Func<Mutant<TModel>, ProtocolRule?> judge)
        where TModel : IWireModel
    {
        var wrong = Sample(generator)
            .Where(mutant => mutant.Rule is not null && judge(mutant) is var broken && broken != mutant.Rule && !ByPlace.GetValueOrDefault(mutant.Rule, []).Contains(broken))
            .Select(mutant => $"{mutant.Rule!.Name} but {judge(mutant)?.Name}: {mutant.Name}").Distinct();
        Assert.True(!wrong.Any(), string.Join("\n", wrong));
    }

    // What comes in front of the mutation is received; behind it, nothing is.
    private static void AssertRefused(WebSocketMutant mutant, WebSocketRole reader)
    {
        string transcript = PureReceiver.Transcript([mutant.ToBytes()], reader);
        Assert.Equal($"refused {mutant.Rule!.Name} {mutant.Rule.Code}", transcript.Split('\n')[^1]);
    }

    private static IReadOnlyList<T> Sample<T>(Gen<T> generator) => [.. generator.Sample(3000, new Rnd(20260101), 30)];
}
