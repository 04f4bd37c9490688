using System.Buffers;
using System.Runtime.InteropServices;
using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket;

/// <summary>
/// Turns what the transport has received into messages and control frames, without I/O. A message of one frame is unmasked where it
/// lies, in the transport's own buffer, and handed out there; only one that is fragmented, compressed, large or cut between two
/// segments is collected. Memory grows with what came, never with what was announced. Not thread-safe.
/// </summary>
/// <remarks>
/// Bytes that were looked at but not consumed come again with the next buffer; a payload's first bytes may be unmasked by then, and it
/// is remembered how many. That asks for a buffer that may be written to, as those of all transports here are.
/// </remarks>
internal sealed class MessageDecoder : IDisposable
{
    // A frame up to this size waits in the transport's buffer until it is whole: so much a read brings at most.
    internal const int InPlaceBytes = 64 * 1024;

    private readonly FrameRules _rules;
    private readonly MessageInflater? _inflater;
    private FrameOrder _order;
    private Utf8Check _text;

    // The buffer, from the segment on that is being read; the segment; how much of it was consumed.
    private ReadOnlySequence<byte> _buffer;
    private Memory<byte> _segment;
    private int _at;

    // The frame that is being read: its payload's bytes that were not consumed, and how many of those, at the front, are unmasked and checked.
    private FrameHeader _header;
    private bool _inFrame;
    private long _left;
    private int _clear;

    private PooledBuffer? _collected;
    private bool _isDelivered;
    private byte[]? _control;

    public MessageDecoder(WebSocketRole reader, WebSocketLimits limits, DeflateParameters? deflate)
    {
        _rules = new FrameRules(reader, deflate is null ? 0 : FrameHeader.Rsv1, limits.MaxFrameBytes);
        _order = new FrameOrder(limits);
        _inflater = !WebSocketOptions.IsDeflateSupported || deflate is null ? null : MessageInflater.For(deflate, reader, limits);
    }

    private enum Step { Message, GoOn, NeedMore, Broken }

    /// <summary>Up to where the buffer was consumed.</summary>
    public SequencePosition Consumed => _buffer.GetPosition(_at);

    /// <summary>The end of the buffer: everything was looked at.</summary>
    public SequencePosition Examined => _buffer.End;

    /// <summary>Memory that it holds at this moment besides the transport's.</summary>
    public int AllocatedBytes => (_collected?.AllocatedBytes ?? 0) + (_inflater?.WindowBytes ?? 0);

    private bool IsOneSegment => _buffer.IsSingleSegment;

    private int Unread => _segment.Length - _at;

    /// <summary>Begins with a buffer, the first bytes of which are those of the last one that were not consumed.</summary>
    public void Begin(in ReadOnlySequence<byte> buffer)
    {
        _buffer = buffer;
        while (!IsOneSegment && _buffer.FirstSpan.IsEmpty) SkipSegment();
        _segment = MemoryMarshal.AsMemory(_buffer.First);
        _at = 0;
    }

    /// <summary>Lets the buffer go; what was handed out of it is not valid any more.</summary>
    public void End()
    {
        _buffer = default;
        _segment = default;
        _at = 0;
    }

    /// <summary>The next message or control frame; what was handed out before is not valid any more.</summary>
    /// <param name="inParts">Whether bytes of a message are handed out as they come, instead of collected until it ends.</param>
    /// <param name="message">The message or part; or a control frame, whose opcode says so.</param>
    /// <param name="broken">The rule, when invalid.</param>
    /// <returns>NeedMore when the rest of the buffer is to come again with more behind it.</returns>
    public ParseStatus Read(bool inParts, out WebSocketMessage message, out ProtocolRule? broken)
    {
        if (_isDelivered) Release();
        message = default;
        broken = null;
        var step = Step.GoOn;
        while (step == Step.GoOn)
        {
            if (!_inFrame) step = ReadHeader(out broken);
            else if (_header.IsControl) step = ReadControl(out message);
            else step = ReadData(inParts, out message, out broken);
        }

        return step switch { Step.Message => ParseStatus.Complete, Step.NeedMore => ParseStatus.NeedMore, _ => ParseStatus.Invalid };
    }

    /// <summary>Gives all memory back.</summary>
    public void Dispose()
    {
        End();
        _collected?.Clear();
        _inflater?.Dispose();
    }

    private Step ReadHeader(out ProtocolRule? broken)
    {
        ParseStatus status = FrameHeader.TryRead(_segment.Span[_at..], _rules, out _header, out broken);
        if (status == ParseStatus.NeedMore && !IsOneSegment) status = ReadHeaderAcrossSegments(out broken);
        else if (status == ParseStatus.Complete) Consume(_header.Length);

        if (status == ParseStatus.NeedMore) return Step.NeedMore;
        if (status == ParseStatus.Invalid || !_order.TryAccept(_header, out broken)) return Step.Broken;
        _inFrame = true;
        _left = _header.PayloadLength;
        return Step.GoOn;
    }

    private ParseStatus ReadHeaderAcrossSegments(out ProtocolRule? broken)
    {
        var input = new SequenceReader<byte>(_buffer.Slice(_at));
        ParseStatus status = FrameHeader.TryRead(ref input, _rules, out _header, out broken);
        if (status == ParseStatus.Complete) Begin(input.UnreadSequence);
        return status;
    }

