using System.Text.Json;
using Minimal.Http.Wire;
using Minimal.Sse;

namespace Minimal.Tests.Sse;

/// <summary>All that a client knows when a stream has ended. Two readings are the same when they print the same.</summary>
internal sealed class SseReading
{
    public List<SseEvent> Events { get; } = [];

    public string LastEventId { get; set; } = "";

    public TimeSpan? ReconnectionTime { get; set; }

    public ProtocolRule? Broken { get; set; }

    public List<string> Data => Events.ConvertAll(e => e.Data);

    public override string ToString() => string.Join('\n',
        [.. Events.Select(Show), $"last event ID {Show(LastEventId)}, retry {ReconnectionTime?.ToString() ?? "unset"}, {Broken?.Name ?? "unbroken"}"]);

    private static string Show(SseEvent e) => $"{Show(e.Type)} {Show(e.Id)} {Show(e.Data)}";

    private static string Show(string? text) => JsonSerializer.Serialize(text);
}
