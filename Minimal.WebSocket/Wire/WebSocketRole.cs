namespace Minimal.WebSocket.Wire;

/// <summary>Which end of the connection this is. A client masks what it sends, a server does not (RFC 6455 §5.1).</summary>
public enum WebSocketRole
{
    /// <summary>The end that answered the opening handshake.</summary>
    Server,

    /// <summary>The end that began it.</summary>
    Client,
}
