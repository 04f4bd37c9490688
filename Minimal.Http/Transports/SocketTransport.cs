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
    private readonly IStreamSocket _socket;
    private readonly SocketPipeReader _input;
    private readonly SocketPipeWriter _output;
    private int _ended;

    /// <summary>Takes over a connected stream socket.</summary>
    public SocketTransport(Socket socket)
        : this(new PortableSocket(socket ?? throw new ArgumentNullException(nameof(socket))))
    {
    }

    internal SocketTransport(IStreamSocket socket)
    {
        _socket = socket;
        _input = new SocketPipeReader(socket);
        _output = new SocketPipeWriter(socket);
    }

    /// <inheritdoc />
    public override PipeReader Input => _input;

    /// <inheritdoc />
    public override PipeWriter Output => _output;

    /// <inheritdoc />
    public override EndPoint? RemoteEndPoint => _socket.RemoteEndPoint;

    /// <inheritdoc />
    public override EndPoint? LocalEndPoint => _socket.LocalEndPoint;

    /// <inheritdoc />
    public override long BytesSent => _output.BytesSent;

    /// <summary>Whether small writes leave at once.</summary>
    internal bool HasNoDelay => _socket is PortableSocket { HasNoDelay: true };

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
        _socket.SetReset();
        _socket.Disconnect();
    }

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        _output.Complete();
        _input.Complete();
        if (Interlocked.Exchange(ref _ended, 1) == 0) _socket.Disconnect();
        return ValueTask.CompletedTask;
    }
}
