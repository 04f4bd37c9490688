using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace Minimal.Http.Transports;

/// <summary>Collects bytes in one contiguous pooled buffer and sends them with one call for each flush.</summary>
internal sealed class SocketPipeWriter(IStreamSocket socket) : PipeWriter
{
    private const int SmallBytes = 4 * 1024;

    // From here on data is sent from where it lies instead of being collected.
    private const int LargeBytes = 16 * 1024;

    // To wait until the peer takes more, a piece is sent: small, so that progress is seen when there is any.
    internal const int PieceBytes = 4 * 1024;

    private byte[] _buffer = [];
    private int _length;
    private bool _completed;
    private long _bytesSent;

    public long BytesSent => Volatile.Read(ref _bytesSent);

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _length;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _buffer.AsMemory(_length);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _buffer.AsSpan(_length);
    }

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)(_buffer.Length - _length), nameof(bytes));
        _length += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfCompleted();
        if (_length == 0) return default;
        int sent = TrySend(_buffer.AsSpan(0, _length));
        if (sent < _length) return FlushRestAsync(sent, cancellationToken);

        ReturnBuffer();
        return default;
    }

    /// <summary>Large data goes from where it lies, without a copy.</summary>
    public override async ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        ThrowIfCompleted();
        if (source.Length < LargeBytes)
        {
            this.Write(source.Span);
            return await FlushAsync(cancellationToken);
        }

        await FlushAsync(cancellationToken);
        int sent = TrySend(source.Span);
        await SendAsync(source[sent..], cancellationToken);
        return default;
    }

    public override void CancelPendingFlush() =>
        throw new NotSupportedException("How much of a cancelled flush has left cannot be known; abort the transport instead.");

    public override void Complete(Exception? exception = null)
    {
        if (_completed) return;
        _completed = true;
        ReturnBuffer();
        if (exception is null) socket.Shutdown();
    }

    /// <summary>Sends what goes without waiting, perhaps nothing.</summary>
    public int TrySend(ReadOnlySpan<byte> bytes)
    {
        try
        {
            int sent = socket.Send(bytes, out SocketError error);
            if (error is not (SocketError.Success or SocketError.WouldBlock)) throw new IOException("The connection was lost.", new SocketException((int)error));
            if (error == SocketError.WouldBlock) return 0;
            Volatile.Write(ref _bytesSent, _bytesSent + sent);
            return sent;
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException("The connection was aborted.", e);
        }
    }

    /// <summary>Sends what goes of what is collected; the rest stays.</summary>
    public void TryFlush()
    {
        int sent = _length == 0 ? 0 : TrySend(_buffer.AsSpan(0, _length));
        if (sent == _length)
        {
            ReturnBuffer();
            return;
        }

        _buffer.AsSpan(sent, _length - sent).CopyTo(_buffer);
        _length -= sent;
    }

    private async ValueTask<FlushResult> FlushRestAsync(int sent, CancellationToken cancellation)
    {
        await SendAsync(_buffer.AsMemory(sent, _length - sent), cancellation);
        ReturnBuffer();
        return default;
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                int sent = await socket.SendAsync(bytes[..Math.Min(bytes.Length, PieceBytes)], cancellation);
                Volatile.Write(ref _bytesSent, _bytesSent + sent);
                bytes = bytes[sent..];
                if (!bytes.IsEmpty) bytes = bytes[TrySend(bytes.Span)..];
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new IOException("The connection was lost.", e);
        }
    }

    private void MakeRoom(int sizeHint)
    {
        ThrowIfCompleted();
        if (_buffer.Length - _length >= Math.Max(sizeHint, 1)) return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(SmallBytes, Math.Max(_length + sizeHint, 2 * _length)));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void ReturnBuffer()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private void ThrowIfCompleted()
    {
        if (_completed) throw new InvalidOperationException("The writer is completed.");
    }
}
