namespace Minimal.Gallery.Demos.Wire;

/// <summary>Bytes to begin with.</summary>
/// <param name="Name">What they are called.</param>
/// <param name="NameZh">The same in Chinese.</param>
/// <param name="Rule">The row of a rule table that refuses them; null when they are in order.</param>
/// <param name="Text">The bytes as <see cref="HandwrittenBytes"/> reads them.</param>
internal sealed record Attack(string Name, string NameZh, string? Rule, string Text)
{
    private const string Post = """
        POST /update HTTP/1.1\r\n
        Host: localhost\r\n

        """;

    private const string Smuggled = """
        GET /admin HTTP/1.1\r\n
        Host: a\r\n
        \r\n

        """;

    // For who reads the content as chunks: one of 32 bytes that is a request to who reads its length.
    private const string InChunk = $$"""
        20\r\n
        {{Smuggled}}\r\n
        0\r\n
        \r\n
        """;

    private const string Chunked = $$"""
        {{Post}}Transfer-Encoding: chunked\r\n
        \r\n

        """;

    private const string Handshake = """
        GET /demo/wslab/echo HTTP/1.1\r\n
        Host: localhost\r\n
        Upgrade: websocket\r\n
        Connection: Upgrade\r\n
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n
        Sec-WebSocket-Version: 13\r\n
        \r\n

        """;

    /// <summary>Requests and then frames, what is in order first.</summary>
    public static IReadOnlyList<Attack> All { get; } =
    [
        new("A request", "一个请求", null, """
            GET /status HTTP/1.1\r\n
            Host: localhost\r\n
            \r\n
            """),
        new("CL.TE", "CL.TE", "LengthAndCoding", $$"""
            {{Post}}Content-Length: 37\r\n
            Transfer-Encoding: chunked\r\n
            \r\n
            0\r\n
            \r\n
            {{Smuggled}}
            """),
        new("TE.CL", "TE.CL", "LengthAndCoding", $$"""
            {{Post}}Content-Length: 4\r\n
            Transfer-Encoding: chunked\r\n
            \r\n
            {{InChunk}}
            """),
        new("TE.TE", "TE.TE", "LengthAndCoding", $$"""
            {{Post}}Content-Length: 4\r\n
            Transfer-Encoding: xchunked\r\n
            \r\n
            {{InChunk}}
            """),
        new("Two Content-Lengths", "两个 Content-Length", "LengthRepeated", $$"""
            {{Post}}Content-Length: 0\r\n
            Content-Length: 32\r\n
            \r\n
            {{Smuggled}}
            """),
        new("A length with a sign", "带正号的长度", "InvalidLength", $$"""
            {{Post}}Content-Length: +32\r\n
            \r\n
            {{Smuggled}}
            """),
        new("Lines that end with LF", "以 LF 结尾的行", "BareLineFeed", """
            GET /status HTTP/1.1\n
            Host: localhost\n
            \n
            """),
        new("Bare LF hides a field", "单独的 LF 藏着字段", "BareLineFeed", $$"""
            {{Post}}X: a\nTransfer-Encoding: chunked\r\n
            Content-Length: 4\r\n
            \r\n
            {{InChunk}}
            """),
        new("obs-fold", "折行", "ObsoleteFold", $$"""
            {{Post}}X: a\r\n
             Content-Length: 32\r\n
            \r\n
            {{Smuggled}}
            """),
        new("Space before the colon", "冒号前的空格", "SpaceBeforeColon", $$"""
            {{Post}}Content-Length: 4\r\n
            Transfer-Encoding : chunked\r\n
            \r\n
            {{InChunk}}
            """),
        new("Two Hosts", "两个 Host", "HostRepeated", """
            GET /status HTTP/1.1\r\n
            Host: localhost\r\n
            Host: elsewhere\r\n
            \r\n
            """),
        new("LF in a chunk extension", "块扩展里的 LF", "InvalidChunkLineEnd", $$"""
            {{Chunked}}2;\n
            xx\r\n
            27\r\n
            0\r\n
            \r\n
            {{Smuggled}}\r\n
            0\r\n
            \r\n
            """),
        new("A chunk size beyond 64 bits", "超过 64 位的块长度", "ChunkTooLarge", $$"""
            {{Chunked}}10000000000000000\r\n
            \r\n
            {{Smuggled}}
            """),
        new("Chunk data longer than its size", "块数据比长度长", "InvalidChunkEnd", $$"""
            {{Chunked}}3\r\n
            abcXY0\r\n
            \r\n
            {{Smuggled}}
            """),
        new("A WebSocket", "一个 WebSocket", null, $$"""
            {{Handshake}}\x81\x85\0\0\0\0hello
            \x88\x82\0\0\0\0\x03\xE8
            """),
        new("Unmasked frame", "没有掩码的帧", "MaskMissing", $$"""
            {{Handshake}}\x81\x05hello
            """),
        new("Reserved bit", "保留位", "ReservedBit", $$"""
            {{Handshake}}\xC1\x85\0\0\0\0hello
            """),
        new("Reserved opcode", "保留的操作码", "ReservedOpcode", $$"""
            {{Handshake}}\x83\x85\0\0\0\0hello
            """),
        new("A ping of 126 bytes", "126 字节的 ping", "ControlTooLong", $$"""
            {{Handshake}}\x89\xFE\0\x7E\0\0\0\0{{Pings}}
            """),
        new("Text that is not UTF-8", "不是 UTF-8 的文本", "InvalidText", $$"""
            {{Handshake}}\x81\x83\0\0\0\0a\xC0\xAF
            """),
    ];

    private static string Pings => new('p', 126);
}
