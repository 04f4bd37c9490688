using System.Net;

namespace Minimal.Http.Diagnostics;

/// <summary>A connection that a <see cref="WireInspector"/> watches or has watched. Thread-safe.</summary>
public sealed class WireConnection
{
    internal WireConnection(long id, EndPoint? remoteEndPoint, DateTimeOffset opened)
    {
        Id = id;
        RemoteEndPoint = remoteEndPoint;
        Opened = opened;
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
    public IReadOnlyList<WireEvent> Events => [];
}
