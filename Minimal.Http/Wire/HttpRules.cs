using System.Runtime.CompilerServices;

namespace Minimal.Http.Wire;

/// <summary>
/// The rule table of HTTP/1.1: every way in which a message is refused. The code is the status that the client is told;
/// for responses that this side reads as a client, it only says how bad it is.
/// </summary>
public static class HttpRules
{
    private static readonly List<ProtocolRule> Rows = [];

    // RFC 9112 §2: the message

    /// <summary>LF without CR in front of it.</summary>
    public static readonly ProtocolRule BareLineFeed = Define(400, "RFC 9112 §2.2", "a line ends with CRLF, not with LF alone");

    /// <summary>CR without LF behind it.</summary>
    public static readonly ProtocolRule BareCarriageReturn = Define(400, "RFC 9112 §2.2", "a CR stands only in front of LF");

    /// <summary>More empty lines in front of a request than <see cref="HttpLimits.MaxEmptyLines"/>.</summary>
    public static readonly ProtocolRule TooManyEmptyLines =
        Define(400, "RFC 9112 §2.2", "only a few empty lines may come before a request line");

    /// <summary>A line that begins with white space, directly behind the start line.</summary>
    public static readonly ProtocolRule SpaceBeforeFields =
        Define(400, "RFC 9112 §2.2", "no line between the start line and the first field begins with white space");

    /// <summary>What stands in the version's place is not <c>HTTP/1.x</c>.</summary>
    public static readonly ProtocolRule InvalidVersion =
        Define(400, "RFC 9112 §2.3", "a version is HTTP/, a digit, a dot and a digit, in upper case");

    /// <summary>A version whose major number is not 1.</summary>
    public static readonly ProtocolRule VersionNotSupported =
        Define(505, "RFC 9110 §15.6.6", "HTTP/1.1 is spoken here, and no other major version");

    // RFC 9112 §3: the request line

    /// <summary>Not three parts with one space between each.</summary>
    public static readonly ProtocolRule InvalidRequestLine =
        Define(400, "RFC 9112 §3", "a request line is a method, a target and a version, with one space between each");

    /// <summary>Longer than <see cref="HttpLimits.MaxRequestLineBytes"/>.</summary>
    public static readonly ProtocolRule RequestLineTooLong =
        Define(414, "RFC 9112 §3", "the request line is longer than this server reads");

    /// <summary>A method that is no token.</summary>
    public static readonly ProtocolRule InvalidMethod = Define(400, "RFC 9110 §9.1", "a method is a token");

    /// <summary>Longer than <see cref="HttpLimits.MaxMethodBytes"/>.</summary>
    public static readonly ProtocolRule MethodTooLong = Define(501, "RFC 9112 §3", "the method is longer than any that there is");

    /// <summary>A byte in the target that no target may have.</summary>
    public static readonly ProtocolRule InvalidTarget =
        Define(400, "RFC 9112 §3.2", "a target holds only the characters of a URI, and no fragment");

    /// <summary>A target in none of the four forms, or in one that does not belong to the method.</summary>
    public static readonly ProtocolRule InvalidTargetForm =
        Define(400, "RFC 9112 §3.2", "a target is a path, an absolute URI, host:port for CONNECT alone, or * for OPTIONS alone");

    /// <summary>A percent sign without two hexadecimal digits.</summary>
    public static readonly ProtocolRule InvalidPercentEncoding =
        Define(400, "RFC 3986 §2.1", "a percent sign is followed by two hexadecimal digits");

    /// <summary>An authority that names no host or an impossible port, or holds userinfo.</summary>
    public static readonly ProtocolRule InvalidAuthority =
        Define(400, "RFC 9110 §4.2", "an authority is a host and optionally a port, without userinfo");

    /// <summary>An absolute target of another scheme than the connection has.</summary>
    public static readonly ProtocolRule Misdirected = Define(421, "RFC 9110 §7.4", "the target's scheme is the connection's own");

    /// <summary>HTTP/1.1 without Host.</summary>
    public static readonly ProtocolRule HostMissing = Define(400, "RFC 9112 §3.2", "an HTTP/1.1 request has a Host");

