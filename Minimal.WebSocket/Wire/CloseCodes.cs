namespace Minimal.WebSocket.Wire;

/// <summary>Which close codes may stand in a Close frame (RFC 6455 §7.4.1, §7.4.2).</summary>
public static class CloseCodes
{
    /// <summary>
    /// Whether a Close with this code is in order: the codes that RFC 6455 and its registry define for the wire (1000 to
    /// 1003, 1007 to 1014), and those of libraries and applications (3000 to 4999).
    /// </summary>
    public static bool MayBeReceived(this CloseCode code) =>
        (int)code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);

    /// <summary>
    /// Whether this end may begin a closing handshake with this code: what may be received, but 1010 is for clients
    /// (RFC 6455 §7.4.1). An echo of what the peer sent is always in order.
    /// </summary>
    public static bool MayBeSent(this CloseCode code, WebSocketRole sender) =>
        code.MayBeReceived() && (code != CloseCode.MissingExtension || sender == WebSocketRole.Client);
}
