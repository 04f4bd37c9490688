using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Minimal.Http.Transports;

/// <summary>
/// Reads from a socket into one contiguous pooled buffer. When the last read had to wait it waits first, for readability,
/// without a buffer; while data keeps coming it receives at once.
/// </summary>
/// <remarks>One reader; <see cref="CancelPendingRead"/> from any thread. Everything but the fields that say otherwise belongs to who reads, or answers.</remarks>
internal sealed class SocketPipeReader : PipeReader, IValueTaskSource<ReadResult>, IValueTaskSource, IDisposable
{
    // A head and a small body; a read that fills its buffer makes the next one larger, up to the size where copying costs more than calls.
    private const int SmallBytes = 4 * 1024, LargeBytes = 64 * 1024;

    // What is waited for: a read, or to be told.
    private const int Nothing = 0, Read = 1, Word = 2;

    private readonly IStreamSocket _socket;
    private ManualResetValueTaskSourceCore<bool> _source;
    private CancellationTokenRegistration _registration;
    private byte[] _buffer = [];
    private int _start, _end, _examined;
    private int _size = SmallBytes;
    private bool _mustWait = true;
    private bool _ended, _completed;
    private Exception? _error;

    // While somebody waits, what for. Who takes it to Nothing (the socket, a cancellation) answers. Any thread.
    private int _waiting;
    private IInputListener? _listener;

    // 1 while a cancellation waits for a read. Any thread.
    private int _cancelled;

    public SocketPipeReader(IStreamSocket socket)
    {
        _socket = socket;
        socket.SetReader(this);
    }

    /// <summary>The size of the buffer that is held now.</summary>
    internal int HeldBytes => _buffer.Length;

    /// <summary>Bytes that the caller has not looked at, the end, or an error.</summary>
    private bool HasNews => _end > _examined || _ended || _error is not null;

