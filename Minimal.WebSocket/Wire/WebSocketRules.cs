using System.Runtime.CompilerServices;
using Minimal.Http.Wire;

namespace Minimal.WebSocket.Wire;

/// <summary>
/// The rule table of WebSocket: every way in which a peer is refused. A code of three digits is the HTTP status with which a
/// server refuses a handshake, one of four digits the close code. 1006 is never sent: a client drops the connection.
/// </summary>
public static class WebSocketRules
{
    private static readonly List<ProtocolRule> Rows = [];

    // RFC 6455 §4.2: the opening handshake, read by a server

    /// <summary>Another method than GET.</summary>
    public static readonly ProtocolRule HandshakeMethod = Define(405, "RFC 6455 §4.2.1", "an opening handshake is a GET request");

    /// <summary>HTTP/1.0.</summary>
    public static readonly ProtocolRule HandshakeHttpVersion = Define(400, "RFC 6455 §4.2.1", "an opening handshake is HTTP/1.1 or later");

    /// <summary>No Host.</summary>
    public static readonly ProtocolRule HandshakeHost = Define(400, "RFC 6455 §4.2.1", "an opening handshake has a Host");

    /// <summary>No member <c>websocket</c> in Upgrade.</summary>
    public static readonly ProtocolRule HandshakeUpgrade = Define(426, "RFC 6455 §4.2.1", "Upgrade contains websocket");

    /// <summary>No member <c>Upgrade</c> in Connection.</summary>
    public static readonly ProtocolRule HandshakeConnection = Define(400, "RFC 6455 §4.2.1", "Connection contains Upgrade");

    /// <summary>Sec-WebSocket-Version comes twice.</summary>
    public static readonly ProtocolRule HandshakeVersionRepeated = Define(400, "RFC 6455 §11.3.5", "there is one Sec-WebSocket-Version");

    /// <summary>Sec-WebSocket-Version is missing, or is not 13.</summary>
    public static readonly ProtocolRule HandshakeVersion = Define(426, "RFC 6455 §4.4", "Sec-WebSocket-Version is 13");

    /// <summary>Sec-WebSocket-Key comes twice.</summary>
    public static readonly ProtocolRule HandshakeKeyRepeated = Define(400, "RFC 6455 §11.3.1", "there is one Sec-WebSocket-Key");

    /// <summary>Sec-WebSocket-Key is missing, or is not 16 bytes in base64.</summary>
    public static readonly ProtocolRule HandshakeKey = Define(400, "RFC 6455 §4.2.1", "Sec-WebSocket-Key is 16 bytes in base64");

    /// <summary>A page of another site, or one that does not say its site where that is asked for.</summary>
    public static readonly ProtocolRule HandshakeOrigin = Define(403, "RFC 6455 §10.2", "this server is not for pages of that origin");

    /// <summary>Sec-WebSocket-Protocol is not a list of tokens, or names one twice.</summary>
    public static readonly ProtocolRule HandshakeProtocols = Define(400, "RFC 6455 §4.1", "Sec-WebSocket-Protocol lists tokens, each once");

    /// <summary>Sec-WebSocket-Extensions does not follow its grammar.</summary>
    public static readonly ProtocolRule HandshakeExtensions = Define(400, "RFC 6455 §9.1", "Sec-WebSocket-Extensions lists tokens with parameters that are tokens");

    // RFC 6455 §4.1: the answer, read by a client

    /// <summary>A status other than 101: an HTTP response, not a handshake.</summary>
    public static readonly ProtocolRule ReplyStatus = Define(1006, "RFC 6455 §4.1", "a server accepts with status 101");

    /// <summary>Upgrade is missing or not <c>websocket</c>.</summary>
    public static readonly ProtocolRule ReplyUpgrade = Define(1006, "RFC 6455 §4.1", "the reply's Upgrade is websocket");

    /// <summary>No member <c>Upgrade</c> in Connection.</summary>
    public static readonly ProtocolRule ReplyConnection = Define(1006, "RFC 6455 §4.1", "the reply's Connection contains Upgrade");

    /// <summary>Sec-WebSocket-Accept is missing, comes twice or does not belong to the key.</summary>
    public static readonly ProtocolRule ReplyAccept = Define(1006, "RFC 6455 §4.1", "the reply's Sec-WebSocket-Accept is made from the request's key");

    /// <summary>A subprotocol that was not asked for, or two.</summary>
    public static readonly ProtocolRule ReplyProtocol = Define(1006, "RFC 6455 §4.1", "the reply names at most one subprotocol, which the request listed");

    /// <summary>Sec-WebSocket-Extensions does not follow its grammar.</summary>
    public static readonly ProtocolRule ReplyExtensions = Define(1006, "RFC 6455 §9.1", "the reply's extensions are tokens with parameters that are tokens");

    /// <summary>An extension that was not offered, or one twice.</summary>
    public static readonly ProtocolRule ReplyNotOffered = Define(1006, "RFC 6455 §4.1", "the reply names only extensions that the request offered, each once");

    /// <summary>permessage-deflate with parameters that are unknown, invalid, repeated or not what was offered.</summary>
    public static readonly ProtocolRule ReplyDeflate = Define(1006, "RFC 7692 §7", "the reply's permessage-deflate parameters answer those of the offer");

    /// <summary>A client that needs an extension got an agreement without it.</summary>
    public static readonly ProtocolRule ExtensionMissing = Define(1010, "RFC 6455 §7.4.1", "this client needs an extension that the server did not agree to");

