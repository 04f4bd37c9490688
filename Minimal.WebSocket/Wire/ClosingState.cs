namespace Minimal.WebSocket.Wire;

/// <summary>How far the closing handshake has come (RFC 6455 §7.1).</summary>
public enum ClosingState
{
    /// <summary>No Close went either way.</summary>
    Open,

    /// <summary>This end sent Close and waits for the peer's.</summary>
    Sent,

    /// <summary>The peer sent Close and waits for this end's.</summary>
    Received,

    /// <summary>Both sent Close: all that is left is to end TCP.</summary>
    Done,

    /// <summary>The peer broke a rule: nothing more is read, and TCP ends without waiting (RFC 6455 §7.1.7).</summary>
    Failed,
}
