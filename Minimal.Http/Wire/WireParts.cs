namespace Minimal.Http.Wire;

/// <summary>The names of all spans of an HTTP/1.1 message.</summary>
public static class WireParts
{
    /// <summary>An empty line in front of a request, skipped.</summary>
    public static readonly WirePart EmptyLine =
        new("empty line", "RFC 9112 §2.2", "skipped: old clients sent one behind a body",
            "跳过：老旧的客户端会在请求体之后多发一个空行");

    /// <summary>The method of a request.</summary>
    public static readonly WirePart Method =
        new("method", "RFC 9112 §3.1", "what the client wants done with the target",
            "客户端希望对目标做什么");

    /// <summary>The target of a request.</summary>
    public static readonly WirePart Target =
        new("request-target", "RFC 9112 §3.2", "what the request is about",
            "请求针对的是什么");

    /// <summary>The version of a message.</summary>
    public static readonly WirePart Version =
        new("HTTP-version", "RFC 9112 §2.3", "the version that the sender speaks",
            "发送方所用的协议版本");

    /// <summary>A single space that separates the parts of a start line.</summary>
    public static readonly WirePart Space =
        new("SP", "RFC 9112 §3", "separates the parts of a start line",
            "分隔起始行的各个部分");

    /// <summary>The status code of a response.</summary>
    public static readonly WirePart Status =
        new("status-code", "RFC 9112 §4", "the result of the request, as three digits",
            "请求的结果，用三位数字表示");

    /// <summary>The reason phrase of a response.</summary>
    public static readonly WirePart Reason =
        new("reason-phrase", "RFC 9112 §4", "the status in words, for people only",
            "用文字说明状态，只给人看");

    /// <summary>CR LF at the end of a line.</summary>
    public static readonly WirePart LineEnd =
        new("CRLF", "RFC 9112 §2.1", "ends a line",
            "结束一行");

    /// <summary>The empty line that ends a head or a trailer section.</summary>
    public static readonly WirePart HeadEnd =
        new("CRLF", "RFC 9112 §2.1", "the empty line that ends the fields",
            "空行，表示字段到此为止");

    /// <summary>The name of a field.</summary>
    public static readonly WirePart FieldName =
        new("field-name", "RFC 9110 §5.1", "which field this is; its case does not matter",
            "这是哪个字段；不区分大小写");

    /// <summary>The colon behind a field's name.</summary>
    public static readonly WirePart Colon =
        new(":", "RFC 9112 §5", "separates a field's name from its value",
            "分隔字段名和字段值");

    /// <summary>Optional white space around a value.</summary>
    public static readonly WirePart OptionalSpace =
        new("OWS", "RFC 9110 §5.6.3", "optional white space, no part of the value",
            "可有可无的空白，不属于字段值");

    /// <summary>The value of a field.</summary>
    public static readonly WirePart FieldValue =
        new("field-value", "RFC 9110 §5.5", "what the field says",
            "字段的内容");

    /// <summary>A field of a response that goes on in the next line.</summary>
    public static readonly WirePart ObsoleteFold =
        new("obs-fold", "RFC 9112 §5.2", "an old way to continue a value on the next line; a client reads it as a space",
            "把字段值续写到下一行的旧写法；客户端把它当作一个空格");

    /// <summary>Bytes of a body whose length was said before.</summary>
    public static readonly WirePart Body =
        new("message-body", "RFC 9112 §6", "the content, as long as Content-Length said or until the connection ends",
            "消息内容，长度由 Content-Length 给出，或一直到连接结束");

    /// <summary>The size of a chunk.</summary>
    public static readonly WirePart ChunkSize =
        new("chunk-size", "RFC 9112 §7.1", "the length of the chunk, in hexadecimal",
            "这一块的长度，十六进制");

    /// <summary>The extension of a chunk.</summary>
    public static readonly WirePart ChunkExtension =
        new("chunk-ext", "RFC 9112 §7.1.1", "notes about the chunk; nobody needs to read them",
            "关于这一块的附注，谁都可以不理会");

    /// <summary>The data of a chunk.</summary>
    public static readonly WirePart ChunkData =
        new("chunk-data", "RFC 9112 §7.1", "a piece of the content",
            "内容的一段");

    /// <summary>The size line of the chunk that ends a body.</summary>
    public static readonly WirePart LastChunk =
        new("last-chunk", "RFC 9112 §7.1", "a size of zero: the content ends here, trailers may follow",
            "长度为零：内容到此结束，后面可能还有尾部字段");

    /// <summary>Bytes that belong to another protocol.</summary>
    public static readonly WirePart Tunnel =
        new("tunnelled bytes", "RFC 9110 §7.8", "another protocol owns the connection from here on, and nobody here reads it",
            "从这里起连接归另一个协议所有，这里没有谁会读它");

    /// <summary>What a message broke a rule with, and all that stands behind it.</summary>
    public static readonly WirePart Unread =
        new("not read", "RFC 9112 §9.6", "a rule is broken, and what follows is not looked at any more",
            "某条规则被违反，之后的字节不再解读");

    /// <summary>What the connection ended in.</summary>
    public static readonly WirePart Unfinished =
        new("unfinished", "RFC 9112 §8", "the connection ended before this did",
            "还没收完，连接就结束了");

    /// <summary>All parts, in the order of this file.</summary>
    public static IReadOnlyList<WirePart> All { get; } =
    [
        EmptyLine, Method, Target, Version, Space, Status, Reason, LineEnd, HeadEnd, FieldName, Colon, OptionalSpace,
        FieldValue, ObsoleteFold, Body, ChunkSize, ChunkExtension, ChunkData, LastChunk, Tunnel, Unread, Unfinished,
    ];
}