    /// <summary>More than one Host.</summary>
    public static readonly ProtocolRule HostRepeated =
        Define(400, "RFC 9112 §3.2", "a request has one Host, even if a second one says the same");

    /// <summary>A Host that is not a host and optionally a port.</summary>
    public static readonly ProtocolRule HostInvalid = Define(400, "RFC 9112 §3.2", "Host is a host and optionally a port");

    // RFC 9112 §4: the status line

    /// <summary>What stands first in a response is no status line.</summary>
    public static readonly ProtocolRule InvalidStatusLine =
        Define(502, "RFC 9112 §4", "a status line is a version, three digits and a reason, with one space between each");

    /// <summary>Longer than <see cref="HttpLimits.MaxRequestLineBytes"/>.</summary>
    public static readonly ProtocolRule StatusLineTooLong = Define(502, "RFC 9112 §4", "the status line is longer than this client reads");

    // RFC 9112 §5: fields

    /// <summary>A field line without a colon.</summary>
    public static readonly ProtocolRule ColonMissing = Define(400, "RFC 9112 §5", "a field line has a colon behind its name");

    /// <summary>An empty field name, or one with a character that no token has.</summary>
    public static readonly ProtocolRule InvalidFieldName = Define(400, "RFC 9110 §5.1", "a field name is a token");

    /// <summary>White space between a field's name and its colon.</summary>
    public static readonly ProtocolRule SpaceBeforeColon =
        Define(400, "RFC 9112 §5.1", "no white space stands between a field's name and the colon");

    /// <summary>A line that goes on with the field of the line before.</summary>
    public static readonly ProtocolRule ObsoleteFold = Define(400, "RFC 9112 §5.2", "a field is one line; it is not folded over several");

    /// <summary>A control byte other than HTAB in a value.</summary>
    public static readonly ProtocolRule InvalidFieldValue =
        Define(400, "RFC 9110 §5.5", "a field value holds no control character but HTAB");

    /// <summary>More field lines than <see cref="HttpLimits.MaxFields"/>.</summary>
    public static readonly ProtocolRule TooManyFields = Define(431, "RFC 6585 §5", "there are more fields than this server reads");

    /// <summary>Field lines longer in all than <see cref="HttpLimits.MaxFieldBytes"/>.</summary>
    public static readonly ProtocolRule FieldsTooLarge = Define(431, "RFC 6585 §5", "the fields are larger than this server reads");

    // RFC 9112 §6: the length of a body

    /// <summary>Both Transfer-Encoding and Content-Length: how requests are smuggled (§11.2).</summary>
    public static readonly ProtocolRule LengthAndCoding =
        Define(400, "RFC 9112 §6.3", "Transfer-Encoding and Content-Length do not come together");

    /// <summary>Transfer-Encoding in a message of HTTP/1.0.</summary>
    public static readonly ProtocolRule CodingInOldVersion = Define(400, "RFC 9112 §6.1", "HTTP/1.0 has no Transfer-Encoding");

    /// <summary>Transfer-Encoding with an empty list or a malformed member.</summary>
    public static readonly ProtocolRule InvalidCoding = Define(400, "RFC 9112 §6.1", "Transfer-Encoding names a coding by a token");

    /// <summary>chunked is not the last coding, or it comes twice, or with parameters.</summary>
    public static readonly ProtocolRule ChunkedNotLast =
        Define(400, "RFC 9112 §6.3", "chunked is the last transfer coding, once and without parameters");

    /// <summary>A transfer coding besides chunked.</summary>
    public static readonly ProtocolRule CodingNotSupported = Define(501, "RFC 9112 §6.1", "the only transfer coding here is chunked");

    /// <summary>A Content-Length that is not a plain decimal number, or more than 2^63 - 1.</summary>
    public static readonly ProtocolRule InvalidLength =
        Define(400, "RFC 9110 §8.6", "Content-Length is a decimal number of at most 19 digits");

    /// <summary>Several Content-Lengths, in several lines or in a list.</summary>
    public static readonly ProtocolRule LengthRepeated =
        Define(400, "RFC 9112 §6.3", "there is one Content-Length, even if a second one says the same");

    /// <summary>The peer ended in the middle of a body.</summary>
    public static readonly ProtocolRule BodyIncomplete = Define(400, "RFC 9112 §8", "a body is as long as its framing says");

