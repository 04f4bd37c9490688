using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Minimal.Http;
using Minimal.Http.Transports;
using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket;

/// <summary>
/// The sending side: many writers, one output. Frames are written under a lock; who finds the output free flushes it, and takes along
/// what others write meanwhile. Control frames go first at every frame boundary. Thread-safe.
/// </summary>
/// <remarks>
/// What the receiver's own thread sends while it is in the handler waits until that comes back, to leave with one send for everything that
/// was read: the thread always comes back to the receiver, at the handler's next wait. What other threads send leaves at once.
/// </remarks>
internal sealed class FrameSender : IDisposable
{
    // From here on what is written does not wait for more.
    private const int FlushBytes = 16 * 1024;

    private readonly WebSocketConnection _connection;
    private readonly Transport _transport;
    private readonly PipeWriter _output;

    // Locked by whoever writes, or changes what is to be written; a lock of its own would be one more object for each connection.
    private readonly FrameWriter _writer;
    private readonly WebSocketOptions _options;
    private ClosingHandshake _closing;
    private DueControls _due;
    private Exception? _failure;

    // Made when somebody first waits, or sends in parts.
    private SendBacklog? _backlog;

    // The output is somebody's: it is being flushed.
    private bool _isBusy;

    // Something was written, or is due, and nobody is about to flush it but the receiver.
    private volatile bool _owes;

    private ConfiguredValueTaskAwaitable<FlushResult>.ConfiguredValueTaskAwaiter _flushing;
    private Action? _onFlushed;
    private volatile int _receiverThread;

    public FrameSender(WebSocketConnection connection, Transport transport, MaskingKeys? keys, WebSocketOptions options, DeflateParameters? deflate)
    {
        _connection = connection;
        _transport = transport;
        _output = transport.Output;
        _options = options;
        _writer = new FrameWriter(_output, keys, deflate, options);
        _closing = new ClosingHandshake(connection.Role);
    }

    /// <summary>The closing handshake as it stands.</summary>
    public ClosingHandshake Closing
    {
        get
        {
            lock (_writer) return _closing;
        }
    }

    /// <summary>Whether bytes are on their way that the peer has not taken.</summary>
    public bool IsBusy => Volatile.Read(ref _isBusy);

    /// <summary>Whether the thread that runs is the receiver's, in the handler.</summary>
    public bool IsReceiverThread => _receiverThread == Environment.CurrentManagedThreadId;

    /// <summary>When a message goes that cannot go at once: when it has come to the front, or never, for too much waits already.</summary>
    private enum Turn { Now, Later, Never }

    private SendBacklog Backlog => _backlog ??= new SendBacklog(this);

    private bool IsFree => !_isBusy && _backlog is not { IsEmpty: false };

    private SendOperation? NextInQueue => _backlog?.Next;

    /// <summary>Whether some thread is the receiver's, in the handler.</summary>
    public bool IsHandlerRunning => _receiverThread != 0;

    /// <summary>The receiver's thread goes into the handler; false when it is there already, further down.</summary>
    public bool EnterHandler()
    {
        if (IsReceiverThread) return false;
        _receiverThread = Environment.CurrentManagedThreadId;
        return true;
    }

    /// <summary>The thread has come back. By now another one may be the receiver's.</summary>
    public void LeaveHandler() => Interlocked.CompareExchange(ref _receiverThread, 0, Environment.CurrentManagedThreadId);

    /// <summary>Sends a message. The bytes are the sender's until the task has ended.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> data, Opcode opcode, bool mayCompress, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return ValueTask.FromCanceled(cancellation);
        var message = new OutgoingMessage(opcode, data, mayCompress && _writer.CanCompress && data.Length >= _options.MinCompressBytes);
        SendOperation? operation = null;
        var turn = Turn.Later;
        lock (_writer)
        {
            if (!_closing.MayBeginMessage) return ValueTask.FromException(Closed());
            if (!IsFree || data.Length > FrameWriter.MaxFrameBytes) operation = Enqueue(message, null, out turn);
            else if (WriteNow(ref message)) return default;
        }

