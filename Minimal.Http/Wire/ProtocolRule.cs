namespace Minimal.Http.Wire;

/// <summary>
/// One way to be refused: a row of a rule table. The message on the wire, the log line, the metric tag and the
/// documentation are this row. Rows are static and compared by reference.
/// </summary>
/// <param name="name">The name of the row in its table, such as <c>BareLineFeed</c>.</param>
/// <param name="code">What the peer is told: an HTTP status, or a WebSocket close code.</param>
/// <param name="section">The text that the rule comes from, such as <c>RFC 9112 §2.2</c>.</param>
/// <param name="sentence">The rule, as one sentence without a full stop.</param>
public sealed class ProtocolRule(string name, int code, string section, string sentence)
{
    /// <summary>The name of the row in its table, such as <c>BareLineFeed</c>.</summary>
    public string Name { get; } = name;

    /// <summary>What the peer is told: an HTTP status (three digits), or a WebSocket close code (four digits).</summary>
    public int Code { get; } = code;

    /// <summary>The text that the rule comes from, such as <c>RFC 9112 §2.2</c>.</summary>
    public string Section { get; } = section;

    /// <summary>The rule, as one sentence without a full stop: <c>a line ends with CRLF, not with LF alone</c>.</summary>
    public string Sentence { get; } = sentence;

    /// <summary>The sentence and its source: <c>a line ends with CRLF, not with LF alone (RFC 9112 §2.2)</c>.</summary>
    public override string ToString() => $"{Sentence} ({Section})";
}
