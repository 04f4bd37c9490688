using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Testing;

/// <summary>The generators with their shrinkers, found by type: for <c>[Property]</c> parameters, FsCheck's own attributes, or by hand.</summary>
public static class HttpArbitraries
{
    /// <summary>Valid requests.</summary>
    public static Arbitrary<HttpRequestModel> Requests() => Arb.From(HttpRequestGen.Valid, HttpRequestGen.Shrink);

    /// <summary>Nearly valid requests.</summary>
    public static Arbitrary<Mutant<HttpRequestModel>> NearlyRequests() =>
        Arb.From(HttpRequestGen.NearlyValid, mutant => MutantGen.Shrink(mutant, HttpRequestGen.Shrink));

    /// <summary>Nearly valid responses.</summary>
    public static Arbitrary<Mutant<HttpResponseModel>> NearlyResponses() =>
        Arb.From(HttpResponseGen.NearlyValid, mutant => MutantGen.Shrink(mutant, HttpResponseGen.Shrink));

    /// <summary>Nearly valid bodies in chunks.</summary>
    public static Arbitrary<Mutant<ChunkedBodyModel>> NearlyChunked() =>
        Arb.From(ChunkedGen.NearlyValid, mutant => MutantGen.Shrink(mutant, ChunkedGen.Shrink));

    /// <summary>Valid responses.</summary>
    public static Arbitrary<HttpResponseModel> Responses() => Arb.From(HttpResponseGen.Valid, HttpResponseGen.Shrink);

    /// <summary>Valid bodies in chunks.</summary>
    public static Arbitrary<ChunkedBodyModel> Chunked() => Arb.From(ChunkedGen.Valid, ChunkedGen.Shrink);

    /// <summary>Any bytes, biased to those that HTTP gives a meaning.</summary>
    public static Arbitrary<HttpBytes> Bytes() => Arb.From(HttpBytesGen.Any, HttpBytesGen.Shrink);

    /// <summary>Ways to cut an input.</summary>
    public static Arbitrary<Segmentation> Segmentations() => Arb.From(Segmentation.Generator, Segmentation.Shrink);
}
