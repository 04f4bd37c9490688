using System.Buffers;
using System.Text;
using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics;

/// <summary>The strict reading: the parsers that serve, over bytes that are all there.</summary>
internal sealed class LensStrict(ReadOnlyMemory<byte> bytes, HttpLimits limits)
{
    private readonly List<LensRequest> _requests = [];
    private readonly List<LensTurn> _turns = [];
    private LensEnd _end;
    private int _at;
    private long _endOffset;

    private delegate bool Refusal(ReadOnlyMemory<byte> bytes);

    public LensRow Read(LensReading reading)
    {
        while (TryRequest())
        {
        }

        return new LensRow(reading, _requests, _end, _endOffset, _turns);
    }

    private bool TryRequest()
    {
        ReadOnlyMemory<byte> rest = bytes[_at..];
        var scanner = default(HeadScanner);
        ParseStatus status = scanner.Scan(new ReadOnlySequence<byte>(rest), limits, out ProtocolRule? broken);
        if (status == ParseStatus.Invalid) return Refuse(broken!, _at + FirstBad(rest, IsRefusedByScanner));
        if (rest.Span.IndexOfAnyExcept(HttpChars.CR, HttpChars.LF) < 0) return Stop(LensEnd.AllRead, bytes.Length);
        if (_requests.Count == Lens.MaxRequests) return Stop(LensEnd.TooMany, _at + scanner.Start);
        if (status == ParseStatus.NeedMore) return Stop(LensEnd.HeadUnfinished, _at + scanner.Start);

        var places = new Places();
        var head = new RequestHead();
        try
        {
            head.Load(new ReadOnlySequence<byte>(rest[..(int)scanner.Length]), (int)scanner.Start);
            if (!new RequestHeadParser(head, places).TryParse(out broken)) return Refuse(broken!, _at + Math.Max(places.End, scanner.Start));
            if (BodyFraming.Decide(head, out broken) is not { } framing) return Refuse(broken!, _at + places.FramingField);
            return TryBody(head, framing, (int)scanner.Start, (int)scanner.Length);
        }
        finally
        {
            head.Release();
        }
    }

    private bool TryBody(RequestHead head, BodyFraming framing, int start, int length)
    {
        ReadOnlyMemory<byte> body = bytes[(_at + length)..];
        long used = Math.Min(framing.Length, body.Length), content = used, end = _at + length + used;
        bool isComplete = used == framing.Length;
        ProtocolRule? broken = null;
        if (framing.Kind == BodyKind.Chunked)
        {
            isComplete = ReadChunks(body, out used, out content, out broken) == ParseStatus.Complete;
            end = _at + length + (broken is null ? used : FirstBad(body, IsRefusedByDecoder));
        }

        _requests.Add(new LensRequest(
            _at + start, _at + length, isComplete || broken is not null ? end : bytes.Length, Cut(head.Method), Cut(head.Target), framing.Kind, content, isComplete));
        if (broken is not null) return Refuse(broken, end);
        if (!isComplete) return Stop(LensEnd.BodyUnfinished, bytes.Length);
        _at = (int)end;
        return Persistence.Decide(head) || Stop(LensEnd.Closed, end);
    }

    private ParseStatus ReadChunks(ReadOnlyMemory<byte> body, out long used, out long content, out ProtocolRule? broken)
    {
        var decoder = new ChunkedDecoder(limits);
        var input = new SequenceReader<byte>(new ReadOnlySequence<byte>(body));
        content = 0;
        while (true)
        {
            ParseStatus status = decoder.Read(ref input, out ReadOnlySequence<byte> data, out broken);
            content += data.Length;
            used = input.Consumed;
            if (status != ParseStatus.NeedMore || data.IsEmpty) return status;
        }
    }

    private bool IsRefusedByScanner(ReadOnlyMemory<byte> part)
    {
        var scanner = default(HeadScanner);
        return scanner.Scan(new ReadOnlySequence<byte>(part), limits, out _) == ParseStatus.Invalid;
    }

    private bool IsRefusedByDecoder(ReadOnlyMemory<byte> part) => ReadChunks(part, out _, out _, out _) == ParseStatus.Invalid;

    // What is refused stays refused whatever follows, and parsers answer the same at every split: so halving finds the byte.
    private static int FirstBad(ReadOnlyMemory<byte> rest, Refusal isRefused)
    {
        int accepted = 0, refused = rest.Length;
        while (refused - accepted > 1)
        {
            int middle = (accepted + refused) / 2;
            if (isRefused(rest[..middle])) refused = middle;
            else accepted = middle;
        }

        return accepted;
    }

    private static string Cut(string text) => text.Length > Lens.MaxText ? text[..Lens.MaxText] : text;

    private bool Refuse(ProtocolRule rule, long offset)
    {
        _turns.Add(new LensTurn(offset, LensLeniency.None, rule));
        return Stop(LensEnd.Refused, offset);
    }

    private bool Stop(LensEnd end, long offset)
    {
        (_end, _endOffset) = (end, offset);
        return false;
    }

    /// <summary>Where the parser was when it refused.</summary>
    private sealed class Places : WireTrace
    {
        /// <summary>Behind the last span that was understood.</summary>
        public long End { get; private set; }

        /// <summary>The last line that has to do with the framing.</summary>
        public long FramingField { get; private set; }

        public override void Mark(WirePart part, long offset, ReadOnlySpan<byte> bytes)
        {
            End = offset + bytes.Length;
            if (part == WireParts.FieldName && (Ascii.EqualsIgnoreCase(bytes, "Content-Length"u8) || Ascii.EqualsIgnoreCase(bytes, "Transfer-Encoding"u8))) FramingField = offset;
        }
    }
}
