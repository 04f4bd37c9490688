using System.Buffers;
using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.WebSocket.Wire;

namespace Minimal.Fuzz.Targets;

/// <summary>Decompression of messages (RFC 1951, RFC 7692 §7.2). The first byte of the input chooses the agreement and is not compressed data.</summary>
internal sealed class DeflateTarget : FuzzTarget
{
    private static readonly WebSocketLimits Small = new() { MaxMessageBytes = 3000, MaxInflateRatio = 20 };
    private static readonly WebSocketLimits Large = new() { MaxMessageBytes = 10_000_000, MaxInflateRatio = 2000 };

    public override string Name => "deflate";

    public override string Invariant =>
        "the same bytes and the same refusal at every split; what the platform makes of it; never more than the limits; two messages come back as they were compressed, and the window is given back";

    public override Gen<byte[]> Inputs { get; } =
        from choice in Gen.Choose(0, 255)
        from data in Gen.OneOf(DeflateGen.Valid.Select(message => message.ToBytes()), DeflateGen.NearlyValid.Select(mutant => mutant.ToBytes()))
        select (byte[])[(byte)choice, .. data];

    public override void Check(byte[] input)
    {
        if (input.Length == 0) return;
        byte[] data = input[1..];
        bool noTakeover = (input[0] & 1) != 0;
        int windowBits = 8 + (input[0] / 2 % 8);
        (byte[] whole, ParseStatus status, ProtocolRule? broken) = Inflate(noTakeover, windowBits, Small, [data]);
        Demand.Answer(status, broken, WebSocketRules.All);

        // Limits are judged behind each symbol, and the longest stands for 258 bytes.
        Demand.That(whole.Length <= Small.MaxMessageBytes + 258, "more than the limit came out");

        (byte[] cut, ParseStatus cutStatus, ProtocolRule? cutBroken) = Inflate(noTakeover, windowBits, Small, Cuts.Of(data));
        Demand.That(status == cutStatus && broken == cutBroken, $"the answer depends on where the bytes are cut: {broken?.Name} {cutBroken?.Name}");
        Demand.Same(whole, cut, "what comes out depends on where the bytes are cut");

        CheckPlatform(data);
        CheckRoundTrip(data, noTakeover);
    }

    private static (byte[] Output, ParseStatus Status, ProtocolRule? Broken) Inflate(
        bool noTakeover, int windowBits, WebSocketLimits limits, IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        using var inflater = new MessageInflater(noTakeover, windowBits, limits);
        var output = new ArrayBufferWriter<byte>();
        ProtocolRule? broken = null;
        foreach (ReadOnlyMemory<byte> piece in pieces) inflater.Read(piece.Span, false, output, out broken);
        ParseStatus status = inflater.Read([], true, output, out broken);
        Demand.That(inflater.WindowBytes <= (1 << windowBits) + 32_768, $"the window takes more memory than it may: {inflater.WindowBytes}");
        bool isGivenBack = status == ParseStatus.Invalid || noTakeover;
        Demand.That(!isGivenBack || inflater.WindowBytes == 0, "the window is not given back");
        return (output.WrittenSpan.ToArray(), status, broken);
    }

    // The platform gets one byte at a time, so that it gives out what comes before damage; behind a final block it has no opinion.
    private static void CheckPlatform(byte[] data)
    {
        using var inflater = new MessageInflater(false, 15, Large);
        var ours = new ArrayBufferWriter<byte>();
        bool isRefused = inflater.Read(data, false, ours, out ProtocolRule? broken) == ParseStatus.Invalid;
        if (broken is not null && broken != WebSocketRules.DeflateCorrupt) return;

        var input = new OneByOne(data);
        (byte[] theirs, bool isBroken) = ReadPlatform(input);
        int shared = Math.Min(theirs.Length, ours.WrittenCount);
        Demand.Same(theirs.AsSpan(0, shared), ours.WrittenSpan[..shared], "other bytes than the platform's");
        Demand.That(theirs.Length <= ours.WrittenCount, "less than the platform makes of it");
        if (isBroken) Demand.That(isRefused || input.Left < 2, "taken, and the platform refuses it");
        else if (input.Left == 0 && !isRefused) Demand.That(theirs.Length == ours.WrittenCount, "more than the platform makes of it");
        else if (input.Left == 0) CheckLaterRefusal(data);
    }

    // It refuses codes that nothing can be said in when the first symbol comes, and we at once. Then no end of the data is good.
    private static void CheckLaterRefusal(byte[] data)
    {
        foreach (byte next in (byte[])[0x00, 0x55, 0xFF])
        {
            var input = new OneByOne([.. data, .. Enumerable.Repeat(next, 64)]);
            Demand.That(ReadPlatform(input).IsBroken, "refused, and the platform takes it");
        }
    }

    private static (byte[] Output, bool IsBroken) ReadPlatform(OneByOne input)
    {
        using var stream = new DeflateStream(input, CompressionMode.Decompress, leaveOpen: true);
        var output = new MemoryStream();
        try
        {
            // Not CopyTo, which goes on behind a final block.
            byte[] some = new byte[1000];
            for (int count = stream.Read(some, 0, some.Length); count > 0; count = stream.Read(some, 0, some.Length)) output.Write(some, 0, count);
            return (output.ToArray(), false);
        }
        catch (InvalidDataException)
        {
            return (output.ToArray(), true);
        }
    }

    private static void CheckRoundTrip(byte[] data, bool noTakeover)
    {
        using var deflater = new MessageDeflater(noTakeover);
        using var inflater = new MessageInflater(noTakeover, 15, Large);
        for (int message = 0; message < 2; message++)
        {
            ArrayBufferWriter<byte> payload = new(), output = new();
            int half = data.Length / 2;
            deflater.Write(data.AsSpan(0, half), false, payload);
            deflater.Write(data.AsSpan(half), true, payload);
            Demand.That(inflater.Read(payload.WrittenSpan, true, output, out _) == ParseStatus.Complete, "our own message is refused");
            Demand.Same(data, output.WrittenSpan, "another message than was compressed");
        }
    }

    private sealed class OneByOne(byte[] data) : MemoryStream(data)
    {
        public long Left => Length - Position;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1)]);
    }
}
