using Minimal.Http.Wire;

namespace Minimal.Http;

/// <summary>
/// The client broke a rule while the handler read the body. A handler need not catch it: the server answers with the rule's
/// status if the response has not begun, and else aborts the connection.
/// </summary>
/// <param name="rule">The rule that was broken.</param>
public sealed class HttpProtocolException(ProtocolRule rule) : Exception(rule?.ToString())
{
    /// <summary>The rule that was broken.</summary>
    public ProtocolRule Rule { get; } = rule ?? throw new ArgumentNullException(nameof(rule));
}
