using System.Text;

namespace Minimal.Http.Wire;

/// <summary>How the end of a body is found (RFC 9112 §6.3).</summary>
public enum BodyKind
{
    /// <summary>There is no body.</summary>
    None,

    /// <summary>The body is as long as Content-Length says.</summary>
    Length,

    /// <summary>The body comes in chunks, of which the last is empty.</summary>
    Chunked,

    /// <summary>The body goes on until the connection ends; only responses can.</summary>
    UntilClose,
}

/// <summary>How long the body of a message is, decided by the steps of RFC 9112 §6.3.</summary>
/// <param name="Kind">How its end is found.</param>
/// <param name="Length">Its length in bytes when <paramref name="Kind"/> is <see cref="BodyKind.Length"/>, else 0.</param>
public readonly record struct BodyFraming(BodyKind Kind, long Length = 0)
{
    /// <summary>Decides for a request.</summary>
    /// <returns>The framing, or null when <paramref name="broken"/> says which rule the head breaks.</returns>
    public static BodyFraming? Decide(RequestHead head, out ProtocolRule? broken)
    {
        ArgumentNullException.ThrowIfNull(head);
        HttpFields fields = head.Fields;
        bool coded = fields.Has(FieldKind.TransferEncoding), measured = fields.Has(FieldKind.ContentLength);
        broken = null;

        // Steps 1 and 2 are about responses.

        // 3. Both fields: "ought to be handled as an error", for it is how requests are smuggled (§11.2).
        if (coded && measured) return Refuse(HttpRules.LengthAndCoding, out broken);

        // 4. Transfer-Encoding: chunked must be the last coding, and it is the only one we know (§6.1).
        if (coded) return Chunked(head.MinorVersion, CodingsOf(fields), out broken);

        // 5. and 6. Content-Length: one number, and nothing that two readers could read in two ways.
        if (measured)
        {
            int at = fields.Next(FieldKind.ContentLength, 0);
            bool isRepeated = fields.Next(FieldKind.ContentLength, at + 1) >= 0;
            return isRepeated ? Refuse(HttpRules.LengthRepeated, out broken) : Measured(fields.ValueBytes(at), out broken);
        }

        // 7. A request with neither has no body.
        return new BodyFraming(BodyKind.None);
    }

    /// <summary>Decides for a response, as a client reads it.</summary>
    /// <param name="head">The head of a response; an interim one has no body.</param>
    /// <param name="method">The method of the request that it answers.</param>
    /// <param name="broken">The rule that the head breaks; null when it breaks none.</param>
    public static BodyFraming? Decide(ResponseHead head, string method, out ProtocolRule? broken)
    {
        ArgumentNullException.ThrowIfNull(head);
        broken = null;

        // 1. Answers to HEAD, and those of status 1xx, 204 and 304, have no body, whatever their fields say.
        if (method == "HEAD" || !StatusAllowsBody(head.Status)) return new BodyFraming(BodyKind.None);

        // 2. Behind a 2xx to CONNECT there is a tunnel and no message.
        if (IsTunnel(head.Status, method)) return new BodyFraming(BodyKind.None);

        string? coding = head.Fields.Combined("Transfer-Encoding"), length = head.Fields.Combined("Content-Length");

        // 3. Both fields.
        if (coding is not null && length is not null) return Refuse(HttpRules.LengthAndCoding, out broken);

        // 4. Transfer-Encoding. A coding that is not chunked would end with the connection, but nobody here could decode it.
        if (coding is not null)
        {
            var codings = default(TransferCodings);
            codings.Add(Encoding.Latin1.GetBytes(coding));
            return Chunked(head.MinorVersion, codings, out broken);
        }

        // 5. and 6. Content-Length.
        if (length is not null) return Measured(Encoding.Latin1.GetBytes(length), out broken);

        // 8. Otherwise the body ends with the connection.
        return new BodyFraming(BodyKind.UntilClose);
    }

    /// <summary>Decides for a response that a server is about to send.</summary>
    /// <param name="status">The final status.</param>
    /// <param name="method">The method of the request.</param>
    /// <param name="minorVersion">The minor version of the request: HTTP/1.0 knows no chunks (§6.1).</param>
    /// <param name="length">The length of the body when it is known.</param>
    public static BodyFraming ForResponse(int status, string method, int minorVersion, long? length)
    {
        if (!StatusAllowsBody(status)) return new BodyFraming(BodyKind.None);

        // What follows a 2xx to CONNECT is a tunnel: neither field may stand in its head (§6.1; RFC 9110 §8.6).
        if (IsTunnel(status, method)) return new BodyFraming(BodyKind.UntilClose);
        if (length is { } known) return new BodyFraming(BodyKind.Length, known);
        return new BodyFraming(minorVersion >= 1 ? BodyKind.Chunked : BodyKind.UntilClose);
    }

    /// <summary>Whether a response of that status has content at all (RFC 9110 §6.4.1).</summary>
    public static bool StatusAllowsBody(int status) => status is >= 200 and not 204 and not 304;

    private static bool IsTunnel(int status, string method) => method == "CONNECT" && status is >= 200 and < 300;

    /// <summary>Reads a Content-Length: digits alone, of which leading zeros count for nothing.</summary>
    // Content-Length = 1*DIGIT
    internal static bool TryLength(ReadOnlySpan<byte> value, out long length)
    {
        length = 0;
        if (value.IsEmpty || value.Length > 19) return false;
        foreach (byte digit in value)
        {
            if (!char.IsAsciiDigit((char)digit)) return false;
            length = (length * 10) + (digit - '0');
        }

        // 19 digits reach beyond 2^63 but not beyond 2^64, so that too large a number turns up negative.
        return length >= 0;
    }

    // §6.1: HTTP/1.0 knows no Transfer-Encoding; a message of it that has one is faulty.
    private static BodyFraming? Chunked(int minorVersion, TransferCodings codings, out ProtocolRule? broken)
    {
        broken = minorVersion == 0 ? HttpRules.CodingInOldVersion : codings.Fault;
        return broken is null ? new BodyFraming(BodyKind.Chunked) : null;
    }

    private static BodyFraming? Measured(ReadOnlySpan<byte> value, out ProtocolRule? broken)
    {
        broken = null;
        if (value.Contains((byte)',')) return Refuse(HttpRules.LengthRepeated, out broken);
        if (!TryLength(value, out long length)) return Refuse(HttpRules.InvalidLength, out broken);
        return length == 0 ? new BodyFraming(BodyKind.None) : new BodyFraming(BodyKind.Length, length);
    }

    private static TransferCodings CodingsOf(HttpFields fields)
    {
        var codings = default(TransferCodings);
        for (int at = fields.Next(FieldKind.TransferEncoding, 0); at >= 0; at = fields.Next(FieldKind.TransferEncoding, at + 1))
        {
            codings.Add(fields.ValueBytes(at));
        }

        return codings;
    }

    private static BodyFraming? Refuse(ProtocolRule rule, out ProtocolRule? broken)
    {
        broken = rule;
        return null;
    }
}
