using System.IO.Pipelines;
using System.Net;
using Minimal.Http.Transports;
using Minimal.Http.Wire;

namespace Minimal.Http;

/// <summary>
/// A connection that another protocol has taken over (RFC 9110 §7.8). Its bytes are the protocol's alone, those that came behind the
/// request included. It ends when the handler ends, and what it left to do then (<see cref="HttpExchange.AtHandlerEnd"/>): FIN, then what the
/// client still sends is read for a while and thrown away.
/// </summary>
/// <remarks>
/// One reader and one writer at a time; <see cref="Abort"/> and <see cref="End"/> from any thread. No timeout of HTTP applies any more: a
/// protocol keeps its own, with <see cref="Deadlines"/>. A read may come back cancelled without cause, as with any pipe: read again.
/// </remarks>
public sealed class UpgradedConnection : IDuplexPipe, IAsyncDisposable
{
    private readonly HttpConnection _connection;
    private readonly HttpServer _server;

    internal UpgradedConnection(HttpConnection connection, HttpServer server)
    {
        _connection = connection;
        _server = server;
    }

    /// <inheritdoc />
    public PipeReader Input => _connection.Transport.Input;

    /// <inheritdoc />
    public PipeWriter Output => _connection.Transport.Output;

    /// <summary>The client's address; null when the transport has none.</summary>
    public EndPoint? RemoteEndPoint => _connection.Transport.RemoteEndPoint;

    /// <summary>Fires when the server begins to stop: the protocol should end now.</summary>
    public CancellationToken Draining => _server.Draining;

    /// <summary>Where deadlines of the server's clock are kept.</summary>
    public DeadlineWheel Deadlines => _server.Deadlines;

    /// <summary>Bytes handed on so far, to see whether the peer takes any.</summary>
    public long BytesSent => _connection.Transport.BytesSent;

    /// <inheritdoc cref="Transport.TrySend" />
    public int TrySend(ReadOnlySpan<byte> bytes) => _connection.Transport.TrySend(bytes);

    /// <summary>Says why the protocol ends, for logs and metrics. The first reason stays.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="broken">The rule that the peer broke, with <see cref="ConnectionEnd.Refused"/>.</param>
    public void End(ConnectionEnd reason, ProtocolRule? broken = null)
    {
        if (broken is not null) _connection.SetBroken(broken);
        _connection.SetEnd(reason);
    }

    /// <summary>Ends both directions at once; the client sees a reset.</summary>
    public void Abort() => _connection.Abort(ConnectionEnd.AbortedByHandler);

    /// <summary>Ends this side: nothing more is sent.</summary>
    public ValueTask DisposeAsync()
    {
        _connection.SetEnd(ConnectionEnd.UpgradeEnded);
        return default;
    }
}
