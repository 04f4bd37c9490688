using Minimal.Http.Wire;

namespace Minimal.WebSocket.Wire;

/// <summary>
/// The names of all spans of a frame. The first two bytes hold several fields each; a trace marks such a byte once, with a
/// part whose name spells out every field (<see cref="FirstByte"/>, <see cref="SecondByte"/>), and <see cref="FirstByteFields"/>
/// and <see cref="SecondByteFields"/> say which bits are which.
/// </summary>
public static class WebSocketParts
{
    /// <summary>The bit that ends a message.</summary>
    public static readonly WirePart Final =
        new("FIN", "RFC 6455 §5.2", "1 on the last frame of a message",
            "一条消息的最后一帧为 1");

    /// <summary>The first reserved bit.</summary>
    public static readonly WirePart Reserved1 =
        new("RSV1", "RFC 6455 §5.2", "reserved; with permessage-deflate, 1 on the first frame of a compressed message",
            "保留位；协商了 permessage-deflate 时，压缩消息的第一帧为 1");

    /// <summary>The second reserved bit.</summary>
    public static readonly WirePart Reserved2 =
        new("RSV2", "RFC 6455 §5.2", "reserved for an extension",
            "保留给扩展使用");

    /// <summary>The third reserved bit.</summary>
    public static readonly WirePart Reserved3 =
        new("RSV3", "RFC 6455 §5.2", "reserved for an extension",
            "保留给扩展使用");

    /// <summary>The four bits that say what a frame is.</summary>
    public static readonly WirePart OpcodeBits =
        new("opcode", "RFC 6455 §5.2", "what the payload is",
            "载荷是什么");

    /// <summary>The bit that announces a masking key.</summary>
    public static readonly WirePart MaskBit =
        new("MASK", "RFC 6455 §5.2", "1 on every frame of a client: a key follows and the payload is masked",
            "客户端的每一帧都为 1：后面跟着密钥，载荷经过掩码处理");

    /// <summary>The seven bits that hold a short length.</summary>
    public static readonly WirePart Length7 =
        new("length", "RFC 6455 §5.2", "the payload's length; 126 and 127 say that it follows in 16 or 64 bits",
            "载荷的长度；126 和 127 表示长度在后面的 16 位或 64 位中");

    /// <summary>A length of two bytes.</summary>
    public static readonly WirePart Length16 =
        new("extended length, 16 bits", "RFC 6455 §5.2", "the payload's length, from 126 to 65535",
            "载荷的长度，从 126 到 65535");

    /// <summary>A length of eight bytes.</summary>
    public static readonly WirePart Length64 =
        new("extended length, 64 bits", "RFC 6455 §5.2", "the payload's length, from 65536",
            "载荷的长度，从 65536 起");

    /// <summary>The key of a masked frame.</summary>
    public static readonly WirePart MaskingKey =
        new("masking-key", "RFC 6455 §5.3", "byte i of the payload is XORed with byte i mod 4 of the key",
            "载荷的第 i 个字节与密钥的第 i mod 4 个字节做异或");

    /// <summary>The payload of a frame.</summary>
    public static readonly WirePart Payload =
        new("payload", "RFC 6455 §5.2", "what the frame carries, shown unmasked",
            "帧所携带的内容，显示的是去掉掩码之后的样子");

    /// <summary>The payload of a frame that belongs to a compressed message.</summary>
    public static readonly WirePart CompressedPayload =
        new("compressed payload", "RFC 7692 §6", "a piece of the message's DEFLATE data, shown unmasked",
            "消息的 DEFLATE 数据的一段，显示的是去掉掩码之后的样子");

    /// <summary>The code in a Close frame.</summary>
    public static readonly WirePart CloseCode =
        new("status code", "RFC 6455 §7.4", "why the connection is closed",
            "连接为什么关闭");

    /// <summary>The reason in a Close frame.</summary>
    public static readonly WirePart CloseReason =
        new("reason", "RFC 6455 §7.1.6", "the same in words, for people only",
            "用文字说明同样的意思，只给人看");

    /// <summary>What the connection ended in.</summary>
    public static readonly WirePart Unfinished =
        new("unfinished", "RFC 6455 §7.1.4", "the connection ended before the frame did",
            "这一帧还没收完，连接就结束了");

    private static readonly WirePart?[] FirstBytes = new WirePart?[256], SecondBytes = new WirePart?[256];

    /// <summary>The fields of a header's first byte, highest bit first.</summary>
    public static IReadOnlyList<BitField> FirstByteFields { get; } =
        [new(Final, 7, 1), new(Reserved1, 6, 1), new(Reserved2, 5, 1), new(Reserved3, 4, 1), new(OpcodeBits, 0, 4)];

    /// <summary>The fields of a header's second byte, highest bit first.</summary>
    public static IReadOnlyList<BitField> SecondByteFields { get; } = [new(MaskBit, 7, 1), new(Length7, 0, 7)];

    /// <summary>The parts that stand for themselves, in the order of a frame.</summary>
    public static IReadOnlyList<WirePart> All { get; } =
    [
        Final, Reserved1, Reserved2, Reserved3, OpcodeBits, MaskBit, Length7, Length16, Length64, MaskingKey,
        Payload, CompressedPayload, CloseCode, CloseReason, Unfinished,
    ];

    /// <summary>A header's first byte: <c>FIN=1 RSV1=0 RSV2=0 RSV3=0 opcode=1</c>. The same object for the same byte.</summary>
    public static WirePart FirstByte(byte value) => FirstBytes[value] ??= Spell(FirstByteFields, value, Kind((Opcode)(value & 0xF)));

    /// <summary>A header's second byte: <c>MASK=1 length=5</c>. The same object for the same byte.</summary>
    public static WirePart SecondByte(byte value) => SecondBytes[value] ??= Spell(SecondByteFields, value, LengthForm(value & 0x7F));

    private static WirePart Spell(IReadOnlyList<BitField> fields, byte value, (string English, string Chinese) meaning) => new(
        string.Join(' ', fields.Select(field => $"{field.Part.Name}={field.Of(value)}")), "RFC 6455 §5.2", meaning.English, meaning.Chinese);

    private static (string English, string Chinese) Kind(Opcode opcode) => opcode switch
    {
        Opcode.Continuation => ("Continuation: goes on with a message", "Continuation：接着上一条还没结束的消息"),
        Opcode.Text => ("Text: begins a message of UTF-8", "Text：开始一条 UTF-8 文本消息"),
        Opcode.Binary => ("Binary: begins a message of bytes", "Binary：开始一条二进制消息"),
        Opcode.Close => ("Close: begins or answers the closing handshake", "Close：发起或应答关闭握手"),
        Opcode.Ping => ("Ping: asks for a Pong", "Ping：要求对方回一个 Pong"),
        Opcode.Pong => ("Pong: answers a Ping, or comes unasked", "Pong：应答 Ping，也可以主动发送"),
        _ => ("a reserved opcode", "保留的操作码"),
    };

    private static (string English, string Chinese) LengthForm(int code) => code switch
    {
        126 => ("the length follows in 16 bits", "长度在后面的 16 位中"),
        127 => ("the length follows in 64 bits", "长度在后面的 64 位中"),
        _ => ("the length of the payload", "载荷的长度"),
    };
}
