using Minimal.Http.Diagnostics;
using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;
using Minimal.WireTool.Messages;

namespace Minimal.WireTool.Inputs;

/// <summary>Bytes as they were on a connection, without a word of who sent them.</summary>
internal static class RawBytes
{
    private const int MaskBit = 0x80;

    /// <summary>What bytes look like, as <see cref="Input.As"/> names it.</summary>
    public static string Guess(byte[] bytes)
    {
        if (bytes.AsSpan().StartsWith("HTTP/"u8)) return "response";
        if (IsText(bytes)) return Divide(bytes).Count > 1 ? "conversation" : "request";
        return bytes.Length > 1 && (bytes[1] & MaskBit) == 0 ? "frames-server" : "frames-client";
    }

    /// <summary>
    /// Divides the bytes of both sides, one message behind the other, by what each begins with: a response with <c>HTTP/</c>, a client's frame with the
    /// mask bit. What nobody can read belongs to the message in front of it.
    /// </summary>
    public static IReadOnlyList<WireFileEvent> Divide(byte[] bytes)
    {
        var events = new List<WireFileEvent>();
        var methods = new Queue<string>();
        bool isUpgraded = false;
        for (ReadOnlyMemory<byte> rest = bytes; !rest.IsEmpty;)
        {
            (WireDirection direction, int length, bool upgrades) = isUpgraded ? NextFrame(rest) : NextMessage(rest, methods);
            events.Add(Input.BytesOf(direction, rest[..length]));
            rest = rest[length..];
            isUpgraded |= upgrades;
        }

        return events;
    }

    private static (WireDirection Direction, int Length, bool Upgrades) NextMessage(ReadOnlyMemory<byte> rest, Queue<string> methods)
    {
        WireDirection direction = rest.Span.StartsWith("HTTP/"u8) ? WireDirection.FromServer : WireDirection.FromClient;
        string method = methods.TryPeek(out string? asked) ? asked : "GET";
        HttpMessage? message = HttpMessage.Read(rest, direction, method);
        if (message is { Status: 0 }) methods.Enqueue(message.Method);
        if (message is { Status: > 0, IsInterim: false }) methods.TryDequeue(out _);
        return (direction, message is { IsComplete: true } ? message.Length : rest.Length, message is { Status: 101 });
    }

    private static (WireDirection Direction, int Length, bool Upgrades) NextFrame(ReadOnlyMemory<byte> rest)
    {
        bool isMasked = rest.Length > 1 && (rest.Span[1] & MaskBit) != 0;
        var rules = new FrameRules(isMasked ? WebSocketRole.Server : WebSocketRole.Client, AgreedBits: 7);
        ParseStatus status = FrameHeader.TryRead(rest.Span, rules, out FrameHeader header, out _);
        bool isWhole = status == ParseStatus.Complete && header.PayloadLength <= rest.Length - header.Length;
        return (isMasked ? WireDirection.FromClient : WireDirection.FromServer, isWhole ? header.Length + (int)header.PayloadLength : rest.Length, false);
    }

    // Frames begin with a byte above 7F, or with one below 20.
    private static bool IsText(byte[] bytes) => bytes[0] is (>= 0x20 and < 0x7F) or (byte)'\r' or (byte)'\n';
}
