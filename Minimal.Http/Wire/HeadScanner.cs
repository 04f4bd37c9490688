using System.Buffers;

namespace Minimal.Http.Wire;

/// <summary>
/// Finds where the head of a message ends, without interpreting it (RFC 9112 §2.1, §2.2). Each byte is looked at once,
/// even when they arrive one at a time; bare CR and bare LF are refused where they stand.
/// </summary>
/// <remarks>Reset it by assigning <c>default</c>. A scanner that said <see cref="ParseStatus.Invalid"/> is not used further.</remarks>
public struct HeadScanner
{
    private long _looked;
    private long _lineStart;
    private int _emptyLines;
    private int _lines;
    private bool _carriageReturn;

    /// <summary>Where the start line begins: behind the empty lines that were skipped.</summary>
    public long Start { readonly get; private set; }

    /// <summary>The bytes of empty lines and head together, once the scan is complete.</summary>
    public long Length { readonly get; private set; }

    /// <summary>Looks at what is new in a buffer that still begins where it began at the first call.</summary>
    /// <param name="buffer">All bytes received since the message began; those of earlier calls are not looked at again.</param>
    /// <param name="limits">How long a start line and a field section may be.</param>
    /// <param name="broken">The rule, when the answer is <see cref="ParseStatus.Invalid"/>.</param>
    public ParseStatus Scan(in ReadOnlySequence<byte> buffer, HttpLimits limits, out ProtocolRule? broken)
    {
        if (buffer.IsSingleSegment) return Scan(buffer.FirstSpan[(int)_looked..], limits, out broken);

        foreach (ReadOnlyMemory<byte> segment in buffer.Slice(_looked))
        {
            ParseStatus status = Scan(segment.Span, limits, out broken);
            if (status != ParseStatus.NeedMore) return status;
        }

        broken = null;
        return ParseStatus.NeedMore;
    }

    private ParseStatus Scan(ReadOnlySpan<byte> fresh, HttpLimits limits, out ProtocolRule? broken)
    {
        broken = null;
        while (!fresh.IsEmpty)
        {
            if (_carriageReturn)
            {
                if (fresh[0] != HttpChars.LF) return Refuse(HttpRules.BareCarriageReturn, out broken);
                _carriageReturn = false;
                _looked++;
                fresh = fresh[1..];
                if (EndLine(limits, out broken)) return ParseStatus.Complete;
                if (broken is not null) return ParseStatus.Invalid;
                continue;
            }

            if (_lines == 0 && _looked == _lineStart && !CanBegin(fresh[0])) return Refuse(HttpRules.InvalidRequestLine, out broken);

            // The CR of the longest line that is allowed stands at the last place that is looked at.
            long allowed = Allowed(limits) - _looked;
            int end = fresh.Length > allowed ? fresh[..(int)allowed].IndexOfAny(HttpChars.CR, HttpChars.LF) : fresh.IndexOfAny(HttpChars.CR, HttpChars.LF);
            if (end < 0)
            {
                if (fresh.Length >= allowed) return Refuse(TooLong, out broken);
                _looked += fresh.Length;
                return ParseStatus.NeedMore;
            }

            if (fresh[end] == HttpChars.LF) return Refuse(HttpRules.BareLineFeed, out broken);
            _carriageReturn = true;
            _looked += end + 1;
            fresh = fresh[(end + 1)..];
        }

        return ParseStatus.NeedMore;
    }

    private readonly ProtocolRule TooLong => _lines == 0 ? HttpRules.RequestLineTooLong : HttpRules.FieldsTooLarge;

    // What no start line begins with is no HTTP: a TLS hello, say, which would otherwise wait for a line end that never comes.
    private static bool CanBegin(byte first) => first == HttpChars.CR || first == HttpChars.LF || HttpChars.IsToken([first]);

    /// <summary>Where the next CR may stand at the latest, plus one.</summary>
    private readonly long Allowed(HttpLimits limits) =>
        _lines == 0 ? _lineStart + limits.MaxRequestLineBytes + 1 : _fieldsStart + limits.MaxFieldBytes + 1;

    private long _fieldsStart;

    /// <summary>True at the end of the head.</summary>
    private bool EndLine(HttpLimits limits, out ProtocolRule? broken)
    {
        broken = null;
        bool empty = _looked - _lineStart == 2;
        _lineStart = _looked;

        if (_lines == 0)
        {
            if (!empty)
            {
                _lines = 1;
                _fieldsStart = _looked;
                return false;
            }

            // A server ought to skip at least one empty line in front of a request (§2.2); we skip a few.
            Start = _looked;
            if (++_emptyLines > limits.MaxEmptyLines) broken = HttpRules.TooManyEmptyLines;
            return false;
        }

        if (empty)
        {
            Length = _looked;
            return true;
        }

        if (_lines++ > limits.MaxFields) broken = HttpRules.TooManyFields;
        else if (_looked - _fieldsStart > limits.MaxFieldBytes) broken = HttpRules.FieldsTooLarge;
        return false;
    }

    private static ParseStatus Refuse(ProtocolRule rule, out ProtocolRule? broken)
    {
        broken = rule;
        return ParseStatus.Invalid;
    }
}
