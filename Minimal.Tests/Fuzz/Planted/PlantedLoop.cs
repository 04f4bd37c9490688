using Minimal.Testing;

namespace Minimal.Fuzz.Planted;

/// <summary>Does not come to an end when a jump leads back.</summary>
internal sealed class PlantedLoop : FuzzTarget
{
    public override string Name => "planted-loop";

    public override string Invariant => "planted: follows jumps that may lead back";

    public override long MaxSteps => 10_000;

    public override void Check(byte[] input)
    {
        int at = 0;
        while (at < input.Length) at = input[at] == '<' && at > 2 ? at - 2 : at + 1;
    }
}
