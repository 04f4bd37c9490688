using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Testing;

/// <summary>Generator and shrinker for bodies in chunks, with extensions and trailers (RFC 9112 §7.1).</summary>
public static class ChunkedGen
{
    /// <summary>A valid body of 0 to 4 chunks; data often looks like HTTP itself.</summary>
    public static Gen<ChunkedBodyModel> Valid { get; } =
        from count in Gen.Choose(0, 4)
        from chunks in Gen.ArrayOf(Chunk(), count)
        from last in Gen.Frequency((4, Gen.Constant("0")), (1, Gen.Constant("000")))
        from extension in HttpTextGen.ChunkExtension
        from trailers in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(1, 3))).SelectMany(n => Gen.ArrayOf(HttpFieldGen.Plain, n))
        select new ChunkedBodyModel(chunks, last, extension, trailers);

    /// <summary>Nearly valid bodies: valid ones with a mutation or a few, of their chunks, of their trailers, or of anything.</summary>
    public static Gen<Mutant<ChunkedBodyModel>> NearlyValid { get; } = MutantGen.Of(
        Valid,
        (5, HttpMutations.OfChunks),
        (1, HttpMutations.OfFields),
        (2, HttpMutations.OfAnything));

    /// <summary>Fewer chunks, shorter data, no extensions, fewer trailers; always a valid body.</summary>
    public static IEnumerable<ChunkedBodyModel> Shrink(ChunkedBodyModel body)
    {
        foreach (IReadOnlyList<ChunkModel> chunks in Shrinking.List(body.Chunks, Shrink)) yield return body with { Chunks = chunks };
        foreach (IReadOnlyList<HttpFieldModel> trailers in HttpFieldGen.Shrink(body.Trailers)) yield return body with { Trailers = trailers };
        foreach (string extension in Shrinking.Text(body.LastExtension, "")) yield return body with { LastExtension = extension };
        foreach (string last in Shrinking.Text(body.Last, "0")) yield return body with { Last = last };
    }

    private static Gen<ChunkModel> Chunk() =>
        from data in Gen.Frequency((5, HttpBytesGen.Bytes(least: 1, most: 12)), (1, Long()))
        from extension in HttpTextGen.ChunkExtension
        from format in Gen.Frequency((4, Gen.Constant("x")), (2, Gen.Constant("X")), (1, Gen.Constant("x8")))
        select new ChunkModel(data, extension, format);

    private static Gen<byte[]> Long() => Gen.Choose(16, 600).Select(length => Enumerable.Repeat((byte)'z', length).ToArray());

    private static IEnumerable<ChunkModel> Shrink(ChunkModel chunk)
    {
        foreach (byte[] data in Shrinking.Bytes(chunk.Data).Where(data => data.Length > 0)) yield return chunk with { Data = data };
        foreach (string extension in Shrinking.Text(chunk.Extension, "")) yield return chunk with { Extension = extension };
        foreach (string format in Shrinking.Text(chunk.SizeFormat, "x")) yield return chunk with { SizeFormat = format };
    }
}
