using System.Text;
using Minimal.Http.Diagnostics;
using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket.Diagnostics;

/// <summary>Says what payloads mean: text as text, what is compressed inflated, the code and the reason of a Close.</summary>
internal sealed class PayloadReader(MessageInflater? inflater, int longestText)
{
    private readonly Inflated _inflated = new(longestText);
    private Utf8Check _text;
    private Decoder _decoder = Encoding.UTF8.GetDecoder();

    /// <summary>Gives the memory back.</summary>
    public void Release() => inflater?.Dispose();

    /// <summary>A frame begins.</summary>
    public void Begin(in FrameHeader frame, in FrameOrder order)
    {
        if (!frame.Opcode.BeginsMessage()) return;
        _text = default;
        _decoder = Encoding.UTF8.GetDecoder();
        _inflated.BeginMessage(order.MessageOpcode == Opcode.Text);
    }

    /// <summary>A data frame without payload is over.</summary>
    /// <returns>The rule that its message breaks with its end.</returns>
    public ProtocolRule? EndEmpty(in FrameHeader frame, in FrameOrder order)
    {
        if (!frame.Final) return null;
        return order.IsCompressed ? Inflate([], isLast: true) : TextFault(order, isLast: true);
    }

    /// <summary>Names a piece of a data frame's payload.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="order">What the message is.</param>
    /// <param name="clear">The piece, unmasked.</param>
    /// <param name="isEnd">Whether the frame ends with it.</param>
    /// <param name="spans">Where it gets its name.</param>
    /// <returns>False when a rule is broken.</returns>
    public bool Name(in FrameHeader frame, in FrameOrder order, ReadOnlySpan<byte> clear, bool isEnd, WireContentSpans spans)
    {
        bool isLast = isEnd && frame.Final;
        if (order.IsCompressed)
        {
            ProtocolRule? fault = Inflate(clear, isLast);
            spans.Name(WebSocketParts.CompressedPayload, clear.Length, _inflated.TakeText(), broken: fault);
            return fault is null;
        }

        bool isText = order.MessageOpcode == Opcode.Text;
        int valid = isText ? ValidLength(clear) : clear.Length;
        ProtocolRule? broken = valid < clear.Length ? null : TextFault(order, isLast);
        if (valid > 0) spans.Name(WebSocketParts.Payload, valid, isText ? Decode(clear[..valid]) : Bytes(frame, clear), broken: broken);
        if (valid < clear.Length) spans.Name(WebSocketParts.Payload, 1, broken: WebSocketRules.InvalidText);
        return broken is null && valid == clear.Length;
    }

    /// <summary>Names the payload of a control frame, which is whole and unmasked.</summary>
    /// <returns>False when a rule is broken.</returns>
    public static bool NameControl(in FrameHeader frame, ReadOnlySpan<byte> clear, WireContentSpans spans)
    {
        if (frame.Opcode != Opcode.Close)
        {
            spans.Name(WebSocketParts.Payload, clear.Length, Bytes(frame, clear));
            return true;
        }

        ClosePayload.Read(clear, out ProtocolRule? broken);
        bool inReason = broken == WebSocketRules.CloseReasonInvalid;
        int code = Math.Min(2, clear.Length);
        spans.Name(WebSocketParts.CloseCode, code, CodeText(clear), broken: inReason ? null : broken);
        if (clear.Length > 2) spans.Name(WebSocketParts.CloseReason, clear.Length - 2, Encoding.UTF8.GetString(clear[2..]), broken: inReason ? broken : null);
        return broken is null;
    }

    private static string? CodeText(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 2) return null;
        var code = (CloseCode)((payload[0] << 8) | payload[1]);
        return Enum.IsDefined(code) ? $"{(int)code} {code}" : $"{(int)code}";
    }

    // What is not masked is what it looks like.
    private static string? Bytes(in FrameHeader frame, ReadOnlySpan<byte> clear) =>
        frame.MaskingKey is null ? null : WireText.Escape(clear, 4 * clear.Length);

    private ProtocolRule? Inflate(ReadOnlySpan<byte> clear, bool isLast)
    {
        inflater!.Read(clear, isLast, _inflated, out ProtocolRule? broken);
        return _inflated.Broken ?? broken ?? (isLast ? _inflated.EndMessage() : null);
    }

    private ProtocolRule? TextFault(in FrameOrder order, bool isLast) =>
        isLast && order.MessageOpcode == Opcode.Text && !_text.IsComplete ? WebSocketRules.TextCut : null;

    /// <summary>How many bytes there are in front of the one that no UTF-8 has there.</summary>
    private int ValidLength(ReadOnlySpan<byte> clear)
    {
        Utf8Check before = _text;
        if (_text.Read(clear) != ParseStatus.Invalid) return clear.Length;
        int length = 0;
        while (before.Read(clear.Slice(length, 1)) != ParseStatus.Invalid) length++;
        return length;
    }

    // A character that goes on in the next piece stands there.
    private string Decode(ReadOnlySpan<byte> clear)
    {
        Span<char> room = new char[clear.Length + 2];
        return room[.._decoder.GetChars(clear, room, flush: false)].ToString();
    }
}