    // RFC 6455 §5.1, §5.2, §5.5: a frame

    /// <summary>RSV1, RSV2 or RSV3 without an extension that gives it a meaning.</summary>
    public static readonly ProtocolRule ReservedBit = Define(1002, "RFC 6455 §5.2", "reserved bits are 0 unless an extension was agreed on");

    /// <summary>RSV1 elsewhere than on the first frame of a data message.</summary>
    public static readonly ProtocolRule CompressionBit = Define(1002, "RFC 7692 §6.1", "only the first frame of a message says that it is compressed");

    /// <summary>An opcode that RFC 6455 leaves for later.</summary>
    public static readonly ProtocolRule ReservedOpcode = Define(1002, "RFC 6455 §5.2", "opcodes 3 to 7 and B to F are reserved");

    /// <summary>A control frame without FIN.</summary>
    public static readonly ProtocolRule ControlFragmented = Define(1002, "RFC 6455 §5.5", "a control frame is not fragmented");

    /// <summary>A control frame with more than 125 bytes.</summary>
    public static readonly ProtocolRule ControlTooLong = Define(1002, "RFC 6455 §5.5", "a control frame carries at most 125 bytes");

    /// <summary>A client's frame without mask.</summary>
    public static readonly ProtocolRule MaskMissing = Define(1002, "RFC 6455 §5.1", "a client masks every frame");

    /// <summary>A server's frame with mask.</summary>
    public static readonly ProtocolRule MaskPresent = Define(1002, "RFC 6455 §5.1", "a server masks no frame");

    /// <summary>A length that would have fitted a shorter form.</summary>
    public static readonly ProtocolRule LengthNotMinimal = Define(1002, "RFC 6455 §5.2", "a length has the shortest form that holds it");

    /// <summary>A length of 64 bits whose first bit is 1.</summary>
    public static readonly ProtocolRule LengthTopBit = Define(1002, "RFC 6455 §5.2", "the first bit of a 64-bit length is 0");

    /// <summary>Longer than <see cref="WebSocketLimits.MaxFrameBytes"/>.</summary>
    public static readonly ProtocolRule FrameTooLarge = Define(1009, "RFC 6455 §10.4", "the frame is larger than is accepted here");

    // RFC 6455 §5.4: a message

    /// <summary>A continuation while no message is begun.</summary>
    public static readonly ProtocolRule StrayContinuation = Define(1002, "RFC 6455 §5.4", "a continuation goes on with a message");

    /// <summary>Text or Binary while a message is unfinished.</summary>
    public static readonly ProtocolRule MessageUnfinished = Define(1002, "RFC 6455 §5.4", "a message ends before another begins");

    /// <summary>Longer than <see cref="WebSocketLimits.MaxMessageBytes"/>.</summary>
    public static readonly ProtocolRule MessageTooLarge = Define(1009, "RFC 6455 §10.4", "the message is larger than is accepted here");

    /// <summary>More frames than <see cref="WebSocketLimits.MaxFragments"/>.</summary>
    public static readonly ProtocolRule TooManyFragments = Define(1008, "RFC 6455 §10.4", "the message has more fragments than are accepted here");

    /// <summary>Text that is not UTF-8.</summary>
    public static readonly ProtocolRule InvalidText = Define(1007, "RFC 6455 §8.1", "text is UTF-8");

    /// <summary>Text that ends inside a character.</summary>
    public static readonly ProtocolRule TextCut = Define(1007, "RFC 6455 §5.6", "text ends behind a whole character");

    // RFC 6455 §5.5.1, §7.4: Close

    /// <summary>A Close with one byte.</summary>
    public static readonly ProtocolRule CloseCodeCut = Define(1002, "RFC 6455 §5.5.1", "the body of a Close begins with a code of two bytes");

    /// <summary>A Close with a code that is not for the wire.</summary>
    public static readonly ProtocolRule CloseCodeInvalid = Define(1002, "RFC 6455 §7.4", "a Close has a code that is defined for the wire");

    /// <summary>A Close whose reason is not UTF-8.</summary>
    public static readonly ProtocolRule CloseReasonInvalid = Define(1007, "RFC 6455 §8.1", "the reason of a Close is UTF-8");

    // RFC 7692 §7.2: a compressed message

    /// <summary>Data that is not DEFLATE, or that goes back further than the window.</summary>
    public static readonly ProtocolRule DeflateCorrupt = Define(1007, "RFC 7692 §7.2.2", "a compressed message is DEFLATE");

    /// <summary>A compressed message that does not end with the head of an empty stored block.</summary>
    public static readonly ProtocolRule DeflateCut = Define(1007, "RFC 7692 §7.2.1", "a compressed message ends where 00 00 FF FF was removed");

    /// <summary>Inflates by more than <see cref="WebSocketLimits.MaxInflateRatio"/>.</summary>
    public static readonly ProtocolRule InflatedTooFar = Define(1009, "RFC 6455 §10.4", "a compressed message does not grow more than is accepted here");

    /// <summary>All rows, in the order of this file.</summary>
    public static IReadOnlyList<ProtocolRule> All => Rows;

    private static ProtocolRule Define(int code, string section, string sentence, [CallerMemberName] string name = "")
    {
        var rule = new ProtocolRule(name, code, section, sentence);
        Rows.Add(rule);
        return rule;
    }
}
