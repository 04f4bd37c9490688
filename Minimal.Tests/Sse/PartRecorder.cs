using Minimal.Http.Wire;

namespace Minimal.Tests.Sse;

/// <summary>Keeps which parts were marked and where, as they came.</summary>
internal sealed class PartRecorder : WireTrace
{
    public List<WirePart> Parts { get; } = [];

    public List<long> Offsets { get; } = [];

    public override void Mark(WirePart part, long offset, ReadOnlySpan<byte> bytes)
    {
        Parts.Add(part);
        Offsets.Add(offset);
    }
}
