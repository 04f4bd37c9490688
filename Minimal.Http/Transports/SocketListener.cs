using System.Net;
using System.Net.Sockets;

namespace Minimal.Http.Transports;

/// <summary>Listens for TCP connections: IPv4, IPv6, or both on one socket (an IPv6 any-address accepts IPv4 too).</summary>
public sealed class SocketListener : Listener
{
    // The most that Linux takes by default (net.core.somaxconn); the system cuts larger numbers down itself.
    private const int Backlog = 4096;

    // How long to leave a system alone that has no descriptor for one more connection.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    private readonly EndPoint _endPoint;
    private readonly TimeProvider _time;
    private readonly ManualResetGate _gate = new();
    private Socket? _socket;

    /// <summary>A listener for that address. Port 0 lets the system choose one; <see cref="Bind"/> tells which.</summary>
    /// <param name="endPoint">An <see cref="IPEndPoint"/>.</param>
    /// <param name="time">The clock of the pause after a failed accept; the system's by default.</param>
    public SocketListener(EndPoint endPoint, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        _endPoint = endPoint;
        _time = time ?? TimeProvider.System;
    }

    /// <inheritdoc />
    public override EndPoint Bind()
    {
        if (_socket is not null) throw new InvalidOperationException("The listener is bound already.");
        var socket = new Socket(_endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (_endPoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            SocketOptions.Set(socket);
            socket.Bind(_endPoint);
            socket.Listen(Backlog);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"Cannot listen on {_endPoint}: {Reason(e)}", e);
        }

        _socket = socket;
        return socket.LocalEndPoint!;
    }

    /// <inheritdoc />
    public override async Task RunAsync(Func<Transport, Task> onConnection, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(onConnection);
        Socket listener = _socket ?? throw new InvalidOperationException("Bind comes first.");
        while (!stop.IsCancellationRequested)
        {
            if (await AcceptAsync(listener, stop) is not { } socket) continue;
            var transport = new SocketTransport(socket);

            // A connection starts on a thread of its own choice: whatever its handler does at once, accepting goes on.
            ThreadPool.UnsafeQueueUserWorkItem(static start => _ = start.onConnection(start.transport), (onConnection, transport), preferLocal: false);
        }

        listener.Dispose();
    }

    /// <inheritdoc />
    public override void Pause() => _gate.Close();

    /// <inheritdoc />
    public override void Resume() => _gate.Open();

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        _socket?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The next connection; null when there was none to be had this time.</summary>
    private async ValueTask<Socket?> AcceptAsync(Socket listener, CancellationToken stop)
    {
        try
        {
            await _gate.WaitAsync(stop);
            Socket socket = await listener.AcceptAsync(stop);
            SocketOptions.SetAccepted(socket);
            return socket;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
        {
            // Out of descriptors or memory: connections wait in the queue until others end.
            await Task.Delay(Breath, _time, CancellationToken.None);
            return null;
        }
        catch (SocketException)
        {
            // The peer gave up while it was in the queue.
            return null;
        }
    }

    private static string Reason(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "the port is in use",
        SocketError.AddressNotAvailable => "it is no address of this machine",
        SocketError.AccessDenied => "the system does not allow it",
        _ => e.Message,
    };
}
