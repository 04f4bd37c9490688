using FsCheck;
using FsCheck.Fluent;
using Minimal.Testing;

namespace Minimal.Tests.WebSocket;

/// <summary>What these tests need besides the kit's generators.</summary>
internal static class Generators
{
    /// <summary>Sizes of pieces, for <see cref="Arrivals.Cut"/>.</summary>
    public static Gen<int[]> Cuts { get; } = Gen.ArrayOf(Gen.Frequency((3, Gen.Choose(1, 5)), (1, Gen.Choose(1, 400))));

    /// <summary>Frames of a client that are mostly in order, with a bit turned here and there.</summary>
    public static Gen<byte[]> NearlyFrames { get; } = WebSocketBytesGen.Any.Select(bytes => bytes.Value);
}
