using System.Buffers;
using Minimal.Http.Wire;

namespace Minimal.Sse;

/// <summary>
/// Writes an event stream (HTML §9.2.5): whole events, or their lines one by one for those who frame for themselves. No line
/// break can escape a field: data and comments are split at CRLF, LF and CR, types and IDs that contain one are refused
/// before anything is written. Lines end in LF; nothing else is allocated than what the output takes. Pure, so thread-safe as
/// far as the output is.
/// </summary>
/// <remarks>
/// Text becomes UTF-8, with U+FFFD for half a surrogate pair. Bytes are taken for UTF-8 as they are; a client reads U+FFFD where
/// they are not. A trace counts offsets from the first byte that the call writes.
/// </remarks>
public static class SseWriter
{
    /// <summary>Writes a whole event: <c>id</c>, <c>event</c>, <c>retry</c> as far as they are given, <c>data</c>, and the empty line.</summary>
    /// <exception cref="ArgumentException">The type or ID contains a line break, the ID NUL, or the reconnection time is negative. Nothing was written.</exception>
    public static void Write(SseEvent e, IBufferWriter<byte> output, WireTrace? trace = null)
    {
        ArgumentNullException.ThrowIfNull(e);
        SseText.RequireId<char>(e.Id, nameof(e));
        SseText.RequireType<char>(e.Type, nameof(e));
        SseText.RequireRetry(e.Retry ?? TimeSpan.Zero, nameof(e));

        var lines = new SseLineWriter(output, trace);
        if (e.Id is not null) lines.Field("id"u8, e.Id);
        if (!string.IsNullOrEmpty(e.Type)) lines.Field("event"u8, e.Type);
        if (e.Retry is { } retry) lines.Retry(retry);
        lines.Fields("data"u8, e.Data);
        lines.EmptyLine();
    }

