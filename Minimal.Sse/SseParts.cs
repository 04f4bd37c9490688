using Minimal.Http.Wire;

namespace Minimal.Sse;

/// <summary>The names of all spans of an event stream, in the order of its grammar (HTML §9.2.5).</summary>
public static class SseParts
{
    /// <summary>The three bytes EF BB BF that may begin a stream.</summary>
    public static readonly WirePart ByteOrderMark =
        new("bom", "HTML §9.2.5", "may begin the stream, once; says nothing, for the stream is UTF-8 anyway",
            "可以在流的开头出现一次；不起作用，因为流本来就是 UTF-8");

    /// <summary>A line that starts with a colon, with its colon.</summary>
    public static readonly WirePart Comment =
        new("comment", "HTML §9.2.5", "ignored; sent so that proxies see the connection is alive",
            "会被忽略；发送它是为了让代理看到连接还活着");

    /// <summary>The name of a field.</summary>
    public static readonly WirePart FieldName =
        new("field name", "HTML §9.2.6", "event, data, id or retry; any other field is ignored",
            "event、data、id 或 retry；其他字段一律忽略");

    /// <summary>The colon behind a field's name.</summary>
    public static readonly WirePart Colon =
        new("colon", "HTML §9.2.5", "separates a field's name from its value",
            "分隔字段名和字段值");

    /// <summary>One space behind the colon.</summary>
    public static readonly WirePart Space =
        new("space", "HTML §9.2.5", "optional, no part of the value; a second one is",
            "可有可无，不属于字段值；若有第二个空格，则属于字段值");

    /// <summary>The value of a field.</summary>
    public static readonly WirePart FieldValue =
        new("field value", "HTML §9.2.6", "what the field says; of data, one line",
            "字段的内容；对 data 来说是其中一行");

    /// <summary>CRLF, LF or CR behind a comment or field.</summary>
    public static readonly WirePart LineEnd =
        new("end-of-line", "HTML §9.2.5", "ends a line: CR LF, LF or CR",
            "结束一行：CR LF、LF 或 CR");

    /// <summary>The empty line behind an event.</summary>
    public static readonly WirePart Dispatch =
        new("end-of-line", "HTML §9.2.6", "the empty line: the event is dispatched if it has data",
            "空行：如果有数据，就派发这个事件");

    /// <summary>A line that the stream ended in.</summary>
    public static readonly WirePart Unfinished =
        new("unfinished line", "HTML §9.2.6", "the stream ended before its line did: discarded",
            "这一行还没结束，流就结束了：丢弃");

    /// <summary>All parts, in the order of this file.</summary>
    public static IReadOnlyList<WirePart> All { get; } =
    [
        ByteOrderMark, Comment, FieldName, Colon, Space, FieldValue, LineEnd, Dispatch, Unfinished,
    ];
}
