namespace Minimal.Sse;

/// <summary>
/// One event of a <c>text/event-stream</c> (HTML §9.2.5). What is null is not sent. A received event has everything that
/// a browser's event has: its <paramref name="Type"/> and <paramref name="Id"/> are never null.
/// </summary>
/// <param name="Data">The data; its lines end in CRLF, LF or CR, and arrive separated by LF.</param>
/// <param name="Type">The event type, without CR and LF; null or empty means the default, which is received as <c>message</c>.</param>
/// <param name="Id">
/// The last event ID from here on, without CR, LF and NUL; empty resets it, null leaves it as it was. A received event has the
/// last event ID as it stood then, whether this event or an earlier one brought it; empty when none did.
/// </param>
/// <param name="Retry">
/// The reconnection time to tell the client, in whole milliseconds, not negative; null says nothing. Null in received events:
/// it belongs to the stream (<see cref="SseParser.ReconnectionTime"/>).
/// </param>
public sealed record SseEvent(string Data, string? Type = null, string? Id = null, TimeSpan? Retry = null);
