namespace Minimal.WebSocket.Wire;

/// <summary>
/// Why a connection was closed (RFC 6455 §7.4). Libraries register codes from 3000 to 3999, applications are free to use
/// 4000 to 4999: <c>(CloseCode)4001</c>.
/// </summary>
public enum CloseCode
{
    /// <summary>The purpose was fulfilled.</summary>
    Normal = 1000,

    /// <summary>A server goes down, or a page is left.</summary>
    GoingAway = 1001,

    /// <summary>The peer broke a rule of the protocol.</summary>
    ProtocolError = 1002,

    /// <summary>A message of a type that is not understood here: bytes where only text is.</summary>
    UnacceptableType = 1003,

    /// <summary>A Close came without a code. Only reported, never sent.</summary>
    NoStatusReceived = 1005,

    /// <summary>The connection ended without a Close. Only reported, never sent.</summary>
    AbnormalClosure = 1006,

    /// <summary>Data that is not what its type says: text that is not UTF-8, compressed data that is corrupt.</summary>
    InvalidData = 1007,

    /// <summary>A rule of the application was broken.</summary>
    PolicyViolation = 1008,

    /// <summary>A message is larger than is accepted here.</summary>
    TooBig = 1009,

    /// <summary>A client needed an extension that the server did not agree to. Servers refuse the handshake instead.</summary>
    MissingExtension = 1010,

    /// <summary>A server met a condition that it did not expect.</summary>
    ServerError = 1011,

    /// <summary>The server restarts; a client may come back after a while.</summary>
    ServiceRestart = 1012,

    /// <summary>The server is overloaded; a client may try another one.</summary>
    TryAgainLater = 1013,

    /// <summary>A gateway got no good answer from the server behind it.</summary>
    BadGateway = 1014,

    /// <summary>The TLS handshake failed. Only reported, never sent.</summary>
    TlsHandshake = 1015,
}
