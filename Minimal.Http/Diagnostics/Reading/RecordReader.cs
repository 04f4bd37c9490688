using System.Text;
using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics.Reading;

/// <summary>Names the lines of a stream of records by how they begin; a line that is long comes in pieces.</summary>
/// <param name="most">The most bytes that wait.</param>
internal sealed class RecordReader(int most) : WireContentReader
{
    private readonly ByteQueue _line = new();

    // What the line is, once a piece of it was named.
    private WirePart? _begun;

    public override void Read(ReadOnlySpan<byte> bytes, WireContentSpans spans)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> next = bytes[..Math.Min(bytes.Length, most - _line.Count)];
            int end = next.IndexOf(HttpChars.LF);
            if (end >= 0) next = next[..end];
            bytes = bytes[next.Length..];
            _line.Append(next);
            if (end >= 0 || _line.Count == most) NameLine(spans);
            if (end < 0) continue;

            spans.Name(TopicParts.LineEnd, 1);
            _begun = null;
            bytes = bytes[1..];
        }
    }

    public override void End(WireContentSpans spans) => NameLine(spans);

    private void NameLine(WireContentSpans spans)
    {
        if (_line.Count == 0) return;
        WirePart part = _begun ??= PartOf(_line.Span);
        spans.Name(part, _line.Count, TextOf(_line.Span));
        _line.Skip(_line.Count);
    }

    private static WirePart PartOf(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("{\"id\":"u8)) return TopicParts.Message;
        if (line.StartsWith("{\"type\":\"open\""u8)) return TopicParts.Open;
        if (line.StartsWith("{\"type\":\"gap\""u8)) return TopicParts.Gap;
        if (line.StartsWith("{\"type\":\"end\""u8)) return TopicParts.End;
        if (line.StartsWith("{\"type\":\"error\""u8)) return TopicParts.Error;
        return line.ContainsAnyExcept(HttpChars.Space, HttpChars.Tab) ? TopicParts.Record : TopicParts.Prelude;
    }

    // What is ASCII says itself what it is.
    private static string? TextOf(ReadOnlySpan<byte> line) => Ascii.IsValid(line) ? null : Encoding.UTF8.GetString(line);
}