    /// <summary>A body longer than the server, or the handler, allows.</summary>
    public static readonly ProtocolRule BodyTooLarge = Define(413, "RFC 9110 §15.5.14", "the body is larger than this server accepts here");

    // RFC 9112 §7: chunks

    /// <summary>A size that is no hexadecimal number.</summary>
    public static readonly ProtocolRule InvalidChunkSize =
        Define(400, "RFC 9112 §7.1", "a chunk size is a hexadecimal number and nothing else");

    /// <summary>A size beyond 2^63 - 1.</summary>
    public static readonly ProtocolRule ChunkTooLarge = Define(400, "RFC 9112 §7.1", "a chunk size fits into 63 bits");

    /// <summary>LF alone, or CR alone, in the line with a chunk's size.</summary>
    public static readonly ProtocolRule InvalidChunkLineEnd =
        Define(400, "RFC 9112 §7.1", "the line with a chunk's size ends with CRLF, nothing less");

    /// <summary>Something else than CRLF behind the data of a chunk.</summary>
    public static readonly ProtocolRule InvalidChunkEnd =
        Define(400, "RFC 9112 §7.1", "chunk data is as long as the size says, with CRLF behind it");

    /// <summary>An extension that is not <c>;name</c> or <c>;name=value</c>.</summary>
    public static readonly ProtocolRule InvalidChunkExtension = Define(400, "RFC 9112 §7.1.1", "a chunk extension is ;name or ;name=value");

    /// <summary>
    /// A size line longer than <see cref="HttpLimits.MaxChunkLineBytes"/>, or more extensions in all than
    /// <see cref="HttpLimits.MaxChunkExtensionBytes"/>.
    /// </summary>
    public static readonly ProtocolRule ChunkExtensionsTooLarge =
        Define(400, "RFC 9112 §7.1.1", "the lines with chunk sizes and extensions are longer than this server reads");

    /// <summary>
    /// A trailer section longer than <see cref="HttpLimits.MaxTrailerBytes"/>, or of more lines than <see cref="HttpLimits.MaxFields"/>.
    /// </summary>
    public static readonly ProtocolRule TrailersTooLarge = Define(431, "RFC 6585 §5", "the trailers are larger than this server reads");

    // What the server adds to the grammar

    /// <summary>A Content-Type that comes twice.</summary>
    public static readonly ProtocolRule ContentTypeRepeated = Define(400, "RFC 9110 §8.3", "there is one Content-Type");

    /// <summary>The head was not there in time.</summary>
    public static readonly ProtocolRule HeadTimeout =
        Define(408, "RFC 9110 §15.5.9", "a request's head arrives within the time that this server waits");

    /// <summary>The body came more slowly than the server accepts.</summary>
    public static readonly ProtocolRule BodyTimeout = Define(408, "RFC 9110 §15.5.9", "a request's body arrives at the rate that this server expects");

    /// <summary>CONNECT or TRACE, unless the server was told to hand them to its handler.</summary>
    public static readonly ProtocolRule MethodNotServed = Define(501, "RFC 9110 §15.6.2", "this server serves neither CONNECT nor TRACE");

    /// <summary>A part of a representation that would be stored as the whole, unless the server was told to hand it to its handler.</summary>
    public static readonly ProtocolRule PartialPut = Define(400, "RFC 9110 §14.5", "a PUT brings a whole representation, and so no Content-Range");

    /// <summary>An expectation besides 100-continue.</summary>
    public static readonly ProtocolRule ExpectationFailed = Define(417, "RFC 9110 §10.1.1", "the only expectation known here is 100-continue");

    /// <summary>More connections than the server holds.</summary>
    public static readonly ProtocolRule TooManyConnections = Define(503, "RFC 9112 §9.4", "this server holds no more connections now");

    /// <summary>All rows, in the order of this file.</summary>
    public static IReadOnlyList<ProtocolRule> All => Rows;

    private static ProtocolRule Define(int code, string section, string sentence, [CallerMemberName] string name = "")
    {
        var rule = new ProtocolRule(name, code, section, sentence);
        Rows.Add(rule);
        return rule;
    }
}
