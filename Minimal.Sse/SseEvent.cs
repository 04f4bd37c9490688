namespace Minimal.Sse;

/// <summary>One event of a <c>text/event-stream</c> (HTML §9.2.5).</summary>
/// <param name="Data">The data; lines are separated by LF.</param>
/// <param name="Type">The event type; null means the default, <c>message</c>.</param>
/// <param name="Id">The last event ID from here on; null leaves it as it was.</param>
/// <param name="Retry">The reconnection time to tell the client; null says nothing.</param>
public sealed record SseEvent(string Data, string? Type = null, string? Id = null, TimeSpan? Retry = null);
