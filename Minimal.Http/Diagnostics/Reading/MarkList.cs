using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics.Reading;

/// <summary>What a parser named, by place and length.</summary>
internal sealed class MarkList : WireTrace
{
    public List<(WirePart Part, int Start, int Length)> Marks { get; } = [];

    /// <summary>Where the last one ends; 0 before the first.</summary>
    public int End => Marks.Count == 0 ? 0 : Marks[^1].Start + Marks[^1].Length;

    public override void Mark(WirePart part, long offset, ReadOnlySpan<byte> bytes) => Marks.Add((part, (int)offset, bytes.Length));
}
