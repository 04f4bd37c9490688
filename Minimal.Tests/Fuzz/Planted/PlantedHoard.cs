using Minimal.Testing;

namespace Minimal.Fuzz.Planted;

/// <summary>Believes a size before the bytes are there.</summary>
internal sealed class PlantedHoard : FuzzTarget
{
    public override string Name => "planted-hoard";

    public override string Invariant => "planted: allocates what a length says";

    public override long MaxAllocatedBytes => 1 << 20;

    public override void Check(byte[] input)
    {
        if (input is [(byte)'L', var high, var low, ..]) GC.KeepAlive(new byte[((high << 8) | low) * 64]);
    }
}