    public override bool TryRead(out ReadResult result)
    {
        ThrowIfCompleted();
        bool cancelled = Interlocked.Exchange(ref _cancelled, 0) != 0;
        if (!cancelled && !HasNews && !_mustWait) Receive();
        result = Result(cancelled);
        return cancelled || HasNews;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfCompleted();
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Exchange(ref _cancelled, 0) != 0) return new ValueTask<ReadResult>(Result(cancelled: true));
        if (!HasNews && !_mustWait) Receive();
        return HasNews ? new ValueTask<ReadResult>(Result()) : new ValueTask<ReadResult>(this, Wait(cancellationToken));
    }

    /// <summary>
    /// Ends when there is something to read, and perhaps without cause: a read that takes no room for its result in who waits. What has come is to be
    /// read by <see cref="TryRead"/>.
    /// </summary>
    /// <inheritdoc cref="ReadAsync" path="/exception" />
    public ValueTask WaitToReadAsync()
    {
        ThrowIfCompleted();
        if (Interlocked.Exchange(ref _cancelled, 0) != 0) return default;
        if (!HasNews && !_mustWait) Receive();
        return HasNews ? default : new ValueTask(this, Wait(CancellationToken.None));
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _start = consumed.GetInteger();
        _examined = Math.Max(examined.GetInteger(), _start);
        if (_start == _end) _start = _end = _examined = 0;
    }

    public override void CancelPendingRead()
    {
        // What has come in the meantime is found by who looks. The canceller may be a timer, on whose thread nobody should go on.
        Interlocked.Exchange(ref _cancelled, 1);
        int waiting = Interlocked.Exchange(ref _waiting, Nothing);
        if (waiting == Word) ThreadPool.UnsafeQueueUserWorkItem(static listener => listener.OnInput(), _listener!, preferLocal: false);
        if (waiting != Read) return;

        Interlocked.Exchange(ref _cancelled, 0);
        _mustWait = false;
        _source.RunContinuationsAsynchronously = true;
        _source.SetResult(true);
    }

    /// <summary>
    /// Tells somebody when it is worth to call <see cref="TryReceive"/>, once: a read that waits, without the memory of one. Who listens may be told once more
    /// when it has stopped.
    /// </summary>
    /// <returns>False when it is worth it now.</returns>
    public bool TryListen(IInputListener listener)
    {
        ThrowIfCompleted();
        if (HasNews || Volatile.Read(ref _cancelled) != 0) return false;
        if (_start == _end) ReturnBuffer();
        _listener = listener;
        Interlocked.Exchange(ref _waiting, Word);
        if (_socket.TryArm()) return true;
        Interlocked.Exchange(ref _waiting, Nothing);
        return false;
    }

    /// <summary>Nobody listens any more; what was looked at is new to who reads next.</summary>
    public void StopListening()
    {
        Interlocked.CompareExchange(ref _waiting, Nothing, Word);
        _examined = _start;
    }

    /// <summary>As <see cref="TryRead"/>, and asks the socket in any case.</summary>
    public bool TryReceive(out ReadResult result)
    {
        // What a wait has found out already the socket does not tell again.
        _error ??= _socket.Error;
        _mustWait = false;
        return TryRead(out result);
    }

    public override void Complete(Exception? exception = null)
    {
        if (_completed) return;
        _completed = true;
        ReturnBuffer();
    }

    public void Dispose() => Complete();

    /// <summary>The socket is readable, or at its end: answers the caller, or waits again when there was nothing after all.</summary>
    internal void OnReady()
    {
        while (Interlocked.Exchange(ref _waiting, Nothing) is not Nothing and var waiting)
        {
            if (waiting == Word)
            {
                _listener!.OnInput();
                return;
            }

            _error ??= _socket.Error;
            if (_error is null) Receive();
            if (HasNews)
            {
                Answer();
                return;
            }

            Interlocked.Exchange(ref _waiting, Read);
            if (Volatile.Read(ref _cancelled) != 0) CancelPendingRead();
            if (_socket.TryArm()) return;
        }
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token)
    {
        _registration.Dispose();
        _registration = default;
        return Result(_source.GetResult(token));
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private ReadResult Result(bool cancelled = false)
    {
        if (_error is not null && !cancelled && _end == _examined) throw Lost();
        return new ReadResult(new ReadOnlySequence<byte>(_buffer, _start, _end - _start), cancelled, _ended);
    }

    private short Wait(CancellationToken cancellation)
    {
        if (_start == _end) ReturnBuffer();
        _source.Reset();
        _source.RunContinuationsAsynchronously = false;
        short version = _source.Version;
        if (cancellation.CanBeCanceled) _registration = cancellation.UnsafeRegister(static (reader, token) => ((SocketPipeReader)reader!).Cancel(token), this);

        Interlocked.Exchange(ref _waiting, Read);
        if (!_socket.TryArm()) OnReady();

        // A cancellation that came before there was a wait to cancel.
        if (Volatile.Read(ref _cancelled) != 0) CancelPendingRead();
        if (cancellation.IsCancellationRequested) Cancel(cancellation);
        return version;
    }

    private void Answer()
    {
        if (_error is not null && _end == _examined) _source.SetException(Lost());
        else _source.SetResult(false);
    }

    private void Cancel(CancellationToken token)
    {
        if (Interlocked.Exchange(ref _waiting, Nothing) != Read) return;
        _source.RunContinuationsAsynchronously = true;
        _source.SetException(new OperationCanceledException(token));
    }

    private void Receive()
    {
        MakeRoom();
        try
        {
            int room = _buffer.Length - _end;
            int received = _socket.Receive(_buffer.AsSpan(_end), out SocketError error);
            _mustWait = error == SocketError.WouldBlock || (error == SocketError.Success && received < room);
            if (error == SocketError.WouldBlock) return;
            if (error != SocketError.Success) _error = new SocketException((int)error);
            else if (received == 0) _ended = true;
            Adapt(received, room);
            _end += received;
        }
        catch (ObjectDisposedException e)
        {
            _error = e;
        }
    }

    private void Adapt(int received, int room)
    {
        if (received == room) _size = Math.Min(LargeBytes, 4 * _size);
        else if (received < _size / 4) _size = Math.Max(SmallBytes, _size / 2);
    }

    /// <summary>Room for another read: behind what is kept, or by moving it, or in a larger buffer.</summary>
    private void MakeRoom()
    {
        int kept = _end - _start;
        bool isTooSmall = kept == 0 && _buffer.Length < _size;
        if (_buffer.Length - _end >= SmallBytes / 4 && !isTooSmall) return;

        byte[] larger = _buffer.Length - kept >= SmallBytes / 2 && _buffer.Length >= _size ? _buffer : ArrayPool<byte>.Shared.Rent(Math.Max(_size, 2 * kept));
        _buffer.AsSpan(_start, kept).CopyTo(larger);
        if (larger != _buffer)
        {
            if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        _examined -= _start;
        _start = 0;
        _end = kept;
    }

    private void ReturnBuffer()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _end = _examined = 0;
    }

    private IOException Lost() => new("The connection was lost.", _error);

    private void ThrowIfCompleted()
    {
        if (_completed) throw new InvalidOperationException("The reader is completed.");
    }
}
