namespace Minimal.Testing;

/// <summary>A direction of a <see cref="ChaosTransport"/>, as its user sees it.</summary>
public enum ChaosDirection
{
    /// <summary>What its user writes.</summary>
    Sent,

    /// <summary>What its user reads.</summary>
    Received,
}
