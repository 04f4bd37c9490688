using FsCheck;
using FsCheck.Fluent;
using Minimal.Testing;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>RFC 6455 §5.3: masking, against a twin that takes one byte after the other.</summary>
public sealed class MaskingProperties
{
    private delegate void Mask(Span<byte> payload, uint key, long offset);

    private static readonly Arbitrary<(byte[] Payload, uint Key, int Offset, int Start)> Values = Arb.From(
        from payload in PayloadGen.Noise
        from key in WebSocketGen.Key
        from offset in Gen.Choose(0, 1000)
        from start in Gen.Choose(0, 7)
        select (payload, key, offset, start));

    [Fact]
    [Requirement("WS-5.3-01")]
    public void It_masks_as_its_slow_twin_at_any_offset_length_and_alignment() => Properties.Holds(Values, given => AgreesWithTwin(given, Masking.Apply), 2000);

    [Fact]
    public void Masking_that_forgets_the_offset_is_found() => Properties.MustFail(Values, given => AgreesWithTwin(given, (bytes, key, _) => Masking.Apply(bytes, key)));

    [Fact]
    public void Masking_that_forgets_the_tail_is_found() =>
        Properties.MustFail(Values, given => AgreesWithTwin(given, (bytes, key, offset) => Masking.Apply(bytes[..^(bytes.Length % 4)], key, offset)));

    [Fact]
    [Requirement("WS-5.3-01")]
    public void Every_length_and_offset_around_the_vectors()
    {
        for (int length = 0; length <= 200; length++)
        {
            for (int offset = 0; offset < 4; offset++) AgreesWithTwin((new byte[length], 0x01020304, offset, 0), Masking.Apply);
        }
    }

    [Fact]
    public void The_offset_may_be_beyond_32_bits() => AgreesWithTwin((new byte[9], 0x01020304, 3, 0), (bytes, key, offset) => Masking.Apply(bytes, key, offset + (1L << 40)));

    [Fact]
    [Requirement("WS-5.3-01")]
    public void Pieces_are_masked_like_the_whole_and_twice_is_nothing() => Properties.Holds(Values, given =>
    {
        byte[] whole = [.. given.Payload], pieces = [.. given.Payload];
        Masking.Apply(whole, given.Key);
        int cut = given.Payload.Length == 0 ? 0 : given.Offset % given.Payload.Length;
        Masking.Apply(pieces.AsSpan(0, cut), given.Key);
        Masking.Apply(pieces.AsSpan(cut), given.Key, cut);
        Assert.Equal(whole, pieces);

        Masking.Apply(whole, given.Key);
        Assert.Equal(given.Payload, whole);
    });

    private static void AgreesWithTwin((byte[] Payload, uint Key, int Offset, int Start) given, Mask mask)
    {
        byte[] padded = [.. new byte[given.Start], .. given.Payload, 0xAA];
        mask(padded.AsSpan(given.Start, given.Payload.Length), given.Key, given.Offset);

        byte[] key = [(byte)(given.Key >> 24), (byte)(given.Key >> 16), (byte)(given.Key >> 8), (byte)given.Key];
        byte[] expected = [.. given.Payload.Select((b, i) => (byte)(b ^ key[(given.Offset + i) % 4]))];
        Assert.Equal([.. new byte[given.Start], .. expected, 0xAA], padded);
    }
}
