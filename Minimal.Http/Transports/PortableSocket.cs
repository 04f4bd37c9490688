using System.Net;
using System.Net.Sockets;

namespace Minimal.Http.Transports;

/// <summary>A socket of the framework, on any system. It waits for readability by a receive without a buffer, one at a time.</summary>
internal sealed class PortableSocket : SocketAsyncEventArgs, IStreamSocket
{
    private readonly Socket _socket;
    private SocketPipeReader? _reader;
    private EndPoint? _local;
    private int _armed;
    private volatile Exception? _error;

    public PortableSocket(Socket socket)
        : base(true)
    {
        // Then a synchronous call does what it can and returns, and waiting is ours.
        socket.Blocking = false;
        _socket = socket;
        RemoteEndPoint = socket.RemoteEndPoint;
    }

    // Not the property of the same name that the arguments of an operation have.
    public new EndPoint? RemoteEndPoint { get; }

    public EndPoint? LocalEndPoint
    {
        get
        {
            // Asked of the system only when somebody wants to know, and then the connection may be over.
            if (_local is null) SocketOptions.TryGetLocal(_socket, out _local);
            return _local;
        }
    }

    public Exception? Error => _error;

    /// <summary>Whether small writes leave at once.</summary>
    public bool HasNoDelay => _socket.NoDelay;

    public void SetReader(SocketPipeReader reader) => _reader = reader;

    public bool TryArm()
    {
        if (Interlocked.CompareExchange(ref _armed, 1, 0) != 0) return true;
        try
        {
            if (_socket.ReceiveAsync(this)) return true;
            Note();
        }
        catch (ObjectDisposedException e)
        {
            _error = e;
        }

        Volatile.Write(ref _armed, 0);
        return false;
    }

    public int Receive(Span<byte> buffer, out SocketError error) => _socket.Receive(buffer, SocketFlags.None, out error);

    public int Send(ReadOnlySpan<byte> bytes, out SocketError error) => _socket.Send(bytes, SocketFlags.None, out error);

    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => _socket.SendAsync(bytes, SocketFlags.None, cancellation);

    public void Shutdown() => SocketOptions.TryShutdown(_socket);

    public void SetReset() => SocketOptions.TrySetReset(_socket);

    public void Disconnect()
    {
        _socket.Dispose();
        Dispose();
    }

    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        Note();
        Interlocked.Exchange(ref _armed, 0);
        _reader?.OnReady();
    }

    private void Note()
    {
        if (SocketError is not (SocketError.Success or SocketError.WouldBlock)) _error = new SocketException((int)SocketError);
    }
}
