using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics.Reading;

/// <summary>
/// Names the bytes of one body, or of one direction of an upgraded connection. A reader of the content names what is inside; until it has,
/// the bytes wait, and the framing that passes in the meantime waits with them, so that all go out in their order.
/// </summary>
/// <param name="spans">Where they go.</param>
/// <param name="plain">What the bytes are where nobody reads them.</param>
/// <param name="reader">Reads the content; null when nobody does.</param>
/// <param name="held">How many bytes may wait.</param>
internal sealed class BodySpans(SpanWriter spans, WirePart plain, WireContentReader? reader, int held) : WireContentSpans
{
    private readonly ByteQueue _waiting = new();
    private readonly Queue<Frame> _frames = new();
    private WireContentReader? _reader = reader;
    private WirePart _rest = plain;
    private ProtocolRule? _broken;
    private long _named;
    private int _frameBytes;

    /// <summary>A span of the framing, and in front of which byte of the content it stands.</summary>
    private readonly record struct Frame(long At, WirePart Part, byte[] Bytes, string? Text);

    private int Held => _waiting.Count + _frameBytes;

    /// <summary>The next bytes of the content.</summary>
    public void Content(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && _reader is not null)
        {
            // Never more than fits: then it does not depend on the pieces when it is too much.
            ReadOnlySpan<byte> next = bytes[..Math.Min(bytes.Length, held - Held)];
            bytes = bytes[next.Length..];
            _waiting.Append(next);
            _reader.Read(next, this);
            if (_reader is null || Held >= held) StopReading();
        }

        if (!bytes.IsEmpty) Rest(bytes);
    }

    /// <summary>A span of the framing, between two bytes of the content.</summary>
    public void Framing(WirePart part, ReadOnlySpan<byte> bytes, string? text)
    {
        if (_waiting.Count == 0)
        {
            spans.Add(part, bytes, text);
            return;
        }

        _frames.Enqueue(new Frame(_named + _waiting.Count, part, bytes.ToArray(), text));
        _frameBytes += bytes.Length;
        if (Held >= held) StopReading();
    }

    /// <summary>The content is over; framing may follow.</summary>
    public void EndContent()
    {
        _reader?.End(this);
        StopReading();
        spans.Flush();
    }

    /// <inheritdoc />
    public override void Name(
        WirePart part, int length, string? text = null, IReadOnlyList<WireBits>? bits = null, ProtocolRule? broken = null)
    {
        if (_reader is null) return;
        length = Math.Min(length, _waiting.Count);
        ProtocolRule? here = broken;
        while (length > 0)
        {
            int take = Math.Min(length, UntilFraming);
            spans.Add(part, _waiting.Span[..take], text, bits, here);
            (text, bits, here) = (null, null, null);
            length -= take;
            Pass(take);
        }

        if (broken is null) return;
        if (here is not null) _broken = here;
        _rest = WireParts.Unread;
        _reader = null;
    }

    /// <inheritdoc />
    public override void Break(ProtocolRule broken) => Name(WireParts.Unread, 0, broken: broken);

    private int UntilFraming => _frames.TryPeek(out Frame frame) ? (int)Math.Min(frame.At - _named, _waiting.Count) : _waiting.Count;

    private void Pass(int count)
    {
        _waiting.Skip(count);
        _named += count;
        while (_frames.TryPeek(out Frame frame) && frame.At == _named)
        {
            spans.Add(frame.Part, frame.Bytes, frame.Text);
            _frameBytes -= frame.Bytes.Length;
            _frames.Dequeue();
        }
    }

    /// <summary>What waits goes out as it is, and what comes does not wait.</summary>
    private void StopReading()
    {
        _reader = null;
        while (_waiting.Count > 0)
        {
            int take = UntilFraming;
            Rest(_waiting.Span[..take]);
            Pass(take);
        }
    }

    private void Rest(ReadOnlySpan<byte> bytes)
    {
        spans.Append(_rest, bytes, _broken);
        _broken = null;
    }
}
