using System.Buffers;
using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>RFC 7692 §7.2: compression there and back, and against the platform's DEFLATE in both directions.</summary>
public sealed class DeflateProperties
{
    private static readonly byte[] Tail = [0x00, 0x00, 0xFF, 0xFF];

    private static readonly Arbitrary<(byte[][] Messages, int[] Fragments, int[] Pieces, bool NoTakeover, CompressionLevel Level)> Conversations = Arb.From(
        from messages in Gen.Choose(1, 4).SelectMany(count => Gen.ArrayOf(PayloadGen.Compressible, count))
        from fragments in Generators.Cuts
        from pieces in Generators.Cuts
        from noTakeover in Gen.Elements(true, false)
        from level in Gen.Elements(CompressionLevel.Fastest, CompressionLevel.Optimal, CompressionLevel.SmallestSize, CompressionLevel.NoCompression)
        select (messages, fragments, pieces, noTakeover, level));

    private static readonly Arbitrary<(byte[] Valid, int[] Flips, CompressionLevel Level)> NearlyDeflate = Arb.From(
        from valid in PayloadGen.Compressible
        from flips in Gen.Choose(0, 3).SelectMany(count => Gen.ArrayOf(Gen.OneOf(Gen.Choose(0, 200), Gen.Choose(0, 100_000)), count))
        from level in Gen.Elements(CompressionLevel.Fastest, CompressionLevel.SmallestSize, CompressionLevel.NoCompression)
        select (valid, flips, level));

    private static readonly WebSocketLimits Large = new() { MaxMessageBytes = 10_000_000, MaxInflateRatio = 2000 };

    [Fact]
    [Requirement("DEF-7.2.1-01", "DEF-7.2.1-02", "DEF-7.2.1-04", "DEF-7.2.2-01", "DEF-7.2.2-02")]
    public void What_was_compressed_in_fragments_is_decompressed_in_pieces() =>
        Properties.Holds(Conversations, given => RoundTrip(given.Messages, given.Fragments, given.Pieces, given.NoTakeover, given.NoTakeover, given.Level), 60);

    [Fact]
    public void A_receiver_that_empties_its_window_unasked_is_found() =>
        Properties.MustFail(Conversations, given => RoundTrip(given.Messages, given.Fragments, given.Pieces, given.NoTakeover, noTakeoverThere: true, given.Level), 200);

    [Fact]
    [Requirement("DEF-7.2.1-01")]
    public void The_platform_decompresses_what_we_send() => Properties.Holds(Conversations, given =>
    {
        using var deflater = new MessageDeflater(noContextTakeover: false, given.Level);
        var stream = new ArrayBufferWriter<byte>();
        foreach (byte[] message in given.Messages)
        {
            deflater.Write(message, true, stream);
            stream.Write(Tail);
        }

        using var inflater = new DeflateStream(new MemoryStream(stream.WrittenSpan.ToArray()), CompressionMode.Decompress);
        var all = new MemoryStream();
        inflater.CopyTo(all);
        Assert.Equal(given.Messages.SelectMany(message => message), all.ToArray());
    }, 40);

    [Fact]
    [Requirement("DEF-7.2.2-01", "DEF-7.2.2-03", "DEF-7.2.3.1-01")]
    public void We_decompress_what_the_platform_ends_with_a_final_block() => Properties.Holds(Conversations, given =>
    {
        using var inflater = new MessageInflater(given.NoTakeover, 15, Large);
        foreach (byte[] message in given.Messages)
        {
            byte[] payload = [.. Finished(message, given.Level), 0x00];
            Assert.Equal(message, Inflate(inflater, Arrivals.Cut(payload, given.Pieces), out _));
        }
    }, 40);

    [Fact]
    [Requirement("DEF-7.2-01")]
    public void Damaged_data_is_judged_as_the_platform_judges_it() => Properties.Holds(NearlyDeflate, given =>
    {
        byte[] damaged = PayloadGen.Flip(Finished(given.Valid, given.Level), given.Flips);
        AgreesWithPlatform(damaged, Ours(damaged));
    }, 150);

    [Fact]
    public void A_decompressor_that_overlooks_damage_is_found() => Properties.MustFail(NearlyDeflate, given =>
    {
        byte[] whole = Finished(given.Valid, given.Level);
        AgreesWithPlatform(PayloadGen.Flip(whole, given.Flips), Ours(whole));
    }, 200);

    [Fact]
    [Requirement("DEF-7.2-01", "DEF-7.2-02")]
    public void Pieces_do_not_change_what_comes_out_nor_which_rule_is_broken() => Properties.Holds(NearlyDeflate, given =>
    {
        byte[] damaged = PayloadGen.Flip(Finished(given.Valid, given.Level), given.Flips);
        var limits = new WebSocketLimits { MaxMessageBytes = 20_000, MaxInflateRatio = 20 };
        (string, ProtocolRule?) whole = Answer(limits, [damaged]);
        foreach (int size in (int[])[1, 2, 3, 7, 1000]) Assert.Equal(whole, Answer(limits, Arrivals.Cut(damaged, [size])));
    }, 100);

