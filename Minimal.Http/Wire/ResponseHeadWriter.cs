using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Minimal.Http.Wire;

/// <summary>What a response says about its connection (RFC 9112 §9.3).</summary>
internal enum ConnectionOption
{
    /// <summary>Nothing: HTTP/1.1 goes on by default.</summary>
    None,

    /// <summary><c>close</c>: this is the last response.</summary>
    Close,

    /// <summary><c>keep-alive</c>: HTTP/1.0 is told that the connection goes on.</summary>
    KeepAlive,
}

/// <summary>Writes the head of a response in one piece (RFC 9112 §4, §5). No other code writes a byte of a head.</summary>
internal static class ResponseHeadWriter
{
    // Room for the status line, Date, the framing fields and Connection, each with its line end.
    private const int FixedBytes = 256;

    /// <summary>Writes status line, Date, the head's own fields, framing, Connection and the empty line.</summary>
    /// <param name="head">Status, reason and fields, which were checked when they were set.</param>
    /// <param name="framing">How the body is delimited.</param>
    /// <param name="connection">What is said about the connection.</param>
    /// <param name="date">A whole Date line, or nothing.</param>
    /// <param name="output">Takes the bytes.</param>
    public static void Write(
        ResponseHead head, BodyFraming framing, ConnectionOption connection, ReadOnlySpan<byte> date, IBufferWriter<byte> output)
    {
        int size = FixedBytes + (head.Reason?.Length ?? 0);
        foreach (ref readonly HttpField field in head.Fields.Lines) size += field.Name.Length + field.Value.Length + 4;

        Span<byte> span = output.GetSpan(size);
        int at = StatusLine(head, span);
        if (!head.Fields.Contains("Date")) at += Copy(date, span[at..]);
        foreach (ref readonly HttpField field in head.Fields.Lines) at += Field(field, span[at..]);
        at += Framing(framing, head.Status, span[at..]);
        at += Connection(connection, head.Fields.Contains("Upgrade"), span[at..]);
        at += Copy("\r\n"u8, span[at..]);
        output.Advance(at);
    }

    /// <summary>Writes a trailer section with the empty line that ends it (RFC 9112 §7.1.2).</summary>
    public static void WriteTrailers(FieldSection trailers, IBufferWriter<byte> output)
    {
        foreach (HttpField field in trailers)
        {
            Span<byte> span = output.GetSpan(field.Name.Length + field.Value.Length + 4);
            output.Advance(Field(field, span));
        }

        output.Write("\r\n"u8);
    }

    // status-line = HTTP-version SP status-code SP [ reason-phrase ] CRLF; the second SP also stands before an empty reason
    private static int StatusLine(ResponseHead head, Span<byte> span)
    {
        if (head.Reason is null) return Copy(StatusReason.Line(head.Status), span);

        int at = Copy("HTTP/1.1 "u8, span);
        Utf8Formatter.TryFormat(head.Status, span[at..], out int digits);
        at += digits;
        span[at++] = HttpChars.Space;
        at += Encoding.Latin1.GetBytes(head.Reason, span[at..]);
        return at + Copy("\r\n"u8, span[at..]);
    }

    // field-line CRLF = field-name ":" OWS field-value CRLF; never folded
    private static int Field(in HttpField field, Span<byte> span)
    {
        int at = Encoding.Latin1.GetBytes(field.Name, span);
        span[at] = (byte)':';
        span[at + 1] = HttpChars.Space;
        at += 2;
        at += Encoding.Latin1.GetBytes(field.Value, span[at..]);
        return at + Copy("\r\n"u8, span[at..]);
    }

    // RFC 9112 §6.1, §6.2: one of the two fields, or none, and none with 1xx, 204 and 304 (RFC 9110 §8.6).
    private static int Framing(BodyFraming framing, int status, Span<byte> span)
    {
        if (!BodyFraming.StatusAllowsBody(status)) return 0;
        if (framing.Kind == BodyKind.Chunked) return Copy("Transfer-Encoding: chunked\r\n"u8, span);
        if (framing.Kind != BodyKind.Length) return 0;

        int at = Copy("Content-Length: "u8, span);
        Utf8Formatter.TryFormat(framing.Length, span[at..], out int digits);
        at += digits;
        return at + Copy("\r\n"u8, span[at..]);
    }

    // Who sends Upgrade names it in Connection too, in a 426 as in a 101 (RFC 9110 §7.8).
    private static int Connection(ConnectionOption option, bool hasUpgrade, Span<byte> span) => (option, hasUpgrade) switch
    {
        (ConnectionOption.Close, true) => Copy("Connection: close, Upgrade\r\n"u8, span),
        (ConnectionOption.Close, false) => Copy("Connection: close\r\n"u8, span),
        (ConnectionOption.KeepAlive, _) => Copy("Connection: keep-alive\r\n"u8, span),
        (_, true) => Copy("Connection: Upgrade\r\n"u8, span),
        _ => 0,
    };

    private static int Copy(ReadOnlySpan<byte> text, Span<byte> span)
    {
        text.CopyTo(span);
        return text.Length;
    }
}
