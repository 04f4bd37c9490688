using Minimal.Testing;

namespace Minimal.Fuzz.Planted;

/// <summary>Reads a size, as a decoder of chunks would, into a number that is too small for it.</summary>
internal sealed class PlantedOverflow : FuzzTarget
{
    public override string Name => "planted-overflow";

    public override string Invariant => "planted: a size in hexadecimal overflows";

    public override void Check(byte[] input)
    {
        int size = 0;
        foreach (byte value in input)
        {
            if (!char.IsAsciiHexDigit((char)value)) return;
            size = checked((size * 16) + Convert.ToInt32(((char)value).ToString(), 16));
        }
    }
}
