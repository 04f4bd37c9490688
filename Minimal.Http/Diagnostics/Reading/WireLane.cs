using System.Buffers;
using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics.Reading;

/// <summary>
/// Reads one direction of a connection: heads, bodies, and what comes behind an upgrade. What is not understood yet is held; when nothing
/// of it can be understood any more, all that follows is not read.
/// </summary>
internal abstract class WireLane
{
    private const int StepBytes = 16 * 1024;

    private readonly ByteQueue _held = new();
    private HeadScanner _scanner;
    private int _scanned;
    private ChunkedLane? _chunks;
    private BodySpans? _body;
    private WireExchange? _upgrade;
    private long _left;
    private At _at;
    private bool _hasEnded;

    protected WireLane(WireDirection direction, Action<WireSpan> onSpan, WireReaderOptions options)
    {
        Direction = direction;
        Options = options;
        Spans = new SpanWriter(direction, onSpan, options);
        _scanner = NewScanner();
        Spans.BeginHead();
    }

    private enum At
    {
        Head,
        Body,      // of a length, or until the end
        Chunks,
        Answer,    // what comes next depends on the other direction
        Upgraded,
        Broken,
    }

    protected WireDirection Direction { get; }

    protected WireReaderOptions Options { get; }

    protected SpanWriter Spans { get; }

