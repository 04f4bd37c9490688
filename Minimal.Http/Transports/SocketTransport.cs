using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace Minimal.Http.Transports;

/// <summary>
/// A socket as a pipe: reader and writer stand straight on it. Nothing is copied between buffers, no task pumps, and a
/// connection that waits holds no buffer.
/// </summary>
public sealed class SocketTransport : Transport
{
    private readonly Socket _socket;
    private readonly SocketPipeReader _input;
    private readonly SocketPipeWriter _output;
    private EndPoint? _local;
    private int _ended;

    /// <summary>Takes over a connected stream socket.</summary>
    public SocketTransport(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);

        // Then a synchronous call does what it can and returns, and waiting is ours.
        socket.Blocking = false;
        _socket = socket;
        RemoteEndPoint = socket.RemoteEndPoint;
        _input = new SocketPipeReader(socket);
        _output = new SocketPipeWriter(socket);
    }

    /// <inheritdoc />
    public override PipeReader Input => _input;

    /// <inheritdoc />
    public override PipeWriter Output => _output;

    /// <inheritdoc />
    public override EndPoint? RemoteEndPoint { get; }

    /// <inheritdoc />
    public override EndPoint? LocalEndPoint
    {
        get
        {
            // Asked of the system only when somebody wants to know, and then the connection may be over.
            if (_local is null) SocketOptions.TryGetLocal(_socket, out _local);
            return _local;
        }
    }

    /// <inheritdoc />
    public override long BytesSent => _output.BytesSent;

    /// <summary>Whether small writes leave at once.</summary>
    internal bool HasNoDelay => _socket.NoDelay;

    /// <summary>Connects to an address.</summary>
    /// <exception cref="SocketException">It cannot be reached.</exception>
    public static async ValueTask<SocketTransport> ConnectAsync(EndPoint endPoint, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, endPoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            SocketOptions.Set(socket);
            await socket.ConnectAsync(endPoint, cancellation);
            return new SocketTransport(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public override int TrySend(ReadOnlySpan<byte> bytes) => _output.TrySend(bytes);

    /// <inheritdoc />
    public override void TryFlush() => _output.TryFlush();

    /// <inheritdoc />
    public override void Abort()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0) return;
        SocketOptions.TrySetReset(_socket);
        _socket.Dispose();
    }

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        _output.Complete();
        _input.Complete();
        if (Interlocked.Exchange(ref _ended, 1) == 0) _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
