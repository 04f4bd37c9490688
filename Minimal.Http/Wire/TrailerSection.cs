namespace Minimal.Http.Wire;

/// <summary>Collects the lines of a trailer section in one bounded block, as they come (RFC 9112 §7.1.2).</summary>
internal sealed class TrailerSection
{
    private readonly HttpLimits _limits;
    private readonly byte[] _block;

    public TrailerSection(HttpLimits limits)
    {
        _limits = limits;
        _block = new byte[limits.MaxTrailerBytes];
        Fields.Begin(_block);
    }

    public HttpFields Fields { get; } = new();

    /// <summary>Bytes so far, with their line ends.</summary>
    public int Length { get; private set; }

    public ProtocolRule? Add(ReadOnlySpan<byte> line, long offset, WireTrace? trace)
    {
        if (Fields.Count == _limits.MaxFields || Length + line.Length + 2 > _block.Length) return HttpRules.TrailersTooLarge;
        line.CopyTo(_block.AsSpan(Length));
        if (!FieldParser.TryParse(_block, Length, line.Length, Fields, trace, offset, out ProtocolRule? broken)) return broken;
        trace?.Mark(WireParts.LineEnd, offset + line.Length, "\r\n"u8);
        Length += line.Length + 2;
        return null;
    }
}
