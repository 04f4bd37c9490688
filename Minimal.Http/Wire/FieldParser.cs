namespace Minimal.Http.Wire;

/// <summary>Reads field lines (RFC 9112 §5), the same for heads and trailers.</summary>
internal static class FieldParser
{
    /// <summary>
    /// Reads one line of <paramref name="block"/>, without its CRLF, into <paramref name="fields"/>. <paramref name="offset"/> is where
    /// the line begins for the trace.
    /// </summary>
    // field-line = field-name ":" OWS field-value OWS
    public static bool TryParse(byte[] block, int start, int length, HttpFields fields, WireTrace? trace, long offset, out ProtocolRule? broken)
    {
        ReadOnlySpan<byte> line = block.AsSpan(start, length);
        int colon = HttpChars.TokenLength(line);
        if (colon == 0 || colon == line.Length || line[colon] != ':')
        {
            broken = Fault(line, colon);
            return false;
        }

        ReadOnlySpan<byte> rest = line[(colon + 1)..];
        ReadOnlySpan<byte> value = HttpChars.TrimSpace(rest);
        if (HttpChars.IndexOfControl(value) is int at and >= 0)
        {
            broken = value[at] == HttpChars.CR ? HttpRules.BareCarriageReturn : HttpRules.InvalidFieldValue;
            return false;
        }

        ReadOnlySpan<byte> name = line[..colon];
        int valueStart = colon + 1 + LeadingSpace(rest);
        fields.Add(new FieldLine(start, colon, start + valueStart, value.Length, FieldLine.KindOf(name)));
        if (trace is not null) Mark(trace, line, offset, colon, valueStart, value.Length);
        broken = null;
        return true;
    }

    private static int LeadingSpace(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (at < text.Length && text[at] is HttpChars.Space or HttpChars.Tab) at++;
        return at;
    }

    private static ProtocolRule Fault(ReadOnlySpan<byte> line, int token)
    {
        // A line that begins with white space goes on with the one before (§5.2).
        if (line[0] is HttpChars.Space or HttpChars.Tab) return HttpRules.ObsoleteFold;
        int colon = line.IndexOf((byte)':');
        if (colon < 0) return HttpRules.ColonMissing;

        // A server must refuse white space in front of the colon (§5.1).
        bool onlySpace = token > 0 && HttpChars.TrimSpace(line[token..colon]).IsEmpty;
        return onlySpace ? HttpRules.SpaceBeforeColon : HttpRules.InvalidFieldName;
    }

    private static void Mark(WireTrace trace, ReadOnlySpan<byte> line, long offset, int colon, int valueStart, int valueLength)
    {
        trace.Mark(WireParts.FieldName, offset, line[..colon]);
        trace.Mark(WireParts.Colon, offset + colon, line.Slice(colon, 1));
        Mark(trace, WireParts.OptionalSpace, line, offset, colon + 1, valueStart);
        Mark(trace, WireParts.FieldValue, line, offset, valueStart, valueStart + valueLength);
        Mark(trace, WireParts.OptionalSpace, line, offset, valueStart + valueLength, line.Length);
    }

    private static void Mark(WireTrace trace, WirePart part, ReadOnlySpan<byte> line, long offset, int from, int to)
    {
        if (from < to) trace.Mark(part, offset + from, line[from..to]);
    }
}
