namespace Minimal.Http.Wire;

/// <summary>
/// Reads the whole head of a request, contiguous, as <see cref="HeadScanner"/> found it: there is no partial case here.
/// </summary>
internal ref struct RequestHeadParser(RequestHead head, WireTrace? trace = null)
{
    private readonly ReadOnlySpan<byte> _bytes = head.Bytes;
    private int _at;

    // HTTP-message = start-line CRLF *( field-line CRLF ) CRLF [ message-body ]
    public bool TryParse(out ProtocolRule? broken)
    {
        if (head.Start > 0) trace?.Mark(WireParts.EmptyLine, 0, _bytes[..head.Start]);
        _at = head.Start;
        int length = LineLength();
        broken = ParseRequestLine(_bytes.Slice(_at, length));
        if (broken is not null) return false;
        EndLine(WireParts.LineEnd, length);

        while ((length = LineLength()) > 0)
        {
            // White space in front of the first field is no fold (§2.2).
            bool isIndented = head.Fields.Count == 0 && _bytes[_at] is HttpChars.Space or HttpChars.Tab;
            broken = isIndented ? HttpRules.SpaceBeforeFields : FieldParser.Parse(head.Block, _at, length, head.Fields, trace, _at);
            if (broken is not null) return false;
            EndLine(WireParts.LineEnd, length);
        }

        EndLine(WireParts.HeadEnd, 0);
        broken = CheckHost() ?? CheckSingletons();
        return broken is null;
    }

    /// <summary>How long the line is that begins here, without its CRLF. The scanner let no other CR pass.</summary>
    private readonly int LineLength() => _bytes[_at..].IndexOf(HttpChars.CR);

    private void EndLine(WirePart part, int length)
    {
        trace?.Mark(part, _at + length, _bytes.Slice(_at + length, 2));
        _at += length + 2;
    }

    // request-line = method SP request-target SP HTTP-version; the scanner saw that the method is a token
    private readonly ProtocolRule? ParseRequestLine(ReadOnlySpan<byte> line)
    {
        int first = line.IndexOf(HttpChars.Space);
        int second = line.LastIndexOf(HttpChars.Space);
        if (first <= 0 || second <= first + 1 || second == line.Length - 1) return HttpRules.InvalidRequestLine;

        ReadOnlySpan<byte> method = line[..first], target = line[(first + 1)..second], version = line[(second + 1)..];
        if (target.Contains(HttpChars.Space)) return HttpRules.InvalidRequestLine;
        if (VersionFault(version) is { } fault) return fault;
        if (RequestTarget.Parse(target, method, out RequestTarget parts) is { } wrong) return wrong;

        head.SetLine(MethodName(method), _at + first + 1, target.Length, parts, version[7] - '0');
        if (trace is not null) Mark(trace, line, _at, first, second);
        return null;
    }

    // HTTP-version = "HTTP" "/" DIGIT "." DIGIT
    internal static ProtocolRule? VersionFault(ReadOnlySpan<byte> version)
    {
        bool valid = version.Length == 8 && version.StartsWith("HTTP/"u8) && version[6] == '.'
            && char.IsAsciiDigit((char)version[5]) && char.IsAsciiDigit((char)version[7]);
        if (!valid) return HttpRules.InvalidVersion;
        return version[5] == '1' ? null : HttpRules.VersionNotSupported;
    }

    // §3.2: HTTP/1.1 has one Host, and a request without, with two, or with a wrong one is refused. An empty one, which the grammar
    // allows where the target has no authority, is refused too: nothing here could be meant by it.
    private readonly ProtocolRule? CheckHost()
    {
        int at = head.Fields.Next(FieldKind.Host, 0);
        if (at < 0) return head.MinorVersion > 0 ? HttpRules.HostMissing : null;
        if (head.Fields.Next(FieldKind.Host, at + 1) >= 0) return HttpRules.HostRepeated;
        return HttpChars.IsHost(head.Fields.ValueBytes(at)) ? null : HttpRules.HostInvalid;
    }

    // RFC 9110 §8.3: who reads the first and who the last of two Content-Types disagree about what the body is.
    private readonly ProtocolRule? CheckSingletons()
    {
        int at = head.Fields.Next(FieldKind.ContentType, 0);
        return at >= 0 && head.Fields.Next(FieldKind.ContentType, at + 1) >= 0 ? HttpRules.ContentTypeRepeated : null;
    }

    // The methods of RFC 9110 §9.3 and RFC 5789 need no new string.
    private static string MethodName(ReadOnlySpan<byte> method) => method switch
    {
        [(byte)'G', (byte)'E', (byte)'T'] => "GET",
        [(byte)'P', (byte)'U', (byte)'T'] => "PUT",
        [(byte)'H', (byte)'E', (byte)'A', (byte)'D'] => "HEAD",
        [(byte)'P', (byte)'O', (byte)'S', (byte)'T'] => "POST",
        _ when method.SequenceEqual("CONNECT"u8) => "CONNECT",
        _ when method.SequenceEqual("DELETE"u8) => "DELETE",
        _ when method.SequenceEqual("OPTIONS"u8) => "OPTIONS",
        _ when method.SequenceEqual("PATCH"u8) => "PATCH",
        _ when method.SequenceEqual("TRACE"u8) => "TRACE",
        _ => HttpFields.Text(method),
    };

    private static void Mark(WireTrace trace, ReadOnlySpan<byte> line, int start, int first, int second)
    {
        trace.Mark(WireParts.Method, start, line[..first]);
        trace.Mark(WireParts.Space, start + first, line.Slice(first, 1));
        trace.Mark(WireParts.Target, start + first + 1, line[(first + 1)..second]);
        trace.Mark(WireParts.Space, start + second, line.Slice(second, 1));
        trace.Mark(WireParts.Version, start + second + 1, line[(second + 1)..]);
    }
}
