using System.Net;
using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics;

/// <summary>A connection that a <see cref="WireInspector"/> watches or has watched. Thread-safe.</summary>
public sealed class WireConnection
{
    // What an event and its span take besides bytes and text: two objects, an array, a place in a queue.
    private const int EventBytes = 200, BitsBytes = 32;

    private readonly WireInspector _inspector;
    private readonly TimeProvider _time;
    private readonly WireReader _reader;
    private readonly List<WireEvent> _head = [];
    private readonly Queue<WireEvent> _events = new();
    private readonly Lock _gate = new();
    private long _bytes, _headBytes, _bodyStart = long.MaxValue;
    private int _request;

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

    /// <summary>
    /// What is kept of it, oldest first: a copy. The head of its last request stays when others make room, for it says what the rest is
    /// about; there may be a gap behind it.
    /// </summary>
    public IReadOnlyList<WireEvent> Events
    {
        get
        {
            lock (_gate) return [.. _head, .. _events];
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
        if (span.Direction == WireDirection.FromClient) OnRequest(span);
        _events.Enqueue(passed);
        _bytes += SizeOf(span);
        while (_bytes > _inspector.Options.MaxBytesPerConnection && _events.TryDequeue(out WireEvent? oldest))
        {
            if (!TryKeep(oldest)) Drop(oldest);
        }

        _inspector.Tell(passed);
    }

    private void OnRequest(WireSpan span)
    {
        if (span.Exchange > _request)
        {
            foreach (WireEvent former in _head) Drop(former);
            _head.Clear();
            _headBytes = 0;
            _request = span.Exchange;
            _bodyStart = long.MaxValue;
        }

        if (span.Part == WireParts.HeadEnd && _bodyStart == long.MaxValue) _bodyStart = span.End;
    }

    /// <summary>The head of the last request stays; of one that is very long, its beginning.</summary>
    private bool TryKeep(WireEvent oldest)
    {
        WireSpan span = oldest.Span!;
        bool isOfHead = span.Direction == WireDirection.FromClient && span.Exchange == _request && span.Offset < _bodyStart;
        if (!isOfHead || _headBytes + SizeOf(span) > _inspector.Options.MaxBytesPerConnection / 2) return false;
        _headBytes += SizeOf(span);
        _head.Add(oldest);
        return true;
    }

    private void Drop(WireEvent passed)
    {
        _bytes -= SizeOf(passed.Span!);
        Dropped++;
    }

    private static long SizeOf(WireSpan span) => EventBytes + span.Bytes.Length + (2L * (span.Text?.Length ?? 0)) + (BitsBytes * span.Bits.Count);
}
