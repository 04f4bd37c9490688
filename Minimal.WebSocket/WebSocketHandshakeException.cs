using Minimal.Http.Wire;

namespace Minimal.WebSocket;

/// <summary>A server answered, and did not agree to a WebSocket as RFC 6455 §4.1 asks for it.</summary>
public sealed class WebSocketHandshakeException : IOException
{
    /// <summary>A handshake that failed.</summary>
    /// <param name="rule">The rule that the answer broke.</param>
    /// <param name="reply">The answer, if its head could be read.</param>
    public WebSocketHandshakeException(ProtocolRule rule, ResponseHead? reply = null)
        : base(reply is null or { Status: 101 } ? $"The WebSocket handshake failed: {rule}" : $"The WebSocket handshake failed with status {reply.Status}: {rule}")
    {
        Rule = rule;
        Reply = reply;
    }

    /// <summary>The rule: <c>ReplyStatus</c> for an answer that is plain HTTP.</summary>
    public ProtocolRule Rule { get; }

    /// <summary>The head of the answer; null when there was none that could be read.</summary>
    public ResponseHead? Reply { get; }

    /// <summary>The status of the answer; 0 when there was none that could be read.</summary>
    public int Status => Reply?.Status ?? 0;
}
