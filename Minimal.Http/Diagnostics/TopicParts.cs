using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics;

/// <summary>The names of all spans of a stream of topic records: one JSON object a line.</summary>
public static class TopicParts
{
    private const string Section = "Topics/NdjsonStream";

    /// <summary>A message.</summary>
    public static readonly WirePart Message = new("message", Section, "what was published, with the cursor to go on from behind it", "发布的一条消息，附有可从其后继续读取的游标");

    /// <summary>A record that says where the stream stands.</summary>
    public static readonly WirePart Open = new("open", Section, "says where the stream stands, at its start and when it was silent", "说明流当前所在的位置：在开始时发送，静默一段时间后也会发送");

    /// <summary>A record that says what is lost.</summary>
    public static readonly WirePart Gap = new("gap", Section, "messages between two cursors that cannot be had any more", "两个游标之间的消息已经无法取得");

    /// <summary>A record that says that nothing follows any more.</summary>
    public static readonly WirePart End = new("end", Section, "the topic is complete: nothing follows", "主题已经完结，之后不再有消息");

    /// <summary>A record that says why the stream ends here.</summary>
    public static readonly WirePart Error = new("error", Section, "the stream ends here, and says why", "流在此处结束，并说明原因");

    /// <summary>White space that makes clients show what comes behind it.</summary>
    public static readonly WirePart Prelude = new("prelude", Section, "white space for clients that hold back the beginning of a response", "为那些会扣住响应开头不放的客户端发送的空白");

    /// <summary>A line that is none of these.</summary>
    public static readonly WirePart Record = new("record", Section, "a line of JSON", "一行 JSON");

    /// <summary>The end of a record.</summary>
    public static readonly WirePart LineEnd = new("LF", Section, "ends a record", "结束一条记录");

    /// <summary>All parts, in the order of this file.</summary>
    public static IReadOnlyList<WirePart> All { get; } = [Message, Open, Gap, End, Error, Prelude, Record, LineEnd];
}
