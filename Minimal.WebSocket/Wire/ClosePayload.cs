using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Minimal.Http.Wire;

namespace Minimal.WebSocket.Wire;

/// <summary>The body of a Close frame (RFC 6455 §5.5.1).</summary>
/// <param name="Code">Why; <see cref="CloseCode.NoStatusReceived"/> stands for an empty body (RFC 6455 §7.1.5).</param>
/// <param name="Reason">The same in words, empty when there are none.</param>
public readonly record struct ClosePayload(CloseCode Code, string Reason = "")
{
    /// <summary>The longest reason in UTF-8, in bytes: what a control frame has room for behind the code.</summary>
    public const int MaxReasonBytes = FrameHeader.MaxControlPayload - CodeBytes;

    private const int CodeBytes = sizeof(ushort);

    /// <summary>A Close without code and reason.</summary>
    public static ClosePayload Empty => new(CloseCode.NoStatusReceived);

    /// <summary>
    /// What this end may send to begin a closing handshake. A reason that is too long is cut behind a whole character, a
    /// surrogate without its other half becomes U+FFFD.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The code is not for the wire, or not for this role (RFC 6455 §7.4.1).</exception>
    public static ClosePayload Create(CloseCode code, string reason, WebSocketRole sender)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (code.MayBeSent(sender)) return new ClosePayload(code, reason);
        throw new ArgumentOutOfRangeException(nameof(code), (int)code, "This code is not sent in a Close frame (RFC 6455 §7.4).");
    }

    /// <summary>What this end sends when the peer broke a rule: the row's code and sentence (RFC 6455 §7.1.7).</summary>
    public static ClosePayload For(ProtocolRule broken)
    {
        ArgumentNullException.ThrowIfNull(broken);
        return new ClosePayload((CloseCode)broken.Code, broken.ToString());
    }

    /// <summary>Reads the body of a Close frame, which is whole and unmasked.</summary>
    /// <param name="payload">The body, at most 125 bytes.</param>
    /// <param name="broken">The rule, when the answer is null.</param>
    /// <param name="trace">Gets the parts.</param>
    /// <param name="offset">Where the body begins, for the trace.</param>
    public static ClosePayload? Read(ReadOnlySpan<byte> payload, out ProtocolRule? broken, WireTrace? trace = null, long offset = 0)
    {
        if (trace is not null) Mark(trace, offset, payload);
        broken = Judge(payload);
        if (broken is not null) return null;
        if (payload.IsEmpty) return Empty;
        return new ClosePayload((CloseCode)BinaryPrimitives.ReadUInt16BigEndian(payload), Encoding.UTF8.GetString(payload[CodeBytes..]));
    }

    /// <summary>Writes the body; a reason that is too long is cut behind a whole character.</summary>
    /// <param name="destination">At least <see cref="FrameHeader.MaxControlPayload"/> bytes.</param>
    /// <returns>How many bytes were written: none for <see cref="CloseCode.NoStatusReceived"/>.</returns>
    public int Write(Span<byte> destination)
    {
        if (Code == CloseCode.NoStatusReceived) return 0;

        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)Code);
        Utf8.FromUtf16(Reason, destination.Slice(CodeBytes, MaxReasonBytes), out _, out int written);
        return CodeBytes + written;
    }

    /// <summary>Writes the body; a reason that is too long is cut behind a whole character.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Advance(Write(output.GetSpan(FrameHeader.MaxControlPayload)));
    }

    private static ProtocolRule? Judge(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty) return null;
        if (payload.Length < CodeBytes) return WebSocketRules.CloseCodeCut;
        if (!((CloseCode)BinaryPrimitives.ReadUInt16BigEndian(payload)).MayBeReceived()) return WebSocketRules.CloseCodeInvalid;
        return Utf8.IsValid(payload[CodeBytes..]) ? null : WebSocketRules.CloseReasonInvalid;
    }

    private static void Mark(WireTrace trace, long offset, ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty) return;
        trace.Mark(WebSocketParts.CloseCode, offset, payload[..Math.Min(CodeBytes, payload.Length)]);
        if (payload.Length > CodeBytes) trace.Mark(WebSocketParts.CloseReason, offset + CodeBytes, payload[CodeBytes..]);
    }
}
