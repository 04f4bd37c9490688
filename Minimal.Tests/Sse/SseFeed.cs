using System.Buffers;
using Minimal.Sse;

namespace Minimal.Tests.Sse;

/// <summary>A parser that is fed by hand, to see what it says in between.</summary>
internal sealed class SseFeed(SseLimits? limits = null, string lastEventId = "")
{
    private SseParser _parser = new(limits, lastEventId);

    public string LastEventId => _parser.LastEventId;

    public TimeSpan? ReconnectionTime => _parser.ReconnectionTime;

    /// <summary>The events that end in these bytes.</summary>
    public List<SseEvent> Feed(string latin1)
    {
        var reading = new SseReading();
        SseStreams.ReadAll(ref _parser, new ReadOnlySequence<byte>(SseStreams.Bytes(latin1)), reading);
        return reading.Events;
    }

    public void End() => _parser.End();
}
