using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>Damage to a compressed message.</summary>
/// <param name="Name">What it does, as a few words.</param>
/// <param name="Rule">What a valid message with only this change breaks. Null: that depends.</param>
/// <param name="Change">From the payload to the damaged one. The number is not negative, and decides the place where there is a choice.</param>
public sealed record DeflateMutation(string Name, ProtocolRule? Rule, Func<byte[], int, byte[]> Change)
{
    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
