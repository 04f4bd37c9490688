using System.Text;

namespace Minimal.Sse;

/// <summary>
/// An event as it is dispatched (HTML §9.2.6), still in bytes: what <see cref="SseParser"/> hands out, so that a reader
/// who needs no strings makes none. The spans are the parser's own and valid until its next call. They are as they were
/// received: where they are not UTF-8, <see cref="ToEvent"/> reads U+FFFD, as the standard's decoder does.
/// </summary>
public readonly ref struct SseEventBytes
{
    private readonly ReadOnlySpan<byte> _type;

    internal SseEventBytes(ReadOnlySpan<byte> data, ReadOnlySpan<byte> type, ReadOnlySpan<byte> lastEventId)
    {
        Data = data;
        _type = type;
        LastEventId = lastEventId;
    }

    /// <summary>The data; lines are separated by LF.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>The event type; <c>message</c> when the event named none.</summary>
    public ReadOnlySpan<byte> Type => _type.IsEmpty ? "message"u8 : _type;

    /// <summary>The last event ID as of this event, whether this event or an earlier one brought it; empty when none did.</summary>
    public ReadOnlySpan<byte> LastEventId { get; }

    /// <summary>The event as text. Allocates.</summary>
    public SseEvent ToEvent() => new(
        Encoding.UTF8.GetString(Data),
        _type.IsEmpty ? "message" : Encoding.UTF8.GetString(_type),
        Encoding.UTF8.GetString(LastEventId));
}
