namespace Minimal.WebSocket;

/// <summary>How a connection stands at a moment; two of them tell whether the peer is alive.</summary>
/// <param name="Reads">How often something was received.</param>
/// <param name="Wait">The number of the wait for input that is under way; 0 when nobody waits, and so nothing can be heard.</param>
/// <param name="BytesSent">What the transport has handed on.</param>
/// <param name="IsSending">Whether something is on its way that was not handed on.</param>
internal readonly record struct Look(long Reads, long Wait, long BytesSent, bool IsSending)
{
    /// <summary>Whether the peer sent anything.</summary>
    public bool IsHeardSince(in Look before) => Reads != before.Reads;

    /// <summary>Whether somebody has listened all the time, and heard nothing.</summary>
    public bool IsDeafSince(in Look before) => !IsHeardSince(before) && Wait != 0 && Wait == before.Wait;

    /// <summary>Whether something was to be sent all the time, and the peer took nothing.</summary>
    public bool IsStuckSince(in Look before) => IsSending && before.IsSending && BytesSent == before.BytesSent;
}
