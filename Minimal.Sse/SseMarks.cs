using Minimal.Http.Wire;

namespace Minimal.Sse;

/// <summary>Names the spans of a stream to a trace, line by line, and counts their offset. Without a trace it does nothing.</summary>
internal struct SseMarks(WireTrace? trace)
{
    private long _offset;
    private WirePart _lastEnd = SseParts.LineEnd;

    /// <summary>Names a line that is complete; of an end that was cut between CR and LF, the CR.</summary>
    public void Line(ReadOnlySpan<byte> line, ReadOnlySpan<byte> end)
    {
        if (trace is null) return;

        if (line is [(byte)':', ..]) Mark(SseParts.Comment, line);   // comment = colon *any-char end-of-line
        else Field(line);

        _lastEnd = line.IsEmpty ? SseParts.Dispatch : SseParts.LineEnd;
        Mark(_lastEnd, end);
    }

    /// <summary>Names the LF whose CR was named before it had come.</summary>
    public void RestOfLineEnd() => Mark(_lastEnd, "\n"u8);

    /// <summary>Names any span; an empty one is passed over.</summary>
    public void Mark(WirePart part, ReadOnlySpan<byte> bytes)
    {
        if (trace is null || bytes.IsEmpty) return;
        trace.Mark(part, _offset, bytes);
        _offset += bytes.Length;
    }

    /// <summary>A new stream begins.</summary>
    public void Restart() => _offset = 0;

    // field = 1*name-char [ colon [ space ] *any-char ] end-of-line
    private void Field(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        ReadOnlySpan<byte> rest = colon < 0 ? [] : line[colon..];

        Mark(SseParts.FieldName, line[..^rest.Length]);
        Mark(SseParts.Colon, Take(":"u8, ref rest));
        Mark(SseParts.Space, Take(" "u8, ref rest));
        Mark(SseParts.FieldValue, rest);
    }

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> character, ref ReadOnlySpan<byte> rest)
    {
        if (!rest.StartsWith(character)) return [];
        rest = rest[character.Length..];
        return character;
    }
}
