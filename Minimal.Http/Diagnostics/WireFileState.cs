namespace Minimal.Http.Diagnostics;

/// <summary>What the events so far allow: the rules of the format that are about more than one line.</summary>
internal sealed class WireFileState
{
    private readonly Dictionary<int, Ends> _connections = [];
    private TimeSpan _now;

    [Flags]
    private enum Ends
    {
        None = 0,
        FromClient = 1,
        FromServer = 2,
        Both = FromClient | FromServer,
        Closed = 4,
    }

    /// <summary>Takes the next event.</summary>
    /// <returns>Why it cannot come here; null when it can.</returns>
    public string? Accept(WireFileEvent item)
    {
        if (item.Time < _now) return "time does not go back";
        bool isKnown = _connections.TryGetValue(item.Connection, out Ends ends);
        Ends side = item.Direction == WireDirection.FromClient ? Ends.FromClient : Ends.FromServer;
        bool hasSide = item.Kind is WireFileEventKind.Bytes or WireFileEventKind.End or WireFileEventKind.Reset;

        if ((ends & Ends.Closed) != 0) return "the connection was closed";
        if (item.Kind == WireFileEventKind.Open && isKnown) return "a connection opens once, before all else on it";
        if (hasSide && (ends & side) != 0) return "this side of the connection has ended";

        _now = item.Time;
        _connections[item.Connection] = ends | item.Kind switch
        {
            WireFileEventKind.End => side,
            WireFileEventKind.Reset => Ends.Both,
            WireFileEventKind.Close => Ends.Closed,
            _ => Ends.None,
        };
        return null;
    }
}
