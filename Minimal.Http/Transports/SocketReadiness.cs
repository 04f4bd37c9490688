using System.Net.Sockets;

namespace Minimal.Http.Transports;

/// <summary>Waits until a socket is readable, or at its end: a receive without a buffer, one at a time. Thread-safe.</summary>
internal sealed class SocketReadiness(Socket socket, SocketPipeReader reader) : SocketAsyncEventArgs(true)
{
    private int _armed;
    private volatile Exception? _error;

    /// <summary>Why there is no waiting any more; null as long as there is.</summary>
    public Exception? Error => _error;

    /// <summary>
    /// Begins to wait, unless a wait is under way, be it one whose caller was cancelled: then that one does. False when the socket is readable
    /// already, or lost.
    /// </summary>
    public bool TryArm()
    {
        if (Interlocked.CompareExchange(ref _armed, 1, 0) != 0) return true;
        try
        {
            if (socket.ReceiveAsync(this)) return true;
            Note();
        }
        catch (ObjectDisposedException e)
        {
            _error = e;
        }

        Volatile.Write(ref _armed, 0);
        return false;
    }

    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        Note();
        Interlocked.Exchange(ref _armed, 0);
        reader.OnReady();
    }

    private void Note()
    {
        if (SocketError is not (SocketError.Success or SocketError.WouldBlock)) _error = new SocketException((int)SocketError);
    }
}
