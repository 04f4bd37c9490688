using System.Net;

namespace Minimal.Http.Diagnostics;

/// <summary>A connection that a <see cref="WireInspector"/> watches or has watched. Thread-safe.</summary>
public sealed class WireConnection
{
    // What an event and its span take besides bytes and text: two objects, an array, a place in a queue.
    private const int EventBytes = 200, BitsBytes = 32;

    private readonly WireInspector _inspector;
    private readonly TimeProvider _time;
    private readonly WireReader _reader;
    private readonly Queue<WireEvent> _events = new();
    private readonly Lock _gate = new();
    private long _bytes;

    internal WireConnection(WireInspector inspector, long id, EndPoint? remoteEndPoint, TimeProvider time)
    {
        _inspector = inspector;
        _time = time;
        _reader = new WireReader(OnSpan, inspector.Options.Reading);
        Id = id;
        RemoteEndPoint = remoteEndPoint;
        Opened = time.GetUtcNow();
    }

    /// <summary>Its number, from 1, in the order in which connections came.</summary>
    public long Id { get; }

    /// <summary>The client's address; null when it has none.</summary>
    public EndPoint? RemoteEndPoint { get; }

    /// <summary>When it came in, by the server's clock.</summary>
    public DateTimeOffset Opened { get; }

    /// <summary>When it ended; null while it is open.</summary>
    public DateTimeOffset? Closed { get; private set; }

    /// <summary>Why it ended; <see cref="ConnectionEnd.None"/> while it is open.</summary>
    public ConnectionEnd End { get; private set; }

    /// <summary>How many of its oldest spans had to make room.</summary>
    public long Dropped { get; private set; }

    /// <summary>What is kept of it, oldest first: a copy.</summary>
    public IReadOnlyList<WireEvent> Events
    {
        get
        {
            lock (_gate) return [.. _events];
        }
    }

    internal bool IsOpen => Closed is null;

    internal void Open() => Tell(WireEventKind.Opened);

    internal void Read(WireDirection direction, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (IsOpen) _reader.Read(direction, bytes);
        }
    }

    internal void EndOf(WireDirection direction)
    {
        lock (_gate)
        {
            if (IsOpen) _reader.End(direction);
        }
    }

    internal void Close(ConnectionEnd end)
    {
        lock (_gate)
        {
            if (!IsOpen) return;
            _reader.End(WireDirection.FromServer);
            _reader.End(WireDirection.FromClient);
            End = end;
            Closed = _time.GetUtcNow();
        }

        Tell(WireEventKind.Closed);
    }

    private void Tell(WireEventKind kind) => _inspector.Tell(new WireEvent(this, _time.GetUtcNow(), kind));

    // Under the lock: the order of what is kept and of what is told is that of the bytes.
    private void OnSpan(WireSpan span)
    {
        var passed = new WireEvent(this, _time.GetUtcNow(), WireEventKind.Span, span);
        _events.Enqueue(passed);
        _bytes += SizeOf(span);
        while (_bytes > _inspector.Options.MaxBytesPerConnection && _events.TryDequeue(out WireEvent? oldest))
        {
            _bytes -= SizeOf(oldest.Span!);
            Dropped++;
        }

        _inspector.Tell(passed);
    }

    private static long SizeOf(WireSpan span) => EventBytes + span.Bytes.Length + (2L * (span.Text?.Length ?? 0)) + (BitsBytes * span.Bits.Count);
}
