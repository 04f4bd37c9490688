namespace Minimal.Http.Wire;

/// <summary>Judges the list of transfer codings of a message (RFC 9112 §6.1, §6.3): it is <c>chunked</c>, or a rule is broken.</summary>
internal struct TransferCodings
{
    private ProtocolRule? _broken;
    private int _count, _chunked;
    private bool _endsInChunked;

    /// <summary>The rule that the lines break together; null when they say <c>chunked</c> and nothing else.</summary>
    public readonly ProtocolRule? Fault
    {
        get
        {
            if (_broken is not null) return _broken;
            if (!_endsInChunked || _chunked > 1) return HttpRules.ChunkedNotLast;
            return _count > 1 ? HttpRules.CodingNotSupported : null;
        }
    }

    /// <summary>Takes one field line; several make one list in their order (RFC 9110 §5.2).</summary>
    // Transfer-Encoding = #transfer-coding
    public void Add(ReadOnlySpan<byte> line)
    {
        foreach (Range member in line.Split((byte)','))
        {
            _broken ??= Take(HttpChars.TrimSpace(line[member]));
        }
    }

    // transfer-coding = token *( OWS ";" OWS transfer-parameter )
    private ProtocolRule? Take(ReadOnlySpan<byte> coding)
    {
        // RFC 9110 §5.6.1.2 passes over empty members. Here they are refused, for not everybody on the way reads the same list then.
        int length = HttpChars.TokenLength(coding);
        ReadOnlySpan<byte> rest = HttpChars.TrimSpace(coding[length..]);
        if (length == 0 || rest is not ([] or [(byte)';', ..])) return HttpRules.InvalidCoding;

        _count++;
        _endsInChunked = System.Text.Ascii.EqualsIgnoreCase(coding[..length], "chunked"u8);
        if (_endsInChunked) _chunked++;

        // chunked has no parameters, and those that come are an error (§7.1).
        return _endsInChunked && !rest.IsEmpty ? HttpRules.ChunkedNotLast : null;
    }
}
