using System.Net;
using System.Net.Sockets;

namespace Minimal.Http.Transports;

/// <summary>The socket of a listener, TCP or Unix domain, from its address until it is closed.</summary>
internal sealed class ListeningSocket(EndPoint endPoint) : IDisposable
{
    // The most that Linux takes by default (net.core.somaxconn); the system cuts larger numbers down itself.
    private const int Backlog = 4096;

    private Socket? _socket;

    /// <summary>The socket, which does not block.</summary>
    /// <exception cref="InvalidOperationException">It has no address yet.</exception>
    public Socket Socket => _socket ?? throw new InvalidOperationException("Bind comes first.");

    /// <summary>Its number, valid until it is disposed.</summary>
    public int Descriptor => (int)Socket.Handle;

    /// <inheritdoc cref="Listener.Bind" />
    public EndPoint Bind()
    {
        if (_socket is not null) throw new InvalidOperationException("The listener is bound already.");
        Socket? socket = null;
        try
        {
            if (endPoint is UnixDomainSocketEndPoint file) UnixSocketFile.RemoveIfStale(file);
            socket = new Socket(endPoint.AddressFamily, SocketType.Stream, endPoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
            if (endPoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            SocketOptions.Set(socket);
            socket.Bind(endPoint);
            socket.Listen(Backlog);
            socket.Blocking = false;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new IOException($"Cannot listen on {endPoint}: {Reason(e)}.", e);
        }

        _socket = socket;
        return socket.LocalEndPoint!;
    }

    public void Dispose() => _socket?.Dispose();

    private string Reason(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse when endPoint is IPEndPoint => "the port is in use",
        SocketError.AddressAlreadyInUse => "somebody listens there, or the file is no socket",
        SocketError.AddressNotAvailable => "it is no address of this machine",
        SocketError.AccessDenied => "the system does not allow it",
        _ => e.Message,
    };
}
