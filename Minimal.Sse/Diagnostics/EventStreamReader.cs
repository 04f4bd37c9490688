using System.Buffers;
using System.Text;
using Minimal.Http.Diagnostics;
using Minimal.Http.Wire;

namespace Minimal.Sse.Diagnostics;

/// <summary>Names the lines of an event stream as the parser reads them.</summary>
internal sealed class EventStreamReader : WireContentReader
{
    private readonly Marks _marks = new();
    private readonly int _longestText;
    private SseParser _parser;

    // A CR that ends a line, and may be the first half of a CR LF.
    private WirePart? _carriageReturn;

    public EventStreamReader(SseLimits limits, int longestText)
    {
        _longestText = longestText;
        _parser = new SseParser(limits, trace: _marks);
    }

    public override void Read(ReadOnlySpan<byte> bytes, WireContentSpans spans)
    {
        var input = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes.ToArray()));
        while (_parser.Read(ref input, out _) == ParseStatus.Complete)
        {
        }

        NameMarks(spans);
        if (_parser.Broken is { } broken) spans.Break(broken);
    }

    public override void End(WireContentSpans spans)
    {
        _parser.End();
        NameMarks(spans);
        NameCarriageReturn(spans);
    }

    private void NameMarks(WireContentSpans spans)
    {
        // The line whose data is too much has been read, and so named; it is what breaks the rule.
        int last = _parser.Broken == SseRules.EventTooLong ? _marks.List.FindLastIndex(mark => mark.Part == SseParts.FieldValue) : -1;
        for (int i = 0; i < _marks.List.Count; i++)
        {
            Name(_marks.List[i], spans, i == last ? _parser.Broken : null);
            if (i == last) break;
        }

        _marks.List.Clear();
    }

    private void Name((WirePart Part, byte[] Bytes) mark, WireContentSpans spans, ProtocolRule? broken)
    {
        bool isRest = _carriageReturn == mark.Part && mark.Bytes is [(byte)'\n'];
        if (isRest)
        {
            _carriageReturn = null;
            spans.Name(mark.Part, 2);
            return;
        }

        NameCarriageReturn(spans);
        if (mark.Bytes is [(byte)'\r'] && (mark.Part == SseParts.LineEnd || mark.Part == SseParts.Dispatch)) _carriageReturn = mark.Part;
        else spans.Name(mark.Part, mark.Bytes.Length, TextOf(mark.Bytes), broken: broken);
    }

    private void NameCarriageReturn(WireContentSpans spans)
    {
        if (_carriageReturn is not { } part) return;
        _carriageReturn = null;
        spans.Name(part, 1);
    }

    // What is ASCII says itself what it is.
    private string? TextOf(byte[] bytes) => bytes.Length > _longestText || Ascii.IsValid(bytes) ? null : Encoding.UTF8.GetString(bytes);

    /// <summary>What the parser named since the last look.</summary>
    private sealed class Marks : WireTrace
    {
        public List<(WirePart Part, byte[] Bytes)> List { get; } = [];

        public override void Mark(WirePart part, long offset, ReadOnlySpan<byte> bytes) => List.Add((part, bytes.ToArray()));
    }
}
