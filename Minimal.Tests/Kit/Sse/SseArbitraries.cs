using FsCheck;
using FsCheck.Fluent;
using Minimal.Sse;

namespace Minimal.Testing;

/// <summary>The generators of event streams with their shrinkers, found by type.</summary>
public static class SseArbitraries
{
    /// <summary>Valid streams.</summary>
    public static Arbitrary<SseStreamModel> Streams() => Arb.From(SseStreamGen.Valid, SseStreamGen.Shrink);

    /// <summary>Nearly valid streams.</summary>
    public static Arbitrary<Mutant<SseStreamModel>> NearlyStreams() =>
        Arb.From(SseStreamGen.NearlyValid, mutant => MutantGen.Shrink(mutant, SseStreamGen.Shrink));

    /// <summary>Any bytes, biased to those that event streams are made of.</summary>
    public static Arbitrary<SseBytes> Bytes() => Arb.From(SseBytesGen.Any, SseBytesGen.Shrink);

    /// <summary>Events that a writer accepts.</summary>
    public static Arbitrary<SseEvent> Events() => Arb.From(SseEventGen.Valid, SseEventGen.Shrink);

    /// <summary>Some of them, one behind the other.</summary>
    public static Arbitrary<SseEvent[]> SeveralEvents() => Arb.From(SseEventGen.Several, SseEventGen.Shrink);
}
