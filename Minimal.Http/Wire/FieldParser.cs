namespace Minimal.Http.Wire;

/// <summary>Reads field lines (RFC 9112 §5), the same for heads and trailers.</summary>
internal static class FieldParser
{
    /// <summary>Reads one line of <paramref name="block"/>, without its CRLF, into <paramref name="fields"/>.</summary>
    /// <param name="block">What <paramref name="fields"/> refer to.</param>
    /// <param name="start">Where the line begins in the block.</param>
    /// <param name="length">How long it is; not 0.</param>
    /// <param name="fields">Takes the field.</param>
    /// <param name="trace">Receives the name of each span.</param>
    /// <param name="offset">Where the line begins for the trace.</param>
    /// <returns>The rule that the line breaks; null when it breaks none.</returns>
    // field-line = field-name ":" OWS field-value OWS
    public static ProtocolRule? Parse(byte[] block, int start, int length, HttpFields fields, WireTrace? trace, long offset)
    {
        ReadOnlySpan<byte> line = block.AsSpan(start, length);
        int colon = HttpChars.TokenLength(line);
        if (colon == 0 || colon == length || line[colon] != ':') return NameFault(line, colon);

        int valueStart = colon + 1 + HttpChars.SpaceLength(line[(colon + 1)..]);
        ReadOnlySpan<byte> value = HttpChars.TrimSpace(line[valueStart..]);
        if (ValueFault(value) is { } fault) return fault;

        fields.Add(new FieldLine(start, colon, start + valueStart, value.Length, FieldLine.KindOf(line[..colon])));
        if (trace is not null) Mark(trace, line, offset, colon, valueStart, valueStart + value.Length);
        return null;
    }

    private static ProtocolRule NameFault(ReadOnlySpan<byte> line, int token)
    {
        // A line that begins with white space goes on with the one before (§5.2).
        if (line[0] is HttpChars.Space or HttpChars.Tab) return HttpRules.ObsoleteFold;
        int colon = line.IndexOf((byte)':');
        if (colon < 0) return HttpRules.ColonMissing;

        // A server must refuse white space in front of the colon (§5.1).
        bool onlySpace = token > 0 && HttpChars.SpaceLength(line[token..colon]) == colon - token;
        return onlySpace ? HttpRules.SpaceBeforeColon : HttpRules.InvalidFieldName;
    }

    // field-value = *field-content
    // field-content = field-vchar [ 1*( SP / HTAB / field-vchar ) field-vchar ]
    private static ProtocolRule? ValueFault(ReadOnlySpan<byte> value)
    {
        int control = HttpChars.IndexOfControl(value);
        if (control < 0) return null;
        return value[control] == HttpChars.CR ? HttpRules.BareCarriageReturn : HttpRules.InvalidFieldValue;
    }

    private static void Mark(WireTrace trace, ReadOnlySpan<byte> line, long offset, int colon, int valueStart, int valueEnd)
    {
        trace.Mark(WireParts.FieldName, offset, line[..colon]);
        trace.Mark(WireParts.Colon, offset + colon, line.Slice(colon, 1));
        Mark(trace, WireParts.OptionalSpace, line, offset, colon + 1, valueStart);
        Mark(trace, WireParts.FieldValue, line, offset, valueStart, valueEnd);
        Mark(trace, WireParts.OptionalSpace, line, offset, valueEnd, line.Length);
    }

    private static void Mark(WireTrace trace, WirePart part, ReadOnlySpan<byte> line, long offset, int from, int to)
    {
        if (from < to) trace.Mark(part, offset + from, line[from..to]);
    }
}
