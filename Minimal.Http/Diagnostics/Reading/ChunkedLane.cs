using System.Buffers;
using System.Globalization;
using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics.Reading;

/// <summary>
/// Reads a body in chunks: the framing is named as it comes, the data goes to whoever reads the content. A line gets to the decoder byte by
/// byte, so that the byte which breaks a rule is known.
/// </summary>
internal sealed class ChunkedLane : WireTrace
{
    private readonly SpanWriter _spans;
    private readonly BodySpans _body;
    private ChunkedDecoder _decoder;
    private long _dataLeft;
    private int _looked, _marked;

    public ChunkedLane(SpanWriter spans, BodySpans body, HttpLimits limits)
    {
        _spans = spans;
        _body = body;
        _decoder = new ChunkedDecoder(limits, this);
    }

    /// <summary>Takes a step; what was named is taken away.</summary>
    public ParseStatus Step(ByteQueue held, out ProtocolRule? broken)
    {
        broken = null;
        if (!GoesOn(held)) return ParseStatus.NeedMore;

        _looked = _dataLeft > 0 ? (int)Math.Min(_dataLeft, held.Count) : _looked + 1;
        _marked = 0;
        var input = new SequenceReader<byte>(new ReadOnlySequence<byte>(held.Memory[.._looked]));
        ParseStatus status = _decoder.Read(ref input, out _, out broken);
        held.Skip(_marked);
        _looked -= _marked;
        return status;
    }

    /// <summary>Whether there is a byte that no step has looked at.</summary>
    public bool GoesOn(ByteQueue held) => held.Count > _looked;

    /// <summary>Where the byte stands that broke the rule.</summary>
    public int FaultIn(ByteQueue held) => Math.Min(_looked, held.Count) - 1;

    /// <summary>The connection ended here.</summary>
    public void End(ByteQueue held)
    {
        if (held.Count > 0) _body.Framing(WireParts.Unfinished, held.Span, null);
        held.Skip(held.Count);
    }

    public override void Mark(WirePart part, long offset, ReadOnlySpan<byte> bytes)
    {
        _marked += bytes.Length;
        if (part == WireParts.ChunkData)
        {
            TakeData(bytes);
            return;
        }

        bool isSize = part == WireParts.ChunkSize || part == WireParts.LastChunk;
        if (isSize) _dataLeft = Size(bytes);
        if (part == WireParts.LastChunk) _body.EndContent();
        _body.Framing(part, bytes, isSize ? _dataLeft.ToString(CultureInfo.InvariantCulture) : null);
        if (part == WireParts.LastChunk) _spans.BeginHead();
    }

    private void TakeData(ReadOnlySpan<byte> bytes)
    {
        _dataLeft -= bytes.Length;
        _body.Content(bytes);
        if (_dataLeft == 0) _spans.Flush();
    }

    // The decoder let no size pass that is too large.
    private static long Size(ReadOnlySpan<byte> digits)
    {
        long size = 0;
        foreach (byte digit in digits) size = (size << 4) | (uint)HttpChars.HexValue(digit);
        return size;
    }
}
