using Minimal.Http.Wire;

namespace Minimal.Tests.WebSocket;

/// <summary>Keeps the marks of a trace, in the offsets of the whole conversation.</summary>
internal sealed class TraceLog : WireTrace
{
    private readonly List<(WirePart Part, long Offset, byte[] Bytes)> _marks = [];

    /// <summary>Where what the parser is given begins.</summary>
    public long Base { get; set; }

    public IReadOnlyList<(WirePart Part, long Offset, byte[] Bytes)> Marks => _marks;

    /// <summary>One line for each mark: offset, bytes, name, section.</summary>
    public string Listing => string.Join('\n', _marks.Select(mark => $"{mark.Offset} {Hex.Of(mark.Bytes)} {mark.Part.Name} {mark.Part.Section}"));

    public override void Mark(WirePart part, long offset, ReadOnlySpan<byte> bytes) => _marks.Add((part, Base + offset, bytes.ToArray()));
}
