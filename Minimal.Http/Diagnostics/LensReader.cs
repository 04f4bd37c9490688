using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics;

/// <summary>A lenient reading: a small parser that knows what cuts bytes into requests, and in what to be lenient there.</summary>
internal sealed class LensReader(ReadOnlyMemory<byte> bytes, LensReading reading)
{
    private readonly LensCursor _cursor = new(bytes, reading.Leniencies);
    private readonly List<LensRequest> _requests = [];
    private LensEnd _end;
    private long _endOffset;

    public LensRow Read()
    {
        while (TryRequest())
        {
        }

        if (_cursor.IsRefused) (_end, _endOffset) = (LensEnd.Refused, _cursor.Turns[^1].Offset);
        return new LensRow(reading, _requests, _end, _endOffset, _cursor.Turns);
    }

    // HTTP-message = start-line CRLF *( field-line CRLF ) CRLF [ message-body ]
    private bool TryRequest()
    {
        SkipEmptyLines();
        int start = _cursor.At;
        if (_cursor.Rest is [] or [HttpChars.CR]) return Stop(LensEnd.AllRead, bytes.Length);
        if (_requests.Count == Lens.MaxRequests) return Stop(LensEnd.TooMany, start);

        _cursor.BeginHead();
        var head = new LensHead(_cursor);
        if (!head.TryRead()) return Stop(LensEnd.HeadUnfinished, start);
        if (new LensFraming(_cursor, head).Decide() is not { } framing) return Stop(LensEnd.Refused, start);

        int bodyStart = _cursor.At;
        bool isComplete = TryBody(framing, out long content);
        long end = _cursor.IsRefused ? _cursor.Turns[^1].Offset : isComplete ? _cursor.At : bytes.Length;
        _requests.Add(new LensRequest(start, bodyStart, end, head.Method, head.Target, framing.Kind, content, isComplete));
        if (!isComplete) return Stop(LensEnd.BodyUnfinished, bytes.Length);
        return !head.Closes || Stop(LensEnd.Closed, _cursor.At);
    }

    private void SkipEmptyLines()
    {
        while (_cursor.Rest is [HttpChars.CR, HttpChars.LF, ..] || IsEmptyLine(_cursor.Rest))
        {
            _cursor.TryLine(out _, out _);
        }
    }

    private bool IsEmptyLine(ReadOnlySpan<byte> rest) =>
        (rest is [HttpChars.LF, ..] && _cursor.Has(LensLeniency.BareLineFeed)) || (rest is [HttpChars.CR, _, ..] && _cursor.Has(LensLeniency.BareCarriageReturn));

    private bool TryBody(BodyFraming framing, out long content)
    {
        if (framing.Kind == BodyKind.Chunked)
        {
            var chunks = new LensChunks(_cursor);
            bool isComplete = chunks.TryRead();
            content = chunks.Content;
            return isComplete;
        }

        content = Math.Min(framing.Length, _cursor.Rest.Length);
        _cursor.At += (int)content;
        return content == framing.Length;
    }

    private bool Stop(LensEnd end, long offset)
    {
        (_end, _endOffset) = (end, offset);
        return false;
    }
}
