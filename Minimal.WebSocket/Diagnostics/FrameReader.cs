using Minimal.Http.Diagnostics;
using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket.Diagnostics;

/// <summary>Names the frames of one direction. A payload comes in pieces of a fixed size, each as it reads unmasked.</summary>
internal sealed class FrameReader : WireContentReader
{
    private readonly FrameRules _rules;
    private readonly PayloadReader _payloads;
    private readonly byte[] _head = new byte[FrameHeader.MaxLength];
    private readonly byte[] _piece;
    private readonly int _most;
    private FrameOrder _order;
    private FrameHeader _frame;
    private int _headLength, _pieceLength;
    private long _left;

    /// <param name="reader">The end that these frames go to.</param>
    /// <param name="deflate">What was agreed on; null without compression.</param>
    /// <param name="limits">How large frames and messages may be.</param>
    /// <param name="most">The longest piece of a data frame's payload.</param>
    public FrameReader(WebSocketRole reader, DeflateParameters? deflate, WebSocketLimits limits, int most)
    {
        _rules = new FrameRules(reader, deflate is null ? 0 : FrameHeader.Rsv1, limits.MaxFrameBytes);
        _order = new FrameOrder(limits);
        _payloads = new PayloadReader(deflate is null ? null : MessageInflater.For(deflate, reader, limits), most);
        _most = most;
        _piece = new byte[Math.Max(most, FrameHeader.MaxControlPayload)];
    }

    private bool InFrame => _left > 0;

    public override void Read(ReadOnlySpan<byte> bytes, WireContentSpans spans)
    {
        bool goesOn = true;
        while (goesOn && !bytes.IsEmpty) goesOn = InFrame ? TakePayload(ref bytes, spans) : TakeHead(ref bytes, spans);
    }

    public override void End(WireContentSpans spans)
    {
        if (_headLength > 0) spans.Name(WebSocketParts.Unfinished, _headLength);
        if (_pieceLength > 0 && _frame.IsControl) spans.Name(WebSocketParts.Unfinished, _pieceLength);
        else if (_pieceLength > 0) _payloads.Name(_frame, _order, _piece.AsSpan(0, _pieceLength), isEnd: false, spans);
        _payloads.Release();
    }

    private bool TakeHead(ref ReadOnlySpan<byte> bytes, WireContentSpans spans)
    {
        _head[_headLength++] = bytes[0];
        bytes = bytes[1..];
        ReadOnlySpan<byte> head = _head.AsSpan(0, _headLength);
        ParseStatus status = FrameHeader.TryRead(head, _rules, out FrameHeader frame, out ProtocolRule? broken);
        if (status == ParseStatus.NeedMore) return true;

        _headLength = 0;
        if (status == ParseStatus.Complete && !_order.TryAccept(frame, out broken))
        {
            HeadSpans.NameFirst(head[0], broken!, spans);
            return false;
        }

        broken ??= Begin(frame);
        HeadSpans.Name(head, status, _rules, broken, spans);
        return broken is null;
    }

    /// <summary>A frame of nothing is over already.</summary>
    private ProtocolRule? Begin(in FrameHeader frame)
    {
        _frame = frame;
        _left = frame.PayloadLength;
        _payloads.Begin(frame, _order);
        return _left > 0 || frame.IsControl ? null : _payloads.EndEmpty(frame, _order);
    }

    private bool TakePayload(ref ReadOnlySpan<byte> bytes, WireContentSpans spans)
    {
        int room = (_frame.IsControl ? FrameHeader.MaxControlPayload : _most) - _pieceLength;
        int length = (int)Math.Min(Math.Min(_left, room), bytes.Length);
        Span<byte> piece = _piece.AsSpan(_pieceLength, length);
        bytes[..length].CopyTo(piece);
        bytes = bytes[length..];
        if (_frame.MaskingKey is { } key) Masking.Apply(piece, key, _frame.PayloadLength - _left);
        _left -= length;
        _pieceLength += length;
        if (_left > 0 && length < room) return true;

        ReadOnlySpan<byte> whole = _piece.AsSpan(0, _pieceLength);
        _pieceLength = 0;
        return _frame.IsControl ? PayloadReader.NameControl(_frame, whole, spans) : _payloads.Name(_frame, _order, whole, _left == 0, spans);
    }
}
