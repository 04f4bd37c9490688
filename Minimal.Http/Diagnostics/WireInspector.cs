using Minimal.Http.Diagnostics.Inspecting;
using Minimal.Http.Transports;

namespace Minimal.Http.Diagnostics;

/// <summary>
/// Watches the connections of a server: what passes is read by <see cref="WireReader"/>, kept within bounds and told to whom it concerns.
/// A server takes one by <see cref="HttpServerOptions.Inspector"/>.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class WireInspector
{
    private readonly Lock _gate = new();
    private readonly LinkedList<WireConnection> _connections = new();
    private volatile WireSubscription[] _subscriptions = [];
    private long _lastId;

    /// <summary>An inspector for one or more servers.</summary>
    public WireInspector(WireInspectorOptions? options = null) => Options = options ?? new WireInspectorOptions();

    /// <summary>What it was told.</summary>
    public WireInspectorOptions Options { get; }

    /// <summary>The connections that are kept, open and ended, oldest first: a copy.</summary>
    public IReadOnlyList<WireConnection> Connections
    {
        get
        {
            lock (_gate) return [.. _connections];
        }
    }

    /// <summary>Begins to tell what happens from now on.</summary>
    /// <param name="capacity">How much news may wait for its reader; what is older is missed. At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no room for any.</exception>
    public WireSubscription Subscribe(int capacity = 4096)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        var subscription = new WireSubscription(this, capacity);
        lock (_gate) _subscriptions = [.. _subscriptions, subscription];
        return subscription;
    }

    /// <summary>Begins to watch a connection.</summary>
    /// <returns>What to use in the transport's place: itself, when the connection is not watched.</returns>
    internal Transport Watch(Transport transport, TimeProvider time)
    {
        if (!Options.Watches(transport)) return transport;
        WireConnection watched;
        lock (_gate)
        {
            if (!MakeRoom()) return transport;
            watched = new WireConnection(this, ++_lastId, transport.RemoteEndPoint, time);
            _connections.AddLast(watched);
        }

        watched.Open();
        return new InspectedTransport(transport, watched);
    }

    /// <summary>A connection of a server has ended; it may be one that is not watched.</summary>
    internal static void OnEnded(Transport transport, ConnectionEnd end) => (transport as InspectedTransport)?.Watched.Close(end);

    internal void Tell(WireEvent news)
    {
        foreach (WireSubscription subscription in _subscriptions) subscription.Tell(news);
    }

    internal void Remove(WireSubscription subscription)
    {
        lock (_gate) _subscriptions = [.. _subscriptions.Where(other => other != subscription)];
    }

    /// <summary>The oldest that has ended makes room; while all are open, there is none.</summary>
    private bool MakeRoom()
    {
        if (_connections.Count < Options.MaxConnections) return true;
        LinkedListNode<WireConnection>? oldest = _connections.First;
        while (oldest is { Value.IsOpen: true }) oldest = oldest.Next;
        if (oldest is null) return false;
        _connections.Remove(oldest);
        return true;
    }
}
