using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Testing;

/// <summary>Generator and shrinker for any bytes, with those more often that frames are made of.</summary>
public static class WebSocketBytesGen
{
    /// <summary>A frame of a client that is mostly in order; some are compressed.</summary>
    public static Gen<byte[]> Frame { get; } =
        from first in Gen.Frequency(
            (8, Gen.Elements(0x81, 0x82, 0x01, 0x02, 0x00, 0x00, 0x80, 0x89, 0x8A, 0xC1, 0x41, 0xC2)), (1, Gen.Choose(0, 255)), (1, Gen.Constant(0x88)))
        from payload in Gen.OneOf(
            Gen.Elements("", "Hello", "κ").Select(Encoding.UTF8.GetBytes),
            PayloadGen.Noise,
            Gen.Elements("F248CDC9C90700", "F200110000", "03E8", "00").Select(Convert.FromHexString))
        from key in Gen.Elements(0u, 0x37FA213Du)
        select WebSocketFrameModel.Bytes(first, payload, key);

    /// <summary>Such frames, with a bit turned here and there, and sometimes noise behind them.</summary>
    public static Gen<WebSocketBytes> Any { get; } =
        from frames in Gen.ArrayOf(Frame)
        from flips in Gen.Frequency((3, Gen.Constant(Array.Empty<int>())), (1, Gen.ArrayOf(Gen.Choose(0, 8 * 400), 2)))
        from noise in Gen.Frequency((9, Gen.Constant(Array.Empty<byte>())), (1, PayloadGen.Noise))
        select new WebSocketBytes([.. Flip(frames, flips), noise]);

    /// <summary>Fewer frames, then shorter ones.</summary>
    public static IEnumerable<WebSocketBytes> Shrink(WebSocketBytes bytes) =>
        Shrinking.List(bytes.Frames, frame => frame.Length > 1 ? [frame[..(frame.Length / 2)], frame[..^1]] : []).Select(frames => new WebSocketBytes(frames));

    private static IReadOnlyList<byte[]> Flip(byte[][] frames, int[] places) =>
        [.. frames.Select((frame, n) => n == 0 && places.Length > 0 ? PayloadGen.Flip(frame, places) : frame)];
}
