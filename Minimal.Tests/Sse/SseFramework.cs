using System.Net.ServerSentEvents;
using Minimal.Sse;
using FrameworkParser = System.Net.ServerSentEvents.SseParser;

namespace Minimal.Tests.Sse;

/// <summary>The parser that comes with the framework, as an oracle.</summary>
internal static class SseFramework
{
    /// <summary>
    /// Where the framework's parser leaves the standard: an event without data does not reset the type; the last event ID
    /// changes with its line instead of with its event; a reconnection time too long for a TimeSpan is ignored, not cut; and
    /// NULs behind the digits of one are overlooked.
    /// </summary>
    public const Misreading Differences = Misreading.KeepsTypeOfEventWithoutData | Misreading.TakesIdBeforeDispatch
        | Misreading.IgnoresHugeRetry | Misreading.ReadsRetryBeforeNul;

    public static SseReading Read(IReadOnlyList<byte[]> pieces)
    {
        using var stream = new PieceStream(pieces);
        SseParser<string> parser = FrameworkParser.Create(stream);
        var reading = new SseReading();
        foreach (SseItem<string> item in parser.Enumerate())
            reading.Events.Add(new SseEvent(item.Data, item.EventType is "" ? "message" : item.EventType, parser.LastEventId));

        TimeSpan most = SseLimits.Default.MaxReconnectionTime;
        reading.LastEventId = parser.LastEventId;
        reading.ReconnectionTime = parser.ReconnectionInterval == Timeout.InfiniteTimeSpan ? null
            : parser.ReconnectionInterval < most ? parser.ReconnectionInterval : most;
        return reading;
    }

    /// <summary>A stream that gives no more than one piece at a time.</summary>
    private sealed class PieceStream(IReadOnlyList<byte[]> pieces) : MemoryStream
    {
        private readonly Queue<byte[]> _pieces = new(pieces.Where(piece => piece.Length > 0));
        private byte[] _rest = [];

        public override int Read(Span<byte> buffer)
        {
            if (_rest.Length == 0 && !_pieces.TryDequeue(out _rest!)) return 0;
            int count = Math.Min(_rest.Length, buffer.Length);
            _rest.AsSpan(0, count).CopyTo(buffer);
            _rest = _rest[count..];
            return count;
        }
    }
}
