using static Minimal.WireTool.Checks.Demand;

namespace Minimal.WireTool.Checks;

/// <summary>Frames that fail a WebSocket.</summary>
internal static class FrameChecks
{
    private const int Text = 0x81, Ping = 0x89, CloseFrame = 0x88;
    private const string Key = "\x11\x22\x33\x44";

    /// <summary>A frame that every server answers with a Pong.</summary>
    public static string ValidPing { get; } = Frame(Ping, "wire");

    public static IReadOnlyList<CheckRow> Rows { get; } =
    [
        // RFC 6455 §5.1, §5.2: the header
        Row("a frame without mask", Must, "RFC 6455 §5.1", "\x81\x05hello"),
        Row("a frame with RSV1", Must, "RFC 6455 §5.2", Frame(Text | 0x40, "hello")),
        Row("a frame with RSV2", Must, "RFC 6455 §5.2", Frame(Text | 0x20, "hello")),
        Row("a frame with RSV3", Must, "RFC 6455 §5.2", Frame(Text | 0x10, "hello")),
        Row("opcode 3", Must, "RFC 6455 §5.2", Frame(0x83, "hello")),
        Row("opcode 7", Must, "RFC 6455 §5.2", Frame(0x87, "hello")),
        Row("opcode B", Must, "RFC 6455 §5.2", Frame(0x8B, "hello")),
        Row("opcode F", Must, "RFC 6455 §5.2", Frame(0x8F, "hello")),
        Row("a length of 5 in 16 bits", Should, "RFC 6455 §5.2", "\x81\xFE\0\x05" + Key + Masked("hello")),
        Row("a length of 5 in 64 bits", Should, "RFC 6455 §5.2", "\x81\xFF\0\0\0\0\0\0\0\x05" + Key + Masked("hello")),
        Row("a 64-bit length whose first bit is 1", Should, "RFC 6455 §5.2", "\x81\xFF\x80\0\0\0\0\0\0\x05" + Key + Masked("hello")),

        // RFC 6455 §5.4: fragments
        Row("a continuation of nothing", Should, "RFC 6455 §5.4", Frame(0x80, "hello")),
        Row("a new message within another", Should, "RFC 6455 §5.4", Frame(0x01, "hel") + Frame(Text, "lo")),

        // RFC 6455 §5.5: control frames
        Row("a Ping in fragments", Must, "RFC 6455 §5.5", Frame(0x09, "a") + Frame(0x80, "b")),
        Row("a Ping of 126 bytes", Must, "RFC 6455 §5.5", "\x89\xFE\0\x7E" + Key + Masked(new string('a', 126))),
        Row("a Close of 126 bytes", Must, "RFC 6455 §5.5", "\x88\xFE\0\x7E" + Key + Masked("\x03\xE8" + new string('a', 124))),

        // RFC 6455 §8.1: text is UTF-8
        Row("text with the byte FF", Must, "RFC 6455 §8.1", Frame(Text, "a\xFF")),
        Row("text that ends within a character", Must, "RFC 6455 §8.1", Frame(Text, "a\xC3")),
        Row("text with an overlong form", Must, "RFC 6455 §8.1", Frame(Text, "\xC0\x80")),
        Row("text with a surrogate", Must, "RFC 6455 §8.1", Frame(Text, "\xED\xA0\x80")),
        Row("text beyond U+10FFFF", Must, "RFC 6455 §8.1", Frame(Text, "\xF4\x90\x80\x80")),
        Row("text that is no UTF-8 in its second frame", Must, "RFC 6455 §8.1", Frame(0x01, "a\xC3") + Frame(0x80, "a")),

        // RFC 6455 §5.5.1, §7.4: Close
        Close("a Close with one byte", Should, "RFC 6455 §5.5.1", "\x03"),
        Close("a Close with code 999", Should, "RFC 6455 §7.4", "\x03\xE7"),
        Close("a Close with code 1005", Should, "RFC 6455 §7.4.1", "\x03\xED"),
        Close("a Close with code 1006", Should, "RFC 6455 §7.4.1", "\x03\xEE"),
        Close("a Close with code 1015", Should, "RFC 6455 §7.4.1", "\x03\xF7"),
        Close("a Close with code 65535", Should, "RFC 6455 §7.4", "\xFF\xFF"),
        Close("a Close whose reason is no UTF-8", Must, "RFC 6455 §8.1", "\x03\xE8\xFF"),
    ];

    private static CheckRow Row(string what, Demand demand, string section, string frames) =>
        new(what, demand, section, CheckPart.Frame, frames + ValidPing);

    private static CheckRow Close(string what, Demand demand, string section, string payload) =>
        new(what, demand, section, CheckPart.Close, Frame(CloseFrame, payload));

    // frame = first-byte, MASK and a length below 126, masking-key, payload
    private static string Frame(int first, string payload) => $"{(char)first}{(char)(0x80 | payload.Length)}{Key}{Masked(payload)}";

    private static string Masked(string payload) => string.Concat(payload.Select((character, at) => (char)(character ^ Key[at % 4])));
}
