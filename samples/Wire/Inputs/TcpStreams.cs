using System.Net;
using Minimal.Http.Diagnostics;

namespace Minimal.WireTool.Inputs;

/// <summary>A segment of TCP (RFC 9293 §3.1).</summary>
/// <param name="Time">Since the capture began.</param>
/// <param name="Source">Who sent it.</param>
/// <param name="Destination">To whom.</param>
/// <param name="Sequence">The number of its first byte.</param>
/// <param name="Flags">FIN, SYN, RST and others.</param>
/// <param name="Data">Its bytes.</param>
internal sealed record TcpSegment(TimeSpan Time, IPEndPoint Source, IPEndPoint Destination, uint Sequence, int Flags, ReadOnlyMemory<byte> Data)
{
    public bool IsEnd => (Flags & 0x01) != 0;

    public bool IsOpening => (Flags & 0x02) != 0;

    public bool IsReset => (Flags & 0x04) != 0;

    public bool IsAnswer => (Flags & 0x10) != 0;
}

/// <summary>Puts the segments of TCP connections together: what comes too early waits, what comes again is left out.</summary>
internal sealed class TcpStreams
{
    private readonly List<WireFileEvent> _events = [];
    private readonly Dictionary<(IPEndPoint, IPEndPoint), Side> _sides = [];
    private int _connections;

    /// <summary>What happened, in order.</summary>
    public IReadOnlyList<WireFileEvent> Events => _events;

    /// <summary>Takes the next segment of the capture.</summary>
    public void Add(TcpSegment segment)
    {
        bool opens = segment.IsOpening && !segment.IsAnswer;
        if (!_sides.TryGetValue((segment.Source, segment.Destination), out Side? side) || (opens && side.HasBegun)) side = Open(segment);
        if (segment.IsOpening)
        {
            side.Begin(segment.Sequence + 1);
            return;
        }

        if (side.HasEnded) return;
        if (segment.IsReset) End(side, segment.Time, WireFileEventKind.Reset);
        else Take(side, segment);
    }

    // Who sends SYN is the client. Of a connection that was open before the capture, it is who has the higher port: servers have the low ones.
    private Side Open(TcpSegment segment)
    {
        bool isClients = segment.IsOpening ? !segment.IsAnswer : segment.Source.Port >= segment.Destination.Port;
        (IPEndPoint client, IPEndPoint server) = isClients ? (segment.Source, segment.Destination) : (segment.Destination, segment.Source);
        int number = ++_connections;
        Side up = new(number, WireDirection.FromClient), down = new(number, WireDirection.FromServer);
        (up.Other, down.Other) = (down, up);
        (_sides[(client, server)], _sides[(server, client)]) = (up, down);
        _events.Add(new WireFileEvent(segment.Time, number, WireFileEventKind.Open, Note: $"{client} -> {server}"));
        return isClients ? up : down;
    }

    private void Take(Side side, TcpSegment segment)
    {
        side.Wait(segment);
        while (side.Next() is { } next)
        {
            if (!next.Data.IsEmpty) _events.Add(new WireFileEvent(segment.Time, side.Number, WireFileEventKind.Bytes, side.Direction, next.Data));
            if (next.IsEnd) End(side, segment.Time, WireFileEventKind.End);
        }
    }

    private void End(Side side, TimeSpan time, WireFileEventKind kind)
    {
        _events.Add(new WireFileEvent(time, side.Number, kind, side.Direction));
        side.HasEnded = true;
        if (kind == WireFileEventKind.Reset) side.Other!.HasEnded = true;
    }

    private sealed class Side(int number, WireDirection direction)
    {
        private readonly List<TcpSegment> _waiting = [];
        private uint _next;

        public int Number => number;

        public WireDirection Direction => direction;

        public Side? Other { get; set; }

        public bool HasBegun { get; private set; }

        public bool HasEnded { get; set; }

        public void Begin(uint next) => (_next, HasBegun) = (next, true);

        public void Wait(TcpSegment segment)
        {
            if (segment.Data.IsEmpty && !segment.IsEnd) return;
            if (!HasBegun) Begin(segment.Sequence);
            _waiting.Add(segment);
        }

        /// <summary>The next segment in order, without what was there already; null when it is not there yet.</summary>
        public TcpSegment? Next()
        {
            // Sequence numbers go round: what is behind is less than half a round away.
            int at = HasEnded ? -1 : _waiting.FindIndex(segment => (int)(_next - segment.Sequence) >= 0);
            if (at < 0) return null;

            TcpSegment found = _waiting[at];
            _waiting.RemoveAt(at);
            uint end = found.Sequence + (uint)found.Data.Length;
            int known = (int)Math.Min(_next - found.Sequence, (uint)found.Data.Length);
            _next += (uint)(found.Data.Length - known);

            // A FIN stands behind the last byte; one that came again with old bytes counts no more.
            found = found with { Data = found.Data[known..], Flags = _next == end ? found.Flags : 0 };
            return found;
        }
    }
}
