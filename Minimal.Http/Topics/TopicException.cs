using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>A topic refused what it was asked. Nothing was changed.</summary>
/// <param name="rule">Why: a row of <see cref="TopicRules"/>.</param>
public sealed class TopicException(ProtocolRule rule) : InvalidOperationException(rule.ToString())
{
    /// <summary>Why: a row of <see cref="TopicRules"/>. Its code is the HTTP status to answer with.</summary>
    public ProtocolRule Rule { get; } = rule;
}