    [Fact]
    public void Noise_is_survived() => Properties.Holds(Arb.From(PayloadGen.Noise), noise =>
    {
        (string, ProtocolRule?) whole = Answer(Large, [noise]);
        Assert.Equal(whole, Answer(Large, Arrivals.Cut(noise, [1])));
    }, 3000);

    [Fact]
    [Requirement("DEF-7.2.2-04")]
    public void Long_conversations_slide_the_window()
    {
        var random = new Random(7692);
        using var deflater = new MessageDeflater(noContextTakeover: false, CompressionLevel.SmallestSize);
        using var inflater = new MessageInflater(noContextTakeover: false, 15, Large);
        byte[] pool = new byte[60_000];
        random.NextBytes(pool);
        for (int i = 0; i < 200; i++)
        {
            int length = random.Next(1, 5000);
            byte[] message = pool.AsSpan(random.Next(pool.Length - length), length).ToArray();
            var payload = new ArrayBufferWriter<byte>();
            deflater.Write(message, true, payload);
            Assert.Equal(message, Inflate(inflater, [payload.WrittenSpan.ToArray()], out _));
        }
    }

    private static void RoundTrip(byte[][] messages, int[] fragments, int[] pieces, bool noTakeoverHere, bool noTakeoverThere, CompressionLevel level)
    {
        using var deflater = new MessageDeflater(noTakeoverHere, level);
        using var inflater = new MessageInflater(noTakeoverThere, 15, Large);
        foreach (byte[] message in messages)
        {
            IReadOnlyList<byte[]> parts = Arrivals.Cut(message, fragments);
            var payload = new ArrayBufferWriter<byte>();
            for (int i = 0; i < parts.Count; i++) deflater.Write(parts[i], i == parts.Count - 1, payload);
            if (parts.Count == 0) deflater.Write([], true, payload);
            Assert.Equal(message, Inflate(inflater, Arrivals.Cut(payload.WrittenSpan.ToArray(), pieces), out _));
        }
    }

    private static byte[]? Inflate(MessageInflater inflater, IReadOnlyList<byte[]> pieces, out ProtocolRule? broken)
    {
        var output = new ArrayBufferWriter<byte>();
        broken = null;
        for (int i = 0; i < pieces.Count; i++)
        {
            if (inflater.Read(pieces[i], i == pieces.Count - 1, output, out broken) == ParseStatus.Invalid) return null;
        }

        return output.WrittenSpan.ToArray();
    }

    private static (string Output, ProtocolRule? Broken) Answer(WebSocketLimits limits, IReadOnlyList<byte[]> pieces)
    {
        using var inflater = new MessageInflater(true, 15, limits);
        var output = new ArrayBufferWriter<byte>();
        ProtocolRule? broken = null;
        foreach (byte[] piece in pieces) inflater.Read(piece, false, output, out broken);
        inflater.Read([], true, output, out broken);
        return (Hex.Of(output.WrittenSpan), broken);
    }

    private static byte[] Finished(byte[] message, CompressionLevel level)
    {
        var output = new MemoryStream();
        using (var deflater = new DeflateStream(output, level, leaveOpen: true)) deflater.Write(message);
        // The platform writes nothing at all for nothing.
        return output.Length == 0 ? [0x03, 0x00] : output.ToArray();
    }

    private static (byte[] Output, bool IsBroken) Ours(byte[] data)
    {
        using var inflater = new MessageInflater(false, 15, Large);
        var output = new ArrayBufferWriter<byte>();
        ParseStatus status = inflater.Read(data, false, output, out _);
        return (output.WrittenSpan.ToArray(), status == ParseStatus.Invalid);
    }

    // The platform gets one byte at a time, so that it gives out what comes before the damage; behind a final block it has no opinion.
    private static void AgreesWithPlatform(byte[] data, (byte[] Output, bool IsBroken) ours)
    {
        var input = new OneByOne(data);
        using var stream = new DeflateStream(input, CompressionMode.Decompress);
        var output = new MemoryStream();
        bool isBroken = false;
        try
        {
            byte[] some = new byte[1000];
            for (int count = stream.Read(some, 0, some.Length); count > 0; count = stream.Read(some, 0, some.Length)) output.Write(some, 0, count);
        }
        catch (InvalidDataException)
        {
            isBroken = true;
        }

        byte[] theirs = output.ToArray();
        if (isBroken) Assert.True(ours.IsBroken || input.Left < 2, "accepted what the platform refuses");
        else if (input.Left == 0 && !ours.IsBroken) Assert.Equal(theirs, ours.Output);
        Assert.Equal(theirs, ours.Output[..Math.Min(theirs.Length, ours.Output.Length)]);
        if (ours.IsBroken && input.Left == 0) Assert.True(isBroken, "refused what the platform accepts");
    }

    private sealed class OneByOne(byte[] data) : MemoryStream(data)
    {
        public long Left => Length - Position;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1)]);
    }
}
