using Minimal.Testing;

namespace Minimal.Fuzz.Planted;

/// <summary>Adds up sizes in chunks, as a decoder would, in a number that is too small for them.</summary>
internal sealed class PlantedOverflow : FuzzTarget
{
    public override string Name => "planted-overflow";

    public override string Invariant => "planted: sizes in hexadecimal, a line each, overflow when added up";

    public override void Check(byte[] input)
    {
        int total = 0, size = 0, digits = 0;
        foreach (byte value in input)
        {
            if (char.IsAsciiHexDigit((char)value))
            {
                if (++digits > 7) return;
                size = (size * 16) + Convert.ToInt32(((char)value).ToString(), 16);
                continue;
            }

            if (value != '\n' || digits == 0) return;
            total = checked(total + size);
            (size, digits) = (0, 0);
        }
    }
}
