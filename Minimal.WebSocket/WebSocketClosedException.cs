using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket;

/// <summary>
/// The connection is not open any more: the peer broke a rule, vanished, or did not answer; or something is sent on a connection that was
/// closed. A Close that came from the peer is no exception to who receives.
/// </summary>
public sealed class WebSocketClosedException : IOException
{
    /// <summary>A connection that ended.</summary>
    /// <param name="code">Why; 1006 when no Close came (RFC 6455 §7.1.5).</param>
    /// <param name="reason">The same in words.</param>
    /// <param name="rule">The rule that the peer broke, if it did.</param>
    /// <param name="inner">What the transport said.</param>
    public WebSocketClosedException(CloseCode code, string reason, ProtocolRule? rule = null, Exception? inner = null)
        : base(reason.Length == 0 ? $"The WebSocket is closed ({(int)code})." : $"The WebSocket is closed ({(int)code}): {reason}", inner)
    {
        Code = code;
        Reason = reason;
        Rule = rule;
    }

    /// <summary>Why: the code of the rule, of the peer's Close, or 1006 when there was none.</summary>
    public CloseCode Code { get; }

    /// <summary>The same in words; may be empty.</summary>
    public string Reason { get; }

    /// <summary>The rule that the peer broke; null when it broke none.</summary>
    public ProtocolRule? Rule { get; }
}
