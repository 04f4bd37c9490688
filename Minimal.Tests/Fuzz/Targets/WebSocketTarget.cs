using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.Tests.WebSocket;
using Minimal.WebSocket.Wire;

namespace Minimal.Fuzz.Targets;

/// <summary>
/// Frames, the order of frames, messages, compression and UTF-8 (RFC 6455 §5 to §8, RFC 7692). The first byte of the input is not on the wire: it
/// chooses the role, the agreement and the limits.
/// </summary>
internal sealed class WebSocketTarget : FuzzTarget
{
    private const int MostBytes = 4096;

    private static readonly WebSocketLimits Small = new() { MaxFrameBytes = 100, MaxMessageBytes = 150, MaxFragments = 4 };
    private static readonly WebSocketLimits Large = new() { MaxMessageBytes = MostBytes };

    public override string Name => "websocket";

    public override string Invariant =>
        "the same messages and the same refusal at every split; those that a slow twin reads; each byte named once; never more memory than the limits say; what was received is received again when it is written as plain frames";

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        [0x81, 0x80, 0, 0, 0, 0], [0x82, 0x80, 0, 0, 0, 0], [0x01, 0x80, 0, 0, 0, 0], [0x00, 0x80, 0, 0, 0, 0], [0x80, 0x80, 0, 0, 0, 0], [0x89, 0x80, 0, 0, 0, 0],
        [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8], [0x88, 0x80, 0, 0, 0, 0], [0x81, 0x00], [0x82, 0x00], [0x01, 0x01], [0x80, 0x00], [0x88, 0x00], [0xC1, 0x87, 0, 0, 0, 0],
        [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00], [0xFE, 0, 126], [0xFF, 0, 0, 0, 0, 0, 1, 0, 0], [0x7E, 0, 126], [0xF0, 0x9F, 0x98, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82],
    ];

    public override Gen<byte[]> Inputs { get; } = Gen.OneOf(
        With([0, 8], WebSocketGen.FromClient.Select(stream => stream.ToBytes())),
        With([0, 8], WebSocketGen.NearlyFromClient.Select(mutant => mutant.ToBytes())),
        With([1, 9], WebSocketGen.FromServer.Select(stream => stream.ToBytes())),
        With([1, 9], WebSocketGen.NearlyFromServer.Select(mutant => mutant.ToBytes())),
        With([2, 6, 10], WebSocketGen.CompressedFromClient.Select(stream => stream.ToBytes())),
        With([.. Enumerable.Range(0, 16).Select(choice => (byte)choice)], WebSocketBytesGen.Any.Select(bytes => bytes.Value)));

    public override void Check(byte[] input)
    {
        if (input.Length == 0) return;
        byte choice = input[0];
        byte[] wire = input[1..];
        var trace = new TraceLog();
        using PureReceiver whole = Run(choice, [wire], trace);
        CheckMarks(trace, wire.Length);
        Demand.That(whole.Consumed <= wire.Length, "more was used than came");
        Demand.That(whole.BufferedBytes <= 4 * MostBytes, $"a message in progress takes too much memory: {whole.BufferedBytes}");

        using PureReceiver cut = Run(choice, Cuts.Of(wire).Select(piece => piece.ToArray()), new TraceLog());
        Demand.Same($"{whole}", $"{cut}", "the answer depends on where the bytes are cut");
        if (IsOver(whole)) CheckNothingFollows(choice, wire, whole);
        if (!IsDeflate(choice)) CheckMeant(choice, wire, whole);
        CheckRewritten(choice, whole);
    }

    private static Gen<byte[]> With(byte[] choices, Gen<byte[]> wire) =>
        from choice in Gen.Elements(choices)
        from bytes in wire
        select (byte[])[choice, .. bytes];

    private static bool IsDeflate(byte choice) => (choice & 2) != 0;

    private static WebSocketRole RoleOf(byte choice) => (choice & 1) == 0 ? WebSocketRole.Server : WebSocketRole.Client;

    private static WebSocketLimits LimitsOf(byte choice) => (choice & 8) != 0 ? Small : Large;

    private static PureReceiver Run(byte choice, IEnumerable<byte[]> pieces, TraceLog? trace)
    {
        DeflateParameters? deflate = IsDeflate(choice) ? new DeflateParameters((choice & 4) != 0, (choice & 4) != 0) : null;
        var receiver = new PureReceiver(RoleOf(choice), deflate, LimitsOf(choice), trace);
        foreach (byte[] piece in pieces) receiver.Receive(piece);
        return receiver;
    }

    private static bool IsOver(PureReceiver receiver) => $"{receiver}".Split('\n')[^1] is var last && (last.StartsWith("refused ", StringComparison.Ordinal) || last.StartsWith("close ", StringComparison.Ordinal));

    // Bytes of payload are shown unmasked, so only their places can be compared.
    private static void CheckMarks(TraceLog trace, int length)
    {
        long end = 0;
        foreach ((WirePart part, long offset, byte[] bytes) in trace.Marks)
        {
            Demand.That(offset == end && bytes.Length > 0, $"a mark begins where the one before does not end: {part.Name} {offset} {end}");
            end += bytes.Length;
        }

        Demand.That(end <= length, "a mark beyond the end");
    }

    private static void CheckNothingFollows(byte choice, byte[] wire, PureReceiver whole)
    {
        using PureReceiver followed = Run(choice, [wire, [0x8A, 0x80, 0, 0, 0, 0]], null);
        Demand.Same($"{whole}", $"{followed}", "something is read behind the end");
    }

    private static void CheckMeant(byte choice, byte[] wire, PureReceiver receiver)
    {
        var twin = new ReferenceFrames(isServer: RoleOf(choice) == WebSocketRole.Server, LimitsOf(choice).MaxFrameBytes, LimitsOf(choice).MaxMessageBytes, LimitsOf(choice).MaxFragments);
        twin.Read(wire);
        Demand.Same(Show(twin.Received), Show([.. receiver.Received.Select(one => ((int)one.Opcode, one.Payload))]), "not what a slow twin receives");
        bool isRefused = $"{receiver}".Split('\n')[^1].StartsWith("refused ", StringComparison.Ordinal);
        Demand.That(isRefused == twin.IsRefused, $"refused by one of the two: {receiver}");
    }

    // Uncompressed, unfragmented, and masked with another key.
    private static void CheckRewritten(byte choice, PureReceiver receiver)
    {
        bool isFromClient = RoleOf(choice) == WebSocketRole.Server;
        byte[] wire = [.. receiver.Received.SelectMany(one => Frame(one.Opcode, one.Payload, isFromClient))];
        using var again = new PureReceiver(RoleOf(choice), null, new WebSocketLimits { MaxMessageBytes = MostBytes });
        again.Receive(wire);
        Demand.Same(
            Show([.. receiver.Received.Select(one => ((int)one.Opcode, one.Payload))]),
            Show([.. again.Received.Select(one => ((int)one.Opcode, one.Payload))]),
            "other messages when written again");
        Demand.That(again.Consumed == wire.Length, "not all that was written is read");
    }

    private static byte[] Frame(Opcode opcode, byte[] payload, bool isMasked)
    {
        byte[] header = new byte[FrameHeader.MaxLength];
        uint? key = isMasked ? BinaryPrimitives.ReadUInt32BigEndian([0x37, 0xFA, 0x21, (byte)payload.Length]) : null;
        int length = new FrameHeader(true, 0, opcode, payload.Length, key).Write(header);
        byte[] masked = [.. payload];
        if (key is { } mask) Masking.Apply(masked, mask);
        return [.. header[..length], .. masked];
    }

    private static string Show(IReadOnlyList<(int Opcode, byte[] Payload)> received) =>
        string.Join('\n', received.Select(one => $"{one.Opcode} {Convert.ToHexString(one.Payload)}"));
}
