using System.Net;
using System.Net.Sockets;

namespace Minimal.Http.Transports;

/// <summary>
/// Listens for TCP connections, IPv4, IPv6, or both on one socket (an IPv6 any-address accepts IPv4 too), or on a Unix domain socket, whose
/// file goes with the listener.
/// </summary>
public sealed class SocketListener : Listener
{
    // How long to leave a system alone that has no room for one more connection.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    private readonly ListeningSocket _socket;
    private readonly TimeProvider _time;
    private readonly ManualResetGate _gate = new();
    private readonly ConnectionStarts _starts = new();
    private volatile bool _isClosed;

    /// <summary>A listener for that address. Port 0 lets the system choose one; <see cref="Bind"/> tells which.</summary>
    /// <param name="endPoint">An <see cref="IPEndPoint"/> or a <see cref="UnixDomainSocketEndPoint"/>.</param>
    /// <param name="time">The clock of the pause after a failed accept; the system's by default.</param>
    public SocketListener(EndPoint endPoint, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        _socket = new ListeningSocket(endPoint);
        _time = time ?? TimeProvider.System;
    }

    /// <inheritdoc />
    public override EndPoint Bind() => _socket.Bind();

    /// <inheritdoc />
    public override async Task RunAsync(Func<Transport, Task> onConnection, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(onConnection);
        Socket listener = _socket.Socket;
        while (!stop.IsCancellationRequested && !_isClosed)
        {
            if (await AcceptAsync(listener, stop).ConfigureAwait(false) is not { } socket) continue;
            bool isLast = !DescriptorRoom.Holds(socket);

            // One that was on its way when the gate closed waits here.
            await _gate.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Start(onConnection, socket);
            if (isLast) await WaitForRoomAsync(stop).ConfigureAwait(false);
        }

        // Who had connected by now is still served, as long as there is room: without a descriptor to spare the runtime ends the process.
        while (!_isClosed && DescriptorRoom.IsLeft() && TryAccept(listener) is { } late) Start(onConnection, late);
        listener.Dispose();
        await _starts.CompleteAsync().ConfigureAwait(false);
    }

    /// <inheritdoc />
    public override void Pause() => _gate.Close();

    /// <inheritdoc />
    public override void Resume() => _gate.Open();

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        _isClosed = true;
        _socket.Dispose();
        _gate.Open();
        return ValueTask.CompletedTask;
    }

    /// <summary>The next connection; null when there was none to be had this time.</summary>
    private async ValueTask<Socket?> AcceptAsync(Socket listener, CancellationToken stop)
    {
        try
        {
            await _gate.WaitAsync(stop).ConfigureAwait(false);
            return await listener.AcceptAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (SocketException e) when (IsPeers(e))
        {
            return null;
        }
        catch (ObjectDisposedException) when (_isClosed)
        {
            return null;
        }
        catch (Exception e) when (e is SocketException or OutOfMemoryException)
        {
            // Without a descriptor the runtime cannot even load what it makes that exception with, and says that it has no memory.
            if (!_isClosed) await WaitForRoomAsync(stop).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Connections wait in the queue until others end, or the program closes files of its own.</summary>
    private async ValueTask WaitForRoomAsync(CancellationToken stop)
    {
        do await Task.Delay(Breath, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stop.IsCancellationRequested && !_isClosed && !DescriptorRoom.IsLeft());
    }

    /// <summary>A connection that waits in the queue; null when there is none, or when it cannot be had.</summary>
    private static Socket? TryAccept(Socket listener)
    {
        while (true)
        {
            try
            {
                return listener.Accept();
            }
            catch (SocketException e) when (IsPeers(e))
            {
                continue;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return null;
            }
        }
    }

    // The peer gave up while it was in the queue.
    private static bool IsPeers(SocketException e) => e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset;

    private void Start(Func<Transport, Task> onConnection, Socket socket)
    {
        try
        {
            SocketOptions.SetAccepted(socket);
            _starts.Start(onConnection, new SocketTransport(socket));
        }
        catch (SocketException)
        {
            // The peer gave up before its options could be set.
            socket.Dispose();
        }
    }
}
