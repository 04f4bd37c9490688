using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;

namespace Minimal.Gallery.Demos.WsLab;

/// <summary>Bytes that belong together, with the parser's own name for them.</summary>
/// <param name="Frame">Which frame they belong to, from 0.</param>
/// <param name="Bytes">The bytes as they are on the wire, in hexadecimal.</param>
/// <param name="Name">What they are.</param>
/// <param name="Section">Where that is defined.</param>
/// <param name="Sentence">What they are for.</param>
/// <param name="Value">What they say, unmasked; null when the name tells it already.</param>
/// <param name="Broken">The rule that they break.</param>
internal sealed record FrameSpan(int Frame, string Bytes, string Name, string Section, string Sentence, string? Value = null, string? Broken = null);

/// <summary>
/// Reads bytes with the parser that the connection has too, and keeps the names of all spans: up to the byte that breaks a rule, and then
/// the rest in one piece, which nobody reads.
/// </summary>
internal sealed class FrameReading : WireTrace
{
    private static readonly WirePart Unread = new("not read", "RFC 6455 §7.1.7", "what stands behind a broken rule is not looked at any more");
    private static readonly WirePart Unfinished = new("unfinished", "RFC 6455 §5.2", "the frame is longer than what was sent: its receiver waits for the rest");

    private readonly byte[] _bytes;
    private readonly List<FrameSpan> _spans = [];
    private Utf8Check _text;
    private int _frame;

    private FrameReading(byte[] bytes) => _bytes = bytes;

    public IReadOnlyList<FrameSpan> Spans => _spans;

    /// <summary>The Close that was found; null when there was none.</summary>
    public ClosePayload? Close { get; private set; }

    /// <param name="bytes">What one end has sent.</param>
    /// <param name="reader">Who reads it.</param>
    /// <param name="limits">What the reader accepts.</param>
    public static FrameReading Read(byte[] bytes, WebSocketRole reader, WebSocketLimits limits)
    {
        var reading = new FrameReading(bytes);
        var input = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes));
        var rules = new FrameRules(reader, 0, limits.MaxFrameBytes);
        var order = new FrameOrder(limits);
        while (!input.End && reading.Close is null && reading.TryReadFrame(ref input, rules, ref order)) reading._frame++;
        reading.MarkRest();
        return reading;
    }

    public override void Mark(WirePart part, long offset, ReadOnlySpan<byte> bytes) => Add(part, offset, bytes.Length, Value(part, bytes));

    /// <summary>One frame; false when nothing is read behind it.</summary>
    private bool TryReadFrame(ref SequenceReader<byte> input, in FrameRules rules, ref FrameOrder order)
    {
        ParseStatus status = FrameHeader.TryRead(ref input, rules, out FrameHeader header, out ProtocolRule? broken, this);
        if (status == ParseStatus.NeedMore) return false;
        if (status == ParseStatus.Invalid) return Refuse(broken!, _spans.Count - 1);
        if (!order.TryAccept(header, out broken)) return Refuse(broken!, _spans.FindIndex(span => span.Frame == _frame));

        int there = (int)Math.Min(header.PayloadLength, input.Remaining);
        long offset = input.Consumed;
        byte[] payload = input.UnreadSpan[..there].ToArray();
        if (header.MaskingKey is { } key) Masking.Apply(payload, key);
        input.Advance(there);

        broken = header.Opcode switch
        {
            Opcode.Close when there == header.PayloadLength => ReadClose(payload, offset),
            Opcode.Ping or Opcode.Pong or Opcode.Close => MarkPayload(payload, offset),
            _ when order.MessageOpcode == Opcode.Text => MarkPayload(payload, offset) ?? CheckText(payload, header.Final && there == header.PayloadLength),
            _ => MarkPayload(payload, offset),
        };
        if (broken == WebSocketRules.CloseCodeInvalid) return Refuse(broken, _spans.FindLastIndex(span => span.Name == WebSocketParts.CloseCode.Name));
        if (broken is not null) return Refuse(broken, _spans.Count - 1);
        return there == header.PayloadLength;
    }

    private ProtocolRule? ReadClose(byte[] payload, long offset)
    {
        Close = ClosePayload.Read(payload, out ProtocolRule? broken, this, offset);
        return broken;
    }

    private ProtocolRule? MarkPayload(byte[] payload, long offset)
    {
        if (payload.Length > 0) Mark(WebSocketParts.Payload, offset, payload);
        return null;
    }

    private ProtocolRule? CheckText(byte[] payload, bool isEnd)
    {
        if (_text.Read(payload) == ParseStatus.Invalid) return WebSocketRules.InvalidText;
        if (!isEnd) return null;
        bool isWhole = _text.IsComplete;
        _text = default;
        return isWhole ? null : WebSocketRules.TextCut;
    }

    /// <summary>A header ends with the byte that decided; where the frame may not come at all, its first byte says what it is.</summary>
    private bool Refuse(ProtocolRule rule, int span)
    {
        _spans[span] = _spans[span] with { Broken = rule.Name };
        return false;
    }

    private void MarkRest()
    {
        int read = _spans.Sum(span => span.Bytes.Length / 2);
        bool isOver = Close is not null || _spans.Exists(span => span.Broken is not null);
        if (read < _bytes.Length) Add(isOver ? Unread : Unfinished, read, _bytes.Length - read, null);
    }

    private void Add(WirePart part, long offset, int length, string? value) =>
        _spans.Add(new FrameSpan(_frame, Convert.ToHexString(_bytes, (int)offset, length), part.Name, part.Section, part.Sentence, value));

    private static string? Value(WirePart part, ReadOnlySpan<byte> bytes)
    {
        if (part == WebSocketParts.CloseCode) return bytes.Length < sizeof(ushort) ? null : Number(BinaryPrimitives.ReadUInt16BigEndian(bytes));
        if (part == WebSocketParts.Length16 && bytes.Length == sizeof(ushort)) return Number(BinaryPrimitives.ReadUInt16BigEndian(bytes));
        if (part == WebSocketParts.Length64 && bytes.Length == sizeof(ulong)) return Number(BinaryPrimitives.ReadUInt64BigEndian(bytes));
        if (part != WebSocketParts.Payload && part != WebSocketParts.CloseReason) return null;
        return Utf8.IsValid(bytes) && !bytes.ContainsAnyInRange((byte)0, (byte)0x1F) ? Encoding.UTF8.GetString(bytes) : Convert.ToHexString(bytes);
    }

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
