namespace Minimal.Http.Wire;

/// <summary>Reads the whole head of a response, contiguous, as <see cref="HeadScanner.ForResponse"/> found it: the client's side.</summary>
public ref struct ResponseHeadParser
{
    private readonly byte[] _bytes;
    private readonly WireTrace? _trace;
    private int _at;

    /// <summary>A parser for one head.</summary>
    /// <param name="head">From the status line to the empty line.</param>
    /// <param name="trace">Receives the name of each span.</param>
    public ResponseHeadParser(ReadOnlySpan<byte> head, WireTrace? trace = null)
    {
        _bytes = head.ToArray();
        _trace = trace;
    }

    /// <summary>Reads the head.</summary>
    /// <param name="broken">The rule that the head breaks; null when it breaks none.</param>
    /// <returns>The head, or null when a rule is broken.</returns>
    // HTTP-message = start-line CRLF *( field-line CRLF ) CRLF [ message-body ]
    public ResponseHead? Parse(out ProtocolRule? broken)
    {
        var head = new ResponseHead();
        int length = LineLength();
        broken = length < 0 ? HttpRules.InvalidStatusLine : ParseStatusLine(_bytes.AsSpan(0, length), head);
        if (broken is not null) return null;
        EndLine(WireParts.LineEnd, length);

        var line = new HttpFields();
        while ((length = LineLength()) > 0)
        {
            broken = IsIndented ? Fold(head.Fields, length) : ParseField(head.Fields, line, length);
            if (broken is not null) return null;
            EndLine(WireParts.LineEnd, length);
        }

        // A head that the scanner did not see may end before its empty line.
        if (length < 0) broken = HttpRules.BareLineFeed;
        if (broken is not null) return null;
        EndLine(WireParts.HeadEnd, 0);
        line.Release();
        return head;
    }

    // status-line = HTTP-version SP status-code SP [ reason-phrase ]
    private readonly ProtocolRule? ParseStatusLine(ReadOnlySpan<byte> line, ResponseHead head)
    {
        if (line.Length < 12 || line[8] != HttpChars.Space) return HttpRules.InvalidStatusLine;
        if (RequestHeadParser.VersionFault(line[..8]) is { } fault) return fault;

        // Some servers leave the last space out when there is no reason. Nothing depends on it, so a client takes that.
        bool isValid = BodyFraming.TryLength(line[9..12], out long status) && (line.Length == 12 || line[12] == HttpChars.Space);
        ReadOnlySpan<byte> reason = line.Length > 13 ? line[13..] : [];
        if (!isValid || HttpChars.IndexOfControl(reason) >= 0) return HttpRules.InvalidStatusLine;

        // A status that there cannot be is treated like one of 5xx (RFC 9110 §15).
        head.SetStatus(status is >= 100 and <= 599 ? (int)status : 500);
        head.Reason = HttpFields.Text(reason);
        head.MinorVersion = line[7] - '0';
        if (_trace is not null) Mark(_trace, line);
        return null;
    }

    private readonly ProtocolRule? ParseField(FieldSection fields, HttpFields line, int length)
    {
        line.Begin(_bytes);
        if (FieldParser.Parse(_bytes, _at, length, line, _trace, _at) is { } broken) return broken;
        fields.Append(line[0].Name, line[0].Value);
        return null;
    }

    // A user agent replaces a fold by a space before it uses the value (§5.2). Behind the status line there is nothing to fold (§2.2).
    private readonly ProtocolRule? Fold(FieldSection fields, int length)
    {
        ReadOnlySpan<byte> line = _bytes.AsSpan(_at, length);
        if (fields.Count == 0) return HttpRules.SpaceBeforeFields;
        if (HttpChars.IndexOfControl(line) >= 0) return HttpRules.InvalidFieldValue;
        fields.ExtendLast(HttpFields.Text(HttpChars.TrimSpace(line)));
        _trace?.Mark(WireParts.ObsoleteFold, _at, line);
        return null;
    }

    private readonly bool IsIndented => _bytes[_at] is HttpChars.Space or HttpChars.Tab;

    private readonly int LineLength() => _bytes.AsSpan(_at).IndexOf("\r\n"u8);

    private void EndLine(WirePart part, int length)
    {
        _trace?.Mark(part, _at + length, _bytes.AsSpan(_at + length, 2));
        _at += length + 2;
    }

    private static void Mark(WireTrace trace, ReadOnlySpan<byte> line)
    {
        trace.Mark(WireParts.Version, 0, line[..8]);
        trace.Mark(WireParts.Space, 8, line.Slice(8, 1));
        trace.Mark(WireParts.Status, 9, line[9..12]);
        if (line.Length > 12) trace.Mark(WireParts.Space, 12, line.Slice(12, 1));
        if (line.Length > 13) trace.Mark(WireParts.Reason, 13, line[13..]);
    }
}