    /// <summary>A whole event as bytes, to be sent to many.</summary>
    /// <inheritdoc cref="Write" path="/exception" />
    public static byte[] Encode(SseEvent e)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(e, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes an <c>id</c> field: the last event ID from here on; empty resets it.</summary>
    /// <param name="id">UTF-8 without CR, LF and NUL.</param>
    /// <param name="output">Where to.</param>
    /// <param name="trace">Receives the name of each span; null means off.</param>
    /// <exception cref="ArgumentException">The ID contains CR, LF or NUL. Nothing was written.</exception>
    public static void WriteId(ReadOnlySpan<byte> id, IBufferWriter<byte> output, WireTrace? trace = null)
    {
        SseText.RequireId(id, nameof(id));
        new SseLineWriter(output, trace).Field("id"u8, id);
    }

    /// <inheritdoc cref="WriteId(ReadOnlySpan{byte}, IBufferWriter{byte}, WireTrace?)" />
    public static void WriteId(ReadOnlySpan<char> id, IBufferWriter<byte> output, WireTrace? trace = null)
    {
        SseText.RequireId(id, nameof(id));
        new SseLineWriter(output, trace).Field("id"u8, id);
    }

    /// <summary>Writes an <c>event</c> field: the type of the event that it is part of.</summary>
    /// <param name="type">UTF-8 without CR and LF; empty means the default, <c>message</c>.</param>
    /// <param name="output">Where to.</param>
    /// <param name="trace">Receives the name of each span; null means off.</param>
    /// <exception cref="ArgumentException">The type contains CR or LF. Nothing was written.</exception>
    public static void WriteType(ReadOnlySpan<byte> type, IBufferWriter<byte> output, WireTrace? trace = null)
    {
        SseText.RequireType(type, nameof(type));
        new SseLineWriter(output, trace).Field("event"u8, type);
    }

    /// <inheritdoc cref="WriteType(ReadOnlySpan{byte}, IBufferWriter{byte}, WireTrace?)" />
    public static void WriteType(ReadOnlySpan<char> type, IBufferWriter<byte> output, WireTrace? trace = null)
    {
        SseText.RequireType(type, nameof(type));
        new SseLineWriter(output, trace).Field("event"u8, type);
    }

    /// <summary>
    /// Writes one <c>data</c> field for each line of <paramref name="data"/>; a client receives them with LF between. Empty
    /// data is one empty line, for without any <c>data</c> field an event is not dispatched.
    /// </summary>
    /// <param name="data">UTF-8; lines end in CRLF, LF or CR. Anything else may be in it, NUL too.</param>
    /// <param name="output">Where to.</param>
    /// <param name="trace">Receives the name of each span; null means off.</param>
    public static void WriteData(ReadOnlySpan<byte> data, IBufferWriter<byte> output, WireTrace? trace = null) =>
        new SseLineWriter(output, trace).Fields("data"u8, data);

    /// <inheritdoc cref="WriteData(ReadOnlySpan{byte}, IBufferWriter{byte}, WireTrace?)" />
    public static void WriteData(ReadOnlySpan<char> data, IBufferWriter<byte> output, WireTrace? trace = null) =>
        new SseLineWriter(output, trace).Fields("data"u8, data);

    /// <summary>Writes a <c>retry</c> field, which takes effect with its line, also outside of an event.</summary>
    /// <param name="reconnectionTime">How long a client waits before it reconnects; parts of a millisecond are dropped.</param>
    /// <param name="output">Where to.</param>
    /// <param name="trace">Receives the name of each span; null means off.</param>
    /// <exception cref="ArgumentException">The time is negative, or infinite. Nothing was written.</exception>
    public static void WriteRetry(TimeSpan reconnectionTime, IBufferWriter<byte> output, WireTrace? trace = null)
    {
        SseText.RequireRetry(reconnectionTime, nameof(reconnectionTime));
        new SseLineWriter(output, trace).Retry(reconnectionTime);
    }

    /// <summary>Writes one comment for each line of <paramref name="comment"/>. Clients ignore them, in front of an event and inside.</summary>
    /// <param name="comment">UTF-8; lines end in CRLF, LF or CR.</param>
    /// <param name="output">Where to.</param>
    /// <param name="trace">Receives the name of each span; null means off.</param>
    public static void WriteComment(ReadOnlySpan<byte> comment, IBufferWriter<byte> output, WireTrace? trace = null) =>
        new SseLineWriter(output, trace).Fields([], comment);

    /// <inheritdoc cref="WriteComment(ReadOnlySpan{byte}, IBufferWriter{byte}, WireTrace?)" />
    public static void WriteComment(ReadOnlySpan<char> comment, IBufferWriter<byte> output, WireTrace? trace = null) =>
        new SseLineWriter(output, trace).Fields([], comment);

    /// <summary>
    /// Writes a comment that is nothing but long, to push what came before it through whoever waits for a buffer to fill:
    /// 2 KiB is what old browsers and their polyfills wait for.
    /// </summary>
    /// <param name="length">How long the line is with its end, in bytes; 3 or more.</param>
    /// <param name="output">Where to.</param>
    /// <param name="trace">Receives the name of each span; null means off.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is less than 3, so shorter than an empty comment. Nothing was written.</exception>
    public static void WritePadding(int length, IBufferWriter<byte> output, WireTrace? trace = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 3);
        new SseLineWriter(output, trace).Padding(length - 3);
    }

    /// <summary>
    /// Writes the empty line that ends an event. If the event had data it is dispatched; if not, no more happens than that
    /// its ID becomes the last event ID: so an <c>id</c> field and this tell a client where it stands.
    /// </summary>
    /// <param name="output">Where to.</param>
    /// <param name="trace">Receives the name of the span; null means off.</param>
    public static void WriteEnd(IBufferWriter<byte> output, WireTrace? trace = null) =>
        new SseLineWriter(output, trace).EmptyLine();
}
