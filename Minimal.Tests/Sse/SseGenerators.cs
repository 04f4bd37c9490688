using FsCheck;
using FsCheck.Fluent;
using Minimal.Testing;

namespace Minimal.Tests.Sse;

/// <summary>A stream, and where it is cut.</summary>
internal sealed record CutStream(SseBytes Stream, Segmentation Cuts)
{
    public byte[] Bytes => Stream.Value;

    public IReadOnlyList<byte[]> Pieces => [.. Cuts.Cut(Bytes).Segments.Select(segment => segment.ToArray())];

    public override string ToString() => string.Join(" | ", Pieces.Select(Convert.ToHexString));
}

/// <summary>The kit's streams, cut by the kit's segmentations.</summary>
internal static class SseGenerators
{
    public static Arbitrary<CutStream> Streams { get; } = Arb.From(
        from stream in SseBytesGen.Any
        from cuts in Segmentation.Generator
        select new CutStream(stream, cuts),
        cut => SseBytesGen.Shrink(cut.Stream).Select(stream => cut with { Stream = stream })
            .Concat(Segmentation.Shrink(cut.Cuts).Select(cuts => cut with { Cuts = cuts })));
}