    /// <summary>A control frame is handed out whole; it is small.</summary>
    private Step ReadControl(out WebSocketMessage message)
    {
        message = default;
        int length = (int)_left;
        if (_buffer.Length - _at < length) return Step.NeedMore;

        Memory<byte> payload = Unread >= length ? _segment.Slice(_at, length) : JoinControl(length);
        if (_header.MaskingKey is { } key) Masking.Apply(payload.Span, key);
        Consume(length);
        _inFrame = false;
        message = new WebSocketMessage(_header.Opcode, payload);
        return Step.Message;
    }

    private Memory<byte> JoinControl(int length)
    {
        _control ??= new byte[FrameHeader.MaxControlPayload];
        _buffer.Slice(_at, length).CopyTo(_control);
        return _control.AsMemory(0, length);
    }

    private Step ReadData(bool inParts, out WebSocketMessage message, out ProtocolRule? broken)
    {
        message = default;
        int there = (int)Math.Min(_left, Unread);
        if (!TryClear(there, out broken)) return Step.Broken;

        if (!_order.IsCompressed && _collected is not { Count: > 0 } && (inParts || IsWholeMessage))
        {
            if (there == _left || (inParts && there > 0)) return HandOut(there, out message, out broken);
            if (IsOneSegment && _left <= InPlaceBytes) return Step.NeedMore;
        }

        return Collect(there, inParts, out message, out broken);
    }

    // It began with this frame and ends with it.
    private bool IsWholeMessage => _header is { Final: true, Opcode: not Opcode.Continuation } && _left == _header.PayloadLength;

    /// <summary>Unmasks and checks what is there of the payload and was not yet.</summary>
    private bool TryClear(int there, out ProtocolRule? broken)
    {
        broken = null;
        if (there <= _clear) return true;
        Span<byte> fresh = _segment.Span.Slice(_at + _clear, there - _clear);
        if (_header.MaskingKey is { } key) Masking.Apply(fresh, key, _header.PayloadLength - _left + _clear);
        _clear = there;
        if (_order.IsCompressed || _order.MessageOpcode != Opcode.Text) return true;
        if (_text.Read(fresh) != ParseStatus.Invalid) return true;
        broken = WebSocketRules.InvalidText;
        return false;
    }

    /// <summary>Hands out bytes where they lie.</summary>
    private Step HandOut(int there, out WebSocketMessage message, out ProtocolRule? broken)
    {
        Memory<byte> data = _segment.Slice(_at, there);
        bool isEnd = Take(there) && _header.Final;
        message = new WebSocketMessage(_order.MessageOpcode, data, isEnd);
        broken = isEnd ? EndText() : null;
        if (broken is not null) return Step.Broken;
        return data.IsEmpty && !isEnd ? Step.GoOn : Step.Message;
    }

    /// <summary>Adds bytes to what was collected, decompressed if they are compressed.</summary>
    private Step Collect(int there, bool inParts, out WebSocketMessage message, out ProtocolRule? broken)
    {
        message = default;
        ReadOnlySpan<byte> data = _segment.Span.Slice(_at, there);
        bool isFrameEnd = there == _left, isEnd = isFrameEnd && _header.Final;
        PooledBuffer collected = _collected ??= new PooledBuffer();
        if (_order.IsCompressed) broken = Inflate(data, isEnd, collected);
        else
        {
            broken = null;
            collected.Write(data);
        }

        Take(there);
        if (isEnd) broken ??= EndText();
        if (broken is not null) return Step.Broken;
        if (!isEnd && !(inParts && collected.Count > 0)) return isFrameEnd || Unread > 0 ? Step.GoOn : Step.NeedMore;

        message = new WebSocketMessage(_order.MessageOpcode, collected.Written, isEnd);
        _isDelivered = true;
        return Step.Message;
    }

    private ProtocolRule? Inflate(ReadOnlySpan<byte> data, bool isEnd, PooledBuffer collected)
    {
        int before = collected.Count;
        _inflater!.Read(data, isEnd, collected, out ProtocolRule? broken);
        if (_order.MessageOpcode != Opcode.Text) return broken;

        // What was decoded before the fault is judged first, for it came first.
        return _text.Read(collected.Written.Span[before..]) == ParseStatus.Invalid ? WebSocketRules.InvalidText : broken;
    }

    private ProtocolRule? EndText()
    {
        bool isCut = !_text.IsComplete;
        _text = default;
        return isCut ? WebSocketRules.TextCut : null;
    }

    /// <summary>Consumes bytes of the payload; true when the frame ends with them.</summary>
    private bool Take(int count)
    {
        _left -= count;
        _clear = Math.Max(0, _clear - count);
        Consume(count);
        _inFrame = _left > 0;
        return !_inFrame;
    }

    private void Consume(int count)
    {
        _at += count;
        while (_at >= _segment.Length && !IsOneSegment) NextSegment();
    }

    private void NextSegment()
    {
        int over = _at - _segment.Length;
        Begin(_buffer.Slice(_segment.Length));
        _at = over;
    }

    // A slice from 0 on would stay in a segment of nothing.
    private void SkipSegment()
    {
        SequencePosition next = _buffer.Start;
        _buffer.TryGet(ref next, out _);
        _buffer = _buffer.Slice(next);
    }

    private void Release()
    {
        _isDelivered = false;
        _collected!.Clear();
    }
}
