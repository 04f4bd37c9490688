using System.Text;

namespace Minimal.Gallery.Demos.WsLab;

/// <summary>Frames to begin with.</summary>
/// <param name="Name">What is wrong with them, or right.</param>
/// <param name="NameZh">The same in Chinese.</param>
/// <param name="Rule">The row of the rule table that refuses them; null when they are in order.</param>
/// <param name="Frames">The frames.</param>
internal sealed record ReadyMade(string Name, string NameZh, string? Rule, params HandmadeFrame[] Frames)
{
    private const int Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9;

    public static IReadOnlyList<ReadyMade> All { get; } =
    [
        new("A text", "一条文本", null, Of(Text, "hello")),
        new("Bytes", "一段字节", null, OfBytes(Binary, 0x00, 0xFF, 0x10)),
        new("A text in pieces, a ping between", "分段的文本，中间夹一个 ping", null, Of(Text, "Hel") with { Fin = false }, Of(Ping, "?"), Of(Continuation, "lo")),
        new("Close, 1000", "关闭，1000", null, OfBytes(Close, 0x03, 0xE8)),
        new("Not masked", "没有掩码", "MaskMissing", Of(Text, "hello") with { Masked = false }),
        new("RSV1, nothing agreed on", "没有协商就用 RSV1", "ReservedBit", Of(Text, "hello") with { Rsv = 0b100 }),
        new("A reserved opcode", "保留的操作码", "ReservedOpcode", Of(3, "hello")),
        new("A short length in 16 bits", "短长度写成 16 位", "LengthNotMinimal", Of(Text, "hello") with { Length = "16" }),
        new("A 64-bit length that begins with 1", "最高位为 1 的 64 位长度", "LengthTopBit", Of(Text, "") with { Length = "64", Announced = "9223372036854775808" }),
        new("Announces a gigabyte", "宣称有 1 GiB", "FrameTooLarge", Of(Binary, "") with { Announced = "1073741824" }),
        new("A ping of 126 bytes", "126 字节的 ping", "ControlTooLong", Of(Ping, new string('p', 126))),
        new("A ping in pieces", "分段的 ping", "ControlFragmented", Of(Ping, "pi") with { Fin = false }),
        new("A continuation of nothing", "没有开头的后续帧", "StrayContinuation", Of(Continuation, "lo")),
        new("A text inside a text", "文本没完又来一条文本", "MessageUnfinished", Of(Text, "Hel") with { Fin = false }, Of(Text, "hello")),
        new("Text that is not UTF-8", "不是 UTF-8 的文本", "InvalidText", OfBytes(Text, 0x61, 0xC0, 0xAF)),
        new("Text that ends inside a character", "断在字符中间的文本", "TextCut", OfBytes(Text, 0x61, 0xE2, 0x82)),
        new("Close with one byte", "只有一个字节的关闭", "CloseCodeCut", OfBytes(Close, 0x03)),
        new("Close with 1005", "用 1005 关闭", "CloseCodeInvalid", OfBytes(Close, 0x03, 0xED)),
        new("Close with a reason that is not UTF-8", "理由不是 UTF-8 的关闭", "CloseReasonInvalid", OfBytes(Close, 0x03, 0xE8, 0xFF)),
    ];

    private static HandmadeFrame Of(int opcode, string payload) => OfBytes(opcode, Encoding.UTF8.GetBytes(payload));

    private static HandmadeFrame OfBytes(int opcode, params byte[] payload) =>
        new(Fin: true, Rsv: 0, opcode, Masked: true, Length: "shortest", Convert.ToHexString(payload));
}
