using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>A compressed message that was valid before it was damaged.</summary>
/// <param name="Origin">The valid message.</param>
/// <param name="Mutation">The damage.</param>
/// <param name="Choice">Decides the place; not negative.</param>
public sealed record DeflateMutant(DeflateModel Origin, DeflateMutation Mutation, int Choice)
{
    /// <summary>What it breaks; null where that is not certain.</summary>
    public ProtocolRule? Rule => Mutation.Rule;

    /// <summary>The damaged payload.</summary>
    public byte[] ToBytes() => Mutation.Change(Origin.ToBytes(), Choice);

    /// <summary>The damage, and the payload as hexadecimal digits.</summary>
    public override string ToString() => $"{Mutation}: {HexBytes.Write(ToBytes(), most: 60)}";
}