    // What a reader of contents asks for must fit: a piece, and a frame's header or the like.
    private int HeldBytes => Math.Max(Options.MaxHeldBytes, Options.MaxSpanBytes + 256);

    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !_hasEnded)
        {
            ReadOnlySpan<byte> next = bytes[..Math.Min(bytes.Length, Room)];
            _held.Append(next);
            bytes = bytes[next.Length..];
            Run();
        }
    }

    public void End()
    {
        if (_hasEnded) return;
        if (_at == At.Answer) OnAnswer(upgraded: null);
        _hasEnded = true;
        if (_at == At.Head) NameUnfinishedHead();
        if (_at == At.Chunks) _chunks!.End(_held);
        _body?.EndContent();
        Spans.Flush();
    }

    /// <summary>The other direction has said whether the protocol changes: nothing waits for it any more.</summary>
    /// <param name="upgraded">The exchange that changed it; null when it stays.</param>
    public void OnAnswer(WireExchange? upgraded)
    {
        if (upgraded is not null && _at is At.Body or At.Chunks) _upgrade = upgraded;
        else if (upgraded is not null) BeginUpgraded(upgraded);
        else if (_at == At.Answer) BeginHead();
        Run();
    }

    /// <summary>A scanner for the next head.</summary>
    protected abstract HeadScanner NewScanner();

    /// <summary>Parses the lines of a head as far as it can.</summary>
    protected abstract ProtocolRule? Parse(ReadOnlyMemory<byte> head, int start, MarkList marks, out HeadMeaning meaning);

    /// <summary>What comes behind a message: a head, or something that the other direction decides.</summary>
    protected abstract void OnMessageEnd();

    /// <summary>The head broke a rule, or a body did.</summary>
    protected virtual void OnBroken()
    {
    }

    /// <summary>A head was named.</summary>
    protected abstract void OnHead(in HeadMeaning meaning);

    /// <summary>The number of the exchange whose head begins.</summary>
    protected abstract int NumberOfNext { get; }

    protected void BeginHead()
    {
        _at = At.Head;
        _body = null;
        _scanner = NewScanner();
        _scanned = 0;
        Spans.Flush();
        Spans.BeginHead();
    }

    /// <summary>Waits for the other direction's answer.</summary>
    protected void AwaitAnswer() => _at = At.Answer;

    protected void BeginBody(BodyFraming framing, WireExchange exchange)
    {
        if (framing.Kind == BodyKind.None)
        {
            OnMessageEnd();
            return;
        }

        WireContentReader? reader = null;
        foreach (WireContent content in Options.Contents) reader ??= content.ReadBody(exchange, Direction, Options);
        bool isChunked = framing.Kind == BodyKind.Chunked;
        Spans.EndHead();
        _body = new BodySpans(Spans, isChunked ? WireParts.ChunkData : WireParts.Body, reader, HeldBytes);
        _chunks = isChunked ? new ChunkedLane(Spans, _body, Options.Limits) : null;
        _left = framing.Kind == BodyKind.Length ? framing.Length : long.MaxValue;
        _at = isChunked ? At.Chunks : At.Body;
    }

    protected void BeginUpgraded(WireExchange exchange)
    {
        if (_at is At.Broken or At.Upgraded) return;
        WireContentReader? reader = null;
        if (exchange.Status == 101)
        {
            foreach (WireContent content in Options.Contents) reader ??= content.ReadUpgraded(exchange, Direction, Options);
        }

        Spans.EndHead();
        Spans.Exchange = exchange.Number;
        _body?.EndContent();
        _body = new BodySpans(Spans, WireParts.Tunnel, reader, HeldBytes);
        _at = At.Upgraded;
    }

    private int Room => _at == At.Answer ? Math.Max(1, HeldBytes - _held.Count) : StepBytes;

    private void Run()
    {
        while (_held.Count > 0 && Step())
        {
        }
    }

    /// <returns>False when there is nothing to do before more comes.</returns>
    private bool Step() => _at switch
    {
        At.Head => StepHead(),
        At.Body => StepBody(),
        At.Chunks => StepChunks(),
        At.Answer => StepAnswer(),
        At.Upgraded => StepUpgraded(),
        _ => StepBroken(),
    };

    private bool StepHead()
    {
        Spans.Exchange = NumberOfNext;
        HeadScanner before = _scanner;
        switch (_scanner.Scan(new ReadOnlySequence<byte>(_held.Memory), Options.Limits, out ProtocolRule? broken))
        {
            case ParseStatus.NeedMore:
                _scanned = _held.Count;
                return false;
            case ParseStatus.Invalid:
                BreakHead(before, broken!);
                return true;
            default:
                NameHead();
                return true;
        }
    }

    private void NameHead()
    {
        int length = (int)_scanner.Length;
        var marks = new MarkList();
        ProtocolRule? broken = Parse(_held.Memory[..length], (int)_scanner.Start, marks, out HeadMeaning meaning);
        int fault = broken is not null && marks.End == length ? HeadFault.IndexIn(marks.Marks, _held.Span, broken) : -1;
        for (int i = 0; i < marks.Marks.Count; i++) Name(marks.Marks[i], i == fault ? broken : null);

        // A line that could not be read has no names.
        int line = _held.Span[marks.End..length].IndexOf((byte)'\n') + 1;
        if (broken is not null && fault < 0) Spans.Add(WireParts.Unread, _held.Span.Slice(marks.End, line), broken: broken);
        _held.Skip(broken is null ? length : marks.End + line);
        if (broken is null) OnHead(meaning);
        else Break();
    }

    private void Name((WirePart Part, int Start, int Length) mark, ProtocolRule? broken = null) =>
        Spans.Add(mark.Part, _held.Span.Slice(mark.Start, mark.Length), broken: broken);

    // The scanner says no at the first byte that cannot be right; which one that is, it says when it gets one at a time.
    private void BreakHead(HeadScanner before, ProtocolRule broken)
    {
        int length = _scanned + 1;
        while (before.Scan(new ReadOnlySequence<byte>(_held.Memory[..length]), Options.Limits, out _) != ParseStatus.Invalid) length++;

        int named = NameLines(length - 1, (int)before.Start);
        _held.Skip(named);
        BreakAt(length - 1 - named, broken);
    }

    /// <summary>Names the whole lines among the first bytes of a head that has no end.</summary>
    /// <returns>How many bytes have a name.</returns>
    private int NameLines(int length, int start)
    {
        int lines = _held.Span[..length].LastIndexOf((byte)'\n') + 1;
        var marks = new MarkList();
        byte[] head = [.. _held.Span[..lines], .. "\r\n"u8];
        if (lines > 0) Parse(head, Math.Min(start, lines), marks, out _);
        marks.Marks.RemoveAll(mark => mark.Start + mark.Length > lines);
        foreach ((WirePart, int, int) mark in marks.Marks) Name(mark);
        return marks.End;
    }

    private void NameUnfinishedHead()
    {
        if (_held.Count == 0) return;
        Spans.Exchange = NumberOfNext;
        int named = NameLines(_held.Count, (int)_scanner.Start);
        Spans.Add(WireParts.Unfinished, _held.Span[named..]);
    }

    private bool StepBody()
    {
        int length = (int)Math.Min(_left, _held.Count);
        _body!.Content(_held.Span[..length]);
        _held.Skip(length);
        _left -= length;
        if (_left > 0) return true;
        EndBody();
        return true;
    }

    private bool StepChunks()
    {
        ParseStatus status = _chunks!.Step(_held, out ProtocolRule? broken);
        if (status == ParseStatus.Complete) EndBody();
        if (status != ParseStatus.Invalid) return status == ParseStatus.Complete || _chunks.GoesOn(_held);
        int place = _chunks.FaultIn(_held);
        _body!.EndContent();
        _body = null;
        BreakAt(place, broken!);
        return true;
    }

    private void EndBody()
    {
        _body!.EndContent();
        _body = null;
        if (_upgrade is { } upgrade) BeginUpgraded(upgrade);
        else OnMessageEnd();
    }

    private bool StepAnswer()
    {
        if (_held.Count < HeldBytes) return false;
        BeginHead();
        return true;
    }

    private bool StepUpgraded()
    {
        _body!.Content(_held.Span);
        _held.Skip(_held.Count);
        return false;
    }

    private bool StepBroken()
    {
        Spans.Append(WireParts.Unread, _held.Span);
        _held.Skip(_held.Count);
        return false;
    }

    /// <summary>The byte at this place breaks the rule; when it is the end of a line, the line does.</summary>
    private void BreakAt(int place, ProtocolRule broken)
    {
        Spans.BeginUnread();
        ReadOnlySpan<byte> bytes = _held.Span[..(place + 1)];
        bool isLine = bytes.EndsWith("\r\n"u8);
        int begin = isLine ? bytes[..^2].LastIndexOf((byte)'\n') + 1 : place;
        Spans.Add(WireParts.Unread, bytes[..begin]);
        Spans.Add(WireParts.Unread, bytes[begin..], broken: broken);
        _held.Skip(place + 1);
        Break();
    }

    private void Break()
    {
        _at = At.Broken;
        OnBroken();
    }
}
