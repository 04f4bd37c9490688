using System.Buffers;

namespace Minimal.Http.Wire;

/// <summary>
/// Finds where the head of a message ends, without interpreting it (RFC 9112 §2.1, §2.2). A byte that one call has looked at, no later
/// call looks at again. Bare CR, bare LF, and what cannot be HTTP at all are refused where they stand.
/// </summary>
/// <remarks>
/// <c>default</c> is a scanner for a request, and assigning it begins afresh. A scanner that said <see cref="ParseStatus.Invalid"/> or
/// <see cref="ParseStatus.Complete"/> is not used further.
/// </remarks>
public struct HeadScanner
{
    private At _at;
    private long _looked;
    private long _lineStart;
    private long _fieldsStart;
    private int _emptyLines;
    private int _fields;
    private bool _carriageReturn;

    private enum At
    {
        Method,        // or an empty line in front of it
        RequestLine,   // behind the method
        StatusLine,
        Fields,
        End,
    }

    /// <summary>Where the start line begins: behind the empty lines that were skipped.</summary>
    public long Start { readonly get; private set; }

    /// <summary>The bytes of empty lines and head together, once the scan is complete; 0 before.</summary>
    public long Length { readonly get; private set; }

    /// <summary>A scanner for the head of a response. No empty line may stand in front of one.</summary>
    public static HeadScanner ForResponse() => new() { _at = At.StatusLine };

    /// <summary>Looks at what is new in a buffer that still begins where it began at the first call.</summary>
    /// <param name="buffer">All bytes received since the message began; those of earlier calls are not looked at again.</param>
    /// <param name="limits">How long a start line and a field section may be.</param>
    /// <param name="broken">The rule, when the answer is <see cref="ParseStatus.Invalid"/>.</param>
    public ParseStatus Scan(in ReadOnlySequence<byte> buffer, HttpLimits limits, out ProtocolRule? broken)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (buffer.IsSingleSegment) return Scan(buffer.FirstSpan[(int)_looked..], limits, out broken);

        foreach (ReadOnlyMemory<byte> segment in buffer.Slice(_looked))
        {
            ParseStatus status = Scan(segment.Span, limits, out broken);
            if (status != ParseStatus.NeedMore) return status;
        }

        broken = null;
        return ParseStatus.NeedMore;
    }

    // HTTP-message = start-line CRLF *( field-line CRLF ) CRLF [ message-body ]
    private ParseStatus Scan(ReadOnlySpan<byte> fresh, HttpLimits limits, out ProtocolRule? broken)
    {
        broken = null;
        while (!fresh.IsEmpty && broken is null && _at != At.End)
        {
            broken = _carriageReturn ? EndLine(ref fresh, limits) : FindLineEnd(ref fresh, limits);
        }

        if (broken is not null) return ParseStatus.Invalid;
        return _at == At.End ? ParseStatus.Complete : ParseStatus.NeedMore;
    }

    private void Pass(ref ReadOnlySpan<byte> fresh, int count)
    {
        _looked += count;
        fresh = fresh[count..];
    }

    private ProtocolRule? FindLineEnd(ref ReadOnlySpan<byte> fresh, HttpLimits limits)
    {
        if (BeginningFault(fresh, limits) is { } fault) return fault;

        // The CR of the longest line that is allowed stands at the last place that is looked at.
        long left = LastPlace(limits) + 1 - _looked;
        int length = (int)Math.Min(fresh.Length, left);
        int end = fresh[..length].IndexOfAny(HttpChars.CR, HttpChars.LF);
        if (end < 0)
        {
            Pass(ref fresh, length);
            return length == left ? TooLong : null;
        }

        if (fresh[end] == HttpChars.LF) return HttpRules.BareLineFeed;
        _carriageReturn = true;
        Pass(ref fresh, end + 1);
        return null;
    }

    /// <summary>Where the next CR may stand at the latest.</summary>
    private readonly long LastPlace(HttpLimits limits) =>
        _at == At.Fields ? _fieldsStart + limits.MaxFieldBytes : _lineStart + limits.MaxRequestLineBytes;

    private readonly ProtocolRule TooLong => _at switch
    {
        At.Fields => HttpRules.FieldsTooLarge,
        At.StatusLine => HttpRules.StatusLineTooLong,
        _ => HttpRules.RequestLineTooLong,
    };

    // What is no HTTP (a TLS hello, say) is told so at once: it may never come to the end of a line.
    private ProtocolRule? BeginningFault(ReadOnlySpan<byte> fresh, HttpLimits limits) => _at switch
    {
        At.Method => MethodFault(fresh, limits.MaxMethodBytes),
        At.StatusLine when _looked == 0 && fresh[0] != 'H' => HttpRules.InvalidStatusLine,
        _ => null,
    };

    // request-line = method SP request-target SP HTTP-version
    // method = token
    private ProtocolRule? MethodFault(ReadOnlySpan<byte> fresh, int max)
    {
        int before = (int)(_looked - _lineStart);
        int length = HttpChars.TokenLength(fresh[..(int)Math.Min(fresh.Length, max + 1L - before)]);
        if (before + length > max) return HttpRules.MethodTooLong;
        if (length == fresh.Length || fresh[length] is HttpChars.CR or HttpChars.LF) return null;
        if (fresh[length] != HttpChars.Space) return HttpRules.InvalidMethod;
        if (before + length == 0) return HttpRules.InvalidRequestLine;
        _at = At.RequestLine;
        return null;
    }

    private ProtocolRule? EndLine(ref ReadOnlySpan<byte> fresh, HttpLimits limits)
    {
        if (fresh[0] != HttpChars.LF) return HttpRules.BareCarriageReturn;
        _carriageReturn = false;
        Pass(ref fresh, 1);
        bool isEmpty = _looked - _lineStart == 2;
        _lineStart = _looked;
        return (_at, isEmpty) switch
        {
            (At.Method, true) => SkipEmptyLine(limits),
            (At.Fields, true) => EndHead(),
            (At.Fields, false) => CountField(limits),
            _ => BeginFields(),
        };
    }

    // A server ought to skip at least one empty line in front of a request (§2.2); we skip a few.
    private ProtocolRule? SkipEmptyLine(HttpLimits limits)
    {
        Start = _looked;
        return ++_emptyLines > limits.MaxEmptyLines ? HttpRules.TooManyEmptyLines : null;
    }

    private ProtocolRule? BeginFields()
    {
        _at = At.Fields;
        _fieldsStart = _looked;
        return null;
    }

    private ProtocolRule? CountField(HttpLimits limits)
    {
        if (++_fields > limits.MaxFields) return HttpRules.TooManyFields;
        return _looked - _fieldsStart > limits.MaxFieldBytes ? HttpRules.FieldsTooLarge : null;
    }

    private ProtocolRule? EndHead()
    {
        _at = At.End;
        Length = _looked;
        return null;
    }
}
