using System.Buffers;
using System.Text;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.WebSocket.Wire;

namespace Minimal.Tests.WebSocket;

/// <summary>
/// A receiver out of nothing but the codec: bytes in, a transcript out. What a connection does around sockets, this does around
/// arrays, and like one it handles payload as it comes instead of collecting frames.
/// </summary>
/// <remarks>
/// Lines of the transcript: <c>text Hello</c>, <c>binary 00FF</c>, <c>ping 70</c>, <c>pong</c>, <c>close 1000 bye</c>, and
/// <c>refused MaskMissing 1002</c>, behind which nothing is read.
/// </remarks>
internal sealed class PureReceiver : IDisposable
{
    private readonly FrameRules _rules;
    private readonly MessageInflater? _inflater;
    private readonly TraceLog? _trace;
    private readonly List<string> _transcript = [];
    private readonly List<(Opcode Opcode, byte[] Payload)> _received = [];
    private readonly ArrayBufferWriter<byte> _message = new();
    private readonly byte[] _control = new byte[FrameHeader.MaxControlPayload];
    private ClosingHandshake _closing;
    private FrameOrder _order;
    private Utf8Check _text;
    private FrameHeader? _header;
    private long _offset;
    private byte[] _unread = [];
    private long _consumed;

    public PureReceiver(WebSocketRole reader = WebSocketRole.Server, DeflateParameters? deflate = null, WebSocketLimits? limits = null, TraceLog? trace = null)
    {
        limits ??= WebSocketLimits.Default;
        _rules = new FrameRules(reader, deflate is null ? 0 : FrameHeader.Rsv1, limits.MaxFrameBytes);
        _inflater = deflate is null ? null : MessageInflater.For(deflate, reader, limits);
        _order = new FrameOrder(limits);
        _closing = new ClosingHandshake(reader);
        _trace = trace;
    }

    /// <summary>Messages and control frames that were received whole, with what they say, unmasked and decompressed.</summary>
    public IReadOnlyList<(Opcode Opcode, byte[] Payload)> Received => _received;

    /// <summary>How many bytes were read so far; behind a refusal, up to the piece of payload or the header that was refused.</summary>
    public long Consumed => _consumed;

    /// <summary>The message in progress takes this much memory.</summary>
    public int BufferedBytes => _message.Capacity;

    public int WindowBytes => _inflater?.WindowBytes ?? 0;

    public static string Transcript(
        IEnumerable<byte[]> pieces, WebSocketRole reader = WebSocketRole.Server, DeflateParameters? deflate = null, WebSocketLimits? limits = null)
    {
        using var receiver = new PureReceiver(reader, deflate, limits);
        foreach (byte[] piece in pieces) receiver.Receive(piece);
        return receiver.ToString();
    }

    public void Receive(byte[] piece)
    {
        // The rest of a header and the new piece stay in segments of their own, as in a pipe.
        var input = new SequenceReader<byte>(Segments.Sequence(_unread, piece));
        while (_closing.MayRead && (_header is null ? ReadHeader(ref input) : ReadPayload(ref input)))
        {
        }

        _unread = input.UnreadSequence.ToArray();
        _consumed += input.Consumed;
    }

    public override string ToString() => string.Join('\n', _transcript);

    public void Dispose() => _inflater?.Dispose();

    private bool ReadHeader(ref SequenceReader<byte> input)
    {
        if (_trace is not null) _trace.Base = _consumed;
        ParseStatus status = FrameHeader.TryRead(ref input, _rules, out FrameHeader header, out ProtocolRule? broken, _trace);
        if (status == ParseStatus.NeedMore) return false;
        if (status == ParseStatus.Invalid || !_order.TryAccept(header, out broken)) return Refuse(broken!);

        _header = header;
        _offset = 0;
        return true;
    }

    // False when there is nothing to do before more bytes come.
    private bool ReadPayload(ref SequenceReader<byte> input)
    {
        FrameHeader header = _header!.Value;
        long count = Math.Min(input.Remaining, header.PayloadLength - _offset);
        bool isLast = _offset + count == header.PayloadLength;
        if (count == 0 && !isLast) return false;

        byte[] payload = new byte[count];
        input.TryCopyTo(payload);
        input.Advance(count);
        if (header.MaskingKey is { } key) Masking.Apply(payload, key, _offset);
        if (header.Opcode != Opcode.Close && count > 0) MarkPayload(input.Consumed - count, payload);

        if (header.IsControl) payload.CopyTo(_control.AsSpan((int)_offset));
        _offset += count;
        if (isLast) _header = null;
        return header.IsControl ? !isLast || ReadControl(header, input.Consumed) : ReadData(payload, isLast && header.Final);
    }

    private bool ReadControl(FrameHeader header, long end)
    {
        ReadOnlySpan<byte> payload = _control.AsSpan(0, (int)header.PayloadLength);
        if (header.Opcode != Opcode.Close)
        {
            _received.Add((header.Opcode, payload.ToArray()));
            _transcript.Add($"{(header.Opcode == Opcode.Ping ? "ping" : "pong")} {Hex.Of(payload)}".TrimEnd());
            return true;
        }

        if (_trace is not null) _trace.Base = _consumed;
        if (ClosePayload.Read(payload, out ProtocolRule? broken, _trace, end - payload.Length) is not { } close) return Refuse(broken!);
        _closing.TryReceive(close);
        _received.Add((Opcode.Close, payload.ToArray()));
        _transcript.Add($"close {(int)close.Code} {close.Reason}".TrimEnd());
        return false;
    }

    private bool ReadData(byte[] payload, bool endsMessage)
    {
        int before = _message.WrittenCount;
        ProtocolRule? broken = null;
        if (!_order.IsCompressed) _message.Write(payload);
        else _inflater!.Read(payload, endsMessage, _message, out broken);

        ParseStatus text = _order.MessageOpcode == Opcode.Text ? _text.Read(_message.WrittenSpan[before..]) : ParseStatus.Complete;
        if (text == ParseStatus.Invalid) return Refuse(WebSocketRules.InvalidText);
        if (broken is not null) return Refuse(broken);
        if (!endsMessage) return true;
        if (text == ParseStatus.NeedMore) return Refuse(WebSocketRules.TextCut);

        _received.Add((_order.MessageOpcode, _message.WrittenSpan.ToArray()));
        _transcript.Add(_order.MessageOpcode == Opcode.Text ? $"text {Encoding.UTF8.GetString(_message.WrittenSpan)}" : $"binary {Hex.Of(_message.WrittenSpan)}");
        _message.ResetWrittenCount();
        _text = default;
        return true;
    }

    private void MarkPayload(long offset, byte[] payload)
    {
        if (_trace is null) return;
        _trace.Base = _consumed;
        _trace.Mark(_order.IsCompressed && !_header!.Value.IsControl ? WebSocketParts.CompressedPayload : WebSocketParts.Payload, offset, payload);
    }

    private bool Refuse(ProtocolRule rule)
    {
        _closing.TryFail();
        _transcript.Add($"refused {rule.Name} {rule.Code}");
        return false;
    }
}
