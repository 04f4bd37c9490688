using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;

namespace Minimal.Testing;

/// <summary>The catalogue of mutations of frames, each with the rule that it breaks where that is certain.</summary>
public static class WebSocketMutations
{
    /// <summary>Of a frame's header (RFC 6455 §5.1, §5.2, §5.5).</summary>
    public static IReadOnlyList<WebSocketMutation> OfHeaders { get; } =
    [
        Refused("frame without mask", WebSocketRules.MaskMissing, frame => frame.Key is not null, frame => frame with { Key = null }),
        Refused("frame with a mask from a server", WebSocketRules.MaskPresent, frame => frame.Key is null, frame => frame with { Key = 0x37FA213D }),
        Refused("RSV1 without an extension", WebSocketRules.ReservedBit, IsPlain, frame => frame with { Reserved = 4 }),
        Refused("RSV2", WebSocketRules.ReservedBit, IsPlain, frame => frame with { Reserved = 2 }),
        Refused("RSV3", WebSocketRules.ReservedBit, IsPlain, frame => frame with { Reserved = 1 }),
        Refused("reserved opcode of data", WebSocketRules.ReservedOpcode, IsPlain, frame => frame with { Opcode = (Opcode)3 }),
        Refused("reserved opcode of control", WebSocketRules.ReservedOpcode, IsPlain, frame => frame with { Opcode = (Opcode)0xB }),
        Refused("short length in 16 bits", WebSocketRules.LengthNotMinimal, frame => IsShort(frame) && !IsControl(frame), frame => frame with { LengthBytes = 2 }),
        Refused("short length in 64 bits", WebSocketRules.LengthNotMinimal, frame => IsShort(frame) && !IsControl(frame), frame => frame with { LengthBytes = 8 }),
        Refused("length with its first bit", WebSocketRules.LengthTopBit, frame => !IsControl(frame), frame => frame with { LengthBytes = 8, ClaimedLength = long.MinValue | 5 }),
        Doubtful("length one too short", frame => frame.Payload.Length > 0, frame => frame with { ClaimedLength = frame.Payload.Length - 1 }),
        Doubtful("length one too long", _ => true, frame => frame with { ClaimedLength = frame.Payload.Length + 1 }),
        Doubtful("FIN turned", _ => true, frame => frame with { Final = !frame.Final }),
    ];

    /// <summary>Of the order of frames (RFC 6455 §5.4, §5.5).</summary>
    public static IReadOnlyList<WebSocketMutation> OfOrder { get; } =
    [
        RefusedFrames("continuation of nothing", WebSocketRules.StrayContinuation, IsFirst, frame => [Another(frame, Opcode.Continuation, [])  , frame]),
        RefusedFrames("message within a message", WebSocketRules.MessageUnfinished, frame => !frame.Final, frame => [frame, Another(frame, Opcode.Text, [])]),
        RefusedFrames("ping in fragments", WebSocketRules.ControlFragmented, _ => true, frame => [Another(frame, Opcode.Ping, []) with { Final = false }, frame]),
        RefusedFrames("close in fragments", WebSocketRules.ControlFragmented, _ => true, frame => [Another(frame, Opcode.Close, []) with { Final = false }, frame]),
        RefusedFrames("ping of 126 bytes", WebSocketRules.ControlTooLong, _ => true, frame => [Another(frame, Opcode.Ping, new byte[126]), frame]),
        new("a frame comes twice", null, _ => true, frame => [frame, frame]),
        new("a frame is missing", null, _ => true, _ => []),
    ];

    /// <summary>Of what frames carry (RFC 6455 §5.5.1, §5.6, §7.4, §8.1).</summary>
    public static IReadOnlyList<WebSocketMutation> OfPayloads { get; } =
    [
        RefusedFrames("text that is not UTF-8", WebSocketRules.InvalidText, IsFirst, frame => [Another(frame, Opcode.Text, [0xC0, 0xAF]), frame]),
        RefusedFrames("text with half a surrogate pair", WebSocketRules.InvalidText, IsFirst, frame => [Another(frame, Opcode.Text, [0xED, 0xA0, 0x80]), frame]),
        RefusedFrames("text that ends inside a character", WebSocketRules.TextCut, IsFirst, frame => [Another(frame, Opcode.Text, [0xE2, 0x82]), frame]),
        RefusedFrames("close of one byte", WebSocketRules.CloseCodeCut, _ => true, frame => [Another(frame, Opcode.Close, [0x03]), frame]),
        RefusedFrames("close with code 1005", WebSocketRules.CloseCodeInvalid, _ => true, frame => [Another(frame, Opcode.Close, [0x03, 0xED]), frame]),
        RefusedFrames("close with code 999", WebSocketRules.CloseCodeInvalid, _ => true, frame => [Another(frame, Opcode.Close, [0x03, 0xE7]), frame]),
        RefusedFrames("close with a reason that is not UTF-8", WebSocketRules.CloseReasonInvalid, _ => true, frame => [Another(frame, Opcode.Close, [0x03, 0xE8, 0xFF]), frame]),
        Doubtful("a byte of value 0xFF in a payload", _ => true, frame => frame with { Payload = [.. frame.Payload, 0xFF] }),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<WebSocketMutation> All { get; } = [.. OfHeaders, .. OfOrder, .. OfPayloads];

    private static bool IsControl(WebSocketFrameModel frame) => ((int)frame.Opcode & 8) != 0;

    private static bool IsShort(WebSocketFrameModel frame) => frame.Payload.Length < 126;

    private static bool IsPlain(WebSocketFrameModel frame) => frame.Reserved == 0;

    private static bool IsFirst(WebSocketFrameModel frame) => frame.Opcode is Opcode.Text or Opcode.Binary;

    private static WebSocketFrameModel Another(WebSocketFrameModel frame, Opcode opcode, byte[] payload) => new(opcode, payload) { Key = frame.Key };

    private static WebSocketMutation Refused(
        string name, ProtocolRule rule, Func<WebSocketFrameModel, bool> fits, Func<WebSocketFrameModel, WebSocketFrameModel> change) =>
        new(name, rule, fits, frame => [change(frame)]);

    private static WebSocketMutation RefusedFrames(
        string name, ProtocolRule rule, Func<WebSocketFrameModel, bool> fits, Func<WebSocketFrameModel, IReadOnlyList<WebSocketFrameModel>> change) =>
        new(name, rule, fits, change);

    private static WebSocketMutation Doubtful(string name, Func<WebSocketFrameModel, bool> fits, Func<WebSocketFrameModel, WebSocketFrameModel> change) =>
        new(name, null, fits, frame => [change(frame)]);
}