        return operation is null ? FlushWrittenAsync() : WaitFor(operation, turn, cancellation);
    }

    /// <summary>Sends the next part of a message. The bytes are the sender's until the task has ended.</summary>
    public ValueTask SendPartAsync(WebSocketMessageWriter writer, ReadOnlyMemory<byte> data, bool isFinal, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return ValueTask.FromCanceled(cancellation);
        Opcode opcode = writer.HasBegun ? Opcode.Continuation : writer.Opcode;
        var message = new OutgoingMessage(opcode, data, writer.MayCompress && _writer.CanCompress, isFinal);
        SendOperation? operation = null;
        var turn = Turn.Later;
        lock (_writer)
        {
            if (!(writer.HasBegun ? _closing.MayFinishMessage : _closing.MayBeginMessage)) return ValueTask.FromException(Closed());
            bool isTurn = !_isBusy && (_backlog?.Open == writer || IsFree);
            if (!isTurn || data.Length > FrameWriter.MaxFrameBytes) operation = Enqueue(message, writer, out turn);
            else
            {
                Backlog.Open = isFinal ? null : writer;
                if (WriteNow(ref message) && NextInQueue is null) return default;
                _isBusy = true;
            }
        }

        return operation is null ? FlushWrittenAsync() : WaitFor(operation, turn, cancellation);
    }

    /// <summary>Sends a message if it can go at once; false when others are before it.</summary>
    public bool TrySend(ReadOnlyMemory<byte> data, Opcode opcode)
    {
        var message = new OutgoingMessage(opcode, data, _writer.CanCompress && data.Length >= _options.MinCompressBytes);
        lock (_writer)
        {
            if (!_closing.MayBeginMessage || !IsFree || data.Length > FrameWriter.MaxFrameBytes) return false;
            if (WriteNow(ref message)) return true;
        }

        Drain(StartFlush());
        return true;
    }

    /// <summary>
    /// Sends frames that are made already, whole messages without mask, as many bytes as go at once. Where the peer takes only a part of
    /// one, the rest of that frame is copied, and leaves before anything else.
    /// </summary>
    /// <returns>How many bytes are done with: they end with a frame. 0 when the output is not free; <see cref="FlushAsync()"/> tells when it is.</returns>
    public int TrySendFrames(ReadOnlySpan<byte> frames)
    {
        lock (_writer)
        {
            if (!_closing.MayBeginMessage) throw Closed();
            if (!IsFree) return 0;
            WriteDue();
            _isBusy = true;
        }

        if (_writer.UnflushedBytes == 0) return SendFrames(frames);
        Drain(StartFlush());
        return 0;
    }

    /// <summary>Ends when what was sent up to now has been handed on.</summary>
    public ValueTask FlushAsync()
    {
        lock (_writer)
        {
            if (_failure is not null) return ValueTask.FromException(Closed());
            if (_isBusy) return Backlog.AddWaiter();
            if (_writer.UnflushedBytes == 0) return default;
            _isBusy = true;
        }

        return FlushWrittenAsync();
    }

    /// <summary>Ends when nobody uses the output any more; it does not fail.</summary>
    public async ValueTask WhenFreeAsync()
    {
        while (true)
        {
            ValueTask flushed;
            lock (_writer)
            {
                if (!_isBusy) return;
                flushed = Backlog.AddWaiter();
            }

            try
            {
                await flushed.ConfigureAwait(false);
            }
            catch (WebSocketClosedException)
            {
                // The flush may not have noticed yet.
            }
        }
    }

    /// <summary>Sends what waits for the receiver: it is about to wait, or its thread has come back from the handler.</summary>
    public void FlushOwed()
    {
        if (!_owes) return;
        lock (_writer)
        {
            _owes = false;
            if (_isBusy) return;
            WriteDue();
            if (_writer.UnflushedBytes == 0) return;
            _isBusy = true;
        }

        Drain(StartFlush());
    }

    /// <summary>A ping came. It is answered at the latest when the receiver next waits.</summary>
    public void OwePong(ReadOnlySpan<byte> payload)
    {
        lock (_writer) _due.SetPong(payload);
        _owes = true;
    }

    /// <summary>Sends a ping at the next frame boundary.</summary>
    public void SendPing(long number)
    {
        lock (_writer)
        {
            _due.Ping = number;
            if (_isBusy) return;
            _isBusy = true;
        }

        Drain();
    }

    /// <summary>Begins the closing handshake: messages that were sent before go first. False when it has begun.</summary>
    public bool Close(ClosePayload close)
    {
        lock (_writer)
        {
            if (!_closing.TrySend()) return false;
            _due.SetClose(close, isUrgent: false);
            if (_isBusy) return true;
            _isBusy = true;
        }

        Drain();
        return true;
    }

    /// <summary>The peer's Close has come: it is answered at the next frame boundary, and messages that wait are not sent any more (RFC 6455 §5.5.1).</summary>
    public void OnClose(ClosePayload close)
    {
        lock (_writer)
        {
            if (!_closing.TryReceive(close)) return;
            if (_closing.MustAnswer && _closing.TrySend()) _due.SetClose(new ClosePayload(close.Code), isUrgent: true);
            if (!TakeOverToClose()) return;
        }

        Drain();
    }

    /// <summary>The peer broke a rule: it is told which at the next frame boundary, and messages that wait are not sent any more (RFC 6455 §7.1.7).</summary>
    public void Fail(ProtocolRule rule)
    {
        lock (_writer)
        {
            if (_closing.TryFail()) _due.SetClose(ClosePayload.For(rule), isUrgent: true);
            if (!TakeOverToClose()) return;
        }

        Drain();
    }

    /// <summary>The transport has ended: nothing is sent any more, and who waits learns it.</summary>
    public void Lose(Exception? cause)
    {
        lock (_writer)
        {
            _closing.EndTransport();
            _failure ??= cause ?? new IOException("The connection has ended.");
            FailWaiting();
        }
    }

    /// <summary>Takes an operation out of the line; false when it has begun.</summary>
    public bool TryWithdraw(SendOperation operation)
    {
        lock (_writer) return !operation.Message.HasBegun && Backlog.Remove(operation);
    }

    /// <summary>Why nothing can be sent.</summary>
    public WebSocketClosedException Closed()
    {
        if (_closing.Code == CloseCode.AbnormalClosure && _due.Close is { } own) return new WebSocketClosedException(own.Code, own.Reason, null, _failure);
        return new WebSocketClosedException(_closing.Code, _closing.Reason, null, _failure);
    }

    /// <summary>Gives the memory of the compressor back.</summary>
    public void Dispose()
    {
        lock (_writer) _writer.Dispose();
    }

    private SendOperation Enqueue(in OutgoingMessage message, WebSocketMessageWriter? writer, out Turn turn)
    {
        turn = _isBusy ? Turn.Later : Turn.Now;
        if (!Backlog.Takes(message.Length, _options.MaxQueuedBytes)) turn = Turn.Never;
        if (turn == Turn.Now) _isBusy = true;
        return Backlog.Add(message, writer);
    }

    private ValueTask WaitFor(SendOperation operation, Turn turn, CancellationToken cancellation)
    {
        ValueTask task = operation.Task;
        operation.CancelBy(cancellation);
        if (turn == Turn.Now) Drain();
        if (turn == Turn.Never) _connection.OnTooSlow();
        return task;
    }

    /// <summary>Writes a message of one frame; true when it may wait for the receiver to flush it, else the output is the caller's.</summary>
    private bool WriteNow(ref OutgoingMessage message)
    {
        WriteDue();
        _writer.WriteNext(ref message);
        if (IsReceiverThread && _writer.UnflushedBytes < FlushBytes)
        {
            _owes = true;
            return true;
        }

        _isBusy = true;
        return false;
    }

    private void WriteDue()
    {
        if (_due.IsAny(NextInQueue is null) && _due.Write(_writer, NextInQueue is null)) FailQueued();
    }

    private void WriteQueued()
    {
        WriteDue();
        while (_writer.UnflushedBytes < FlushBytes && NextInQueue is { } next)
        {
            _writer.WriteNext(ref next.Message);
            if (next.Message.IsWritten) Backlog.OnWritten();
        }

        WriteDue();
    }

    private int SendFrames(ReadOnlySpan<byte> frames)
    {
        int done;
        try
        {
            int sent = _transport.TrySend(frames);
            done = sent == frames.Length ? sent : FrameScan.EndOfFrame(frames, Math.Max(sent, 1));
            lock (_writer) _output.Write(frames[sent..done]);
        }
        catch (IOException e)
        {
            lock (_writer) _isBusy = false;
            _connection.OnLost(e);
            throw Closed();
        }

        Drain(StartFlush());
        return done;
    }

    /// <summary>Flushes the output, which is the caller's, and goes on with what others have queued meanwhile. Ends with the flush.</summary>
    private ValueTask FlushWrittenAsync()
    {
        ValueTask<FlushResult> flush = StartFlush();
        ValueTask flushed = default;
        if (!flush.IsCompletedSuccessfully)
        {
            lock (_writer) flushed = Backlog.AddWaiter();
        }

        Drain(flush);
        return flushed;
    }

    private ValueTask<FlushResult> StartFlush()
    {
        try
        {
            return _output.FlushAsync();
        }
        catch (Exception e)
        {
            return ValueTask.FromException<FlushResult>(e);
        }
    }

    private void Free()
    {
        _isBusy = false;

        // RFC 6455 §7.1.1: the server ends TCP first. What the peer still sends is read by the connection of HTTP, so that no reset overtakes the Close.
        if (_closing.MustEndTransport && !_due.IsCloseDue && _failure is null) _output.Complete();
    }

    private void Drain() => Drain(default);

    /// <summary>Waits for a flush, writes what has gathered, flushes that, and so on. The output is the caller's.</summary>
    private void Drain(ValueTask<FlushResult> flush)
    {
        while (true)
        {
            _flushing = flush.ConfigureAwait(false).GetAwaiter();
            if (!_flushing.IsCompleted)
            {
                _flushing.UnsafeOnCompleted(_onFlushed ??= OnFlushed);
                return;
            }

            if (!TryGoOn(out flush)) return;
        }
    }

    private void OnFlushed()
    {
        if (TryGoOn(out ValueTask<FlushResult> flush)) Drain(flush);
    }

    private bool TryGoOn(out ValueTask<FlushResult> flush)
    {
        flush = default;
        try
        {
            if (_flushing.GetResult().IsCompleted) throw new IOException("The peer has closed the connection.");
        }
        catch (Exception e)
        {
            lock (_writer) _isBusy = false;
            _connection.OnLost(e);
            return false;
        }

        lock (_writer)
        {
            while (_backlog?.TakeWritten() is { } written) written.Complete();
            if (_failure is null) WriteQueued();
            if (_writer.UnflushedBytes == 0)
            {
                Free();
                return false;
            }
        }

        flush = StartFlush();
        return true;
    }

    /// <summary>A Close goes next; true when the output is free, and the caller's now.</summary>
    private bool TakeOverToClose()
    {
        _due.Hurry();
        FailQueued();
        if (_isBusy) return false;
        _isBusy = true;
        return true;
    }

    private void FailQueued()
    {
        while (_backlog?.TakeQueued() is { } queued) queued.Fail(Closed());
    }

    private void FailWaiting()
    {
        FailQueued();
        if (_failure is null) return;
        while (_backlog?.TakeWritten() is { } written) written.Fail(Closed());
    }
}
