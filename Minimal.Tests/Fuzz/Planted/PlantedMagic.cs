using Minimal.Testing;

namespace Minimal.Fuzz.Planted;

/// <summary>Fails behind four bytes, which nobody guesses at once, and a condition.</summary>
internal sealed class PlantedMagic : FuzzTarget
{
    public override string Name => "planted-magic";

    public override string Invariant => "planted: fails at four bytes with a large number behind them";

    public override void Check(byte[] input)
    {
        if (input.Length < 6) return;
        if (input[0] != 0xC3) return;
        if (input[1] != 0x5A) return;
        if (input[2] != 0x0F) return;
        if (input[3] != 0x91) return;
        if (input[4] + input[5] > 300) throw new InvalidOperationException("planted");
    }
}
