using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Minimal.Http.Transports;
using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket;

/// <summary>
/// The receiving side: one reader. What one read has brought is handed out message by message before the next read; a wait allocates
/// nothing. Pings and the peer's Close are answered on the way.
/// </summary>
internal sealed class MessageReceiver : IValueTaskSource<WebSocketMessage?>, IDisposable
{
    // What becomes of the one receive that there can be: under way, or answered and its result not taken. Ended, when there will be none any more.
    private const int Free = 0, Receiving = 1, Answered = 2, Ended = 3;

    // After so many reads that need not wait, others have their turn on this thread.
    private const int MaxReadsInARow = 64;

    private readonly WebSocketConnection _connection;
    private readonly FrameSender _sender;
    private readonly PipeReader _input;
    private readonly MessageDecoder _decoder;
    private readonly Action _onRead;
    private ManualResetValueTaskSourceCore<WebSocketMessage?> _source;
    private ConfiguredValueTaskAwaitable<ReadResult>.ConfiguredValueTaskAwaiter _reading;
    private CancellationTokenRegistration _cancellation;
    private WebSocketClosedException? _failure;
    private TaskCompletionSource? _over, _answered;
    private bool _inParts, _hasRead, _isInputEnded;
    private int _readsInARow;
    private int _receive;
    private volatile bool _isOver, _isGivenUp, _isCancelled, _isClosing;
    private long _reads, _waits, _wait;

    public MessageReceiver(WebSocketConnection connection, Transport transport, FrameSender sender, MessageDecoder decoder)
    {
        _connection = connection;
        _sender = sender;
        _input = transport.Input;
        _decoder = decoder;
        _onRead = OnRead;
    }

    private enum Outcome { Message, NeedMore, Over }

    /// <summary>How often something was received.</summary>
    public long Reads => Volatile.Read(ref _reads);

    /// <summary>The number of the wait that is under way; 0 when there is none.</summary>
    public long Wait => Volatile.Read(ref _wait);

    /// <summary>Ends when nothing can be received any more.</summary>
    private Task WhenOver
    {
        get
        {
            TaskCompletionSource over = LazyInitializer.EnsureInitialized(ref _over, static () => new(TaskCreationOptions.RunContinuationsAsynchronously));
            if (_isOver || _isGivenUp) over.TrySetResult();
            return over.Task;
        }
    }

    /// <summary>The next message or part; null behind the peer's Close.</summary>
    public ValueTask<WebSocketMessage?> ReceiveAsync(bool inParts, CancellationToken cancellation)
    {
        if (!TryBegin()) return _isClosing ? ReceiveNothingAsync() : throw OnlyOne();
        return ReceiveOwnedAsync(inParts, cancellation);
    }

    /// <summary>Receives, and throws away, until the peer's Close has come or the connection has ended otherwise. Does not throw for that.</summary>
    public async Task ReceiveToEndAsync()
    {
        bool isElsewhere = _sender.IsHandlerRunning && !_sender.IsReceiverThread;
        if (isElsewhere || !TryBegin())
        {
            await WhenOver.ConfigureAwait(false);
            return;
        }

        _isClosing = true;
        try
        {
            while (await ReceiveOwnedAsync(inParts: true, CancellationToken.None).ConfigureAwait(false) is not null)
            {
                if (!TryBegin()) await WhenOver.ConfigureAwait(false);
            }
        }
        catch (WebSocketClosedException)
        {
            // Closed it is.
        }
    }

    /// <summary>
    /// Nobody receives from now on. A receive that is under way may be in the middle of decoding, and must not lose its memory there: it is waited for, and
    /// comes to its end, for the connection is over or aborted.
    /// </summary>
    public async ValueTask EndAsync()
    {
        _isClosing = true;
        while (true)
        {
            int receive = Volatile.Read(ref _receive);
            if (receive != Receiving && Interlocked.CompareExchange(ref _receive, Ended, receive) == receive) return;
            if (receive == Receiving) await WhenAnswered().ConfigureAwait(false);
        }
    }

    /// <summary>Waits until the peer has ended TCP, or it is lost.</summary>
    public async Task ReadToFinAsync()
    {
        try
        {
            while (!_isInputEnded)
            {
                Advance();
                ReadResult read = await _input.ReadAsync().ConfigureAwait(false);
                _input.AdvanceTo(read.Buffer.End);
                _isInputEnded = read.IsCompleted;
            }
        }
        catch (IOException)
        {
            _isInputEnded = true;
        }
    }

    /// <summary>Lets go of what was read.</summary>
    public void Dispose()
    {
        if (_hasRead) _input.AdvanceTo(_decoder.Examined);
        _hasRead = false;
        _decoder.Dispose();
    }

    /// <summary>The connection was given up: who waits for its end need not wait for a reader to notice.</summary>
    public void GiveUp()
    {
        _isGivenUp = true;
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _over)?.TrySetResult();
    }

    WebSocketMessage? IValueTaskSource<WebSocketMessage?>.GetResult(short token)
    {
        // Until its result is taken, a receive is not over.
        Interlocked.CompareExchange(ref _receive, Free, Answered);
        return _source.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<WebSocketMessage?>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<WebSocketMessage?>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private bool TryBegin() => Interlocked.CompareExchange(ref _receive, Receiving, Free) == Free;

    private void EndReceive(int state)
    {
        // Who waits says so first and then looks, we write first and then look: one of the two sees what the other did.
        Interlocked.Exchange(ref _receive, state);
        Volatile.Read(ref _answered)?.TrySetResult();
    }

    private Task WhenAnswered()
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _answered, answered);
        if (Volatile.Read(ref _receive) != Receiving) answered.TrySetResult();
        return answered.Task;
    }

    private static InvalidOperationException OnlyOne() => new("One receives at a time.");

    private async ValueTask<WebSocketMessage?> ReceiveNothingAsync()
    {
        await WhenOver.ConfigureAwait(false);
        return _failure is null ? null : throw _failure;
    }

    private ValueTask<WebSocketMessage?> ReceiveOwnedAsync(bool inParts, CancellationToken cancellation)
    {
        _inParts = inParts;
        while (true)
        {
            Outcome outcome = Take(out WebSocketMessage message);
            if (outcome != Outcome.NeedMore) return AnswerNow(outcome, message);
            if (_readsInARow >= MaxReadsInARow || !TryRead()) break;
            _readsInARow++;
        }

        if (!cancellation.IsCancellationRequested) return WaitAsync(cancellation);
        EndReceive(Free);
        return ValueTask.FromCanceled<WebSocketMessage?>(cancellation);
    }

    private ValueTask<WebSocketMessage?> AnswerNow(Outcome outcome, in WebSocketMessage message)
    {
        EndReceive(Free);
        if (!_sender.IsReceiverThread) _sender.FlushOwed();
        if (outcome == Outcome.Message) return new ValueTask<WebSocketMessage?>(message);
        return _failure is null ? default : ValueTask.FromException<WebSocketMessage?>(_failure);
    }

    /// <summary>The next message of what was read; control frames before it are dealt with.</summary>
    private Outcome Take(out WebSocketMessage message)
    {
        message = default;
        ProtocolRule? broken = null;
        while (!_isOver)
        {
            ParseStatus status = _hasRead ? _decoder.Read(_inParts, out message, out broken) : ParseStatus.NeedMore;
            if (status == ParseStatus.NeedMore && !_isInputEnded) return Outcome.NeedMore;
            if (status == ParseStatus.NeedMore) Lose(null);
            else if (status == ParseStatus.Invalid) Fail(broken!);
            else if (!message.Opcode.IsControl()) return Outcome.Message;
            else OnControl(message.Opcode, message.Data.Span);
        }

        return Outcome.Over;
    }

    private void OnControl(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        if (opcode == Opcode.Ping) _sender.OwePong(payload);
        else if (opcode == Opcode.Pong) _connection.OnPong(payload);
        else if (ClosePayload.Read(payload, out ProtocolRule? broken) is not { } close) Fail(broken!);
        else
        {
            _connection.OnClose(close);
            End();
        }
    }

    /// <summary>The peer broke a rule: nothing more of it is read (RFC 6455 §7.1.7).</summary>
    private void Fail(ProtocolRule rule)
    {
        _failure = new WebSocketClosedException((CloseCode)rule.Code, rule.ToString(), rule);
        _connection.OnBroken(rule);
        End();
    }

    /// <summary>TCP has ended before a Close came.</summary>
    private void Lose(Exception? cause)
    {
        _failure = new WebSocketClosedException(CloseCode.AbnormalClosure, _connection.WhyLost, null, cause);
        if (cause is null) _connection.OnLeft();
        else _connection.OnLost(cause);
        End();
    }

    private void End()
    {
        _isOver = true;
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _over)?.TrySetResult();
    }

    /// <summary>Reads what is there without waiting; false when nothing is.</summary>
    private bool TryRead()
    {
        Advance();
        try
        {
            if (!_input.TryRead(out ReadResult read)) return false;
            Accept(read);
        }
        catch (IOException e)
        {
            Lose(e);
        }

        return true;
    }

    private void Advance()
    {
        if (!_hasRead) return;
        _hasRead = false;
        _input.AdvanceTo(_decoder.Consumed, _decoder.Examined);
        _decoder.End();
    }

    private void Accept(in ReadResult read)
    {
        _hasRead = true;
        _isInputEnded |= read.IsCompleted;
        if (!read.Buffer.IsEmpty) Volatile.Write(ref _reads, _reads + 1);
        _decoder.Begin(read.Buffer);
    }

    private ValueTask<WebSocketMessage?> WaitAsync(CancellationToken cancellation)
    {
        _sender.FlushOwed();
        _source.Reset();
        short version = _source.Version;
        bool yields = _readsInARow >= MaxReadsInARow;
        _readsInARow = 0;
        _isCancelled = false;
        _cancellation = cancellation.CanBeCanceled ? cancellation.UnsafeRegister(static receiver => ((MessageReceiver)receiver!).Cancel(), this) : default;
        if (yields) ThreadPool.UnsafeQueueUserWorkItem(static receiver => receiver.Listen(), this, preferLocal: false);
        else Listen();
        return new ValueTask<WebSocketMessage?>(this, version);
    }

    private void Cancel()
    {
        _isCancelled = true;
        _input.CancelPendingRead();
    }

    private void Listen()
    {
        do
        {
            Advance();
            if (!HasCome(StartRead())) return;
        }
        while (!TryAnswer());
    }

    private bool HasCome(ValueTask<ReadResult> read)
    {
        _reading = read.ConfigureAwait(false).GetAwaiter();
        if (_reading.IsCompleted) return true;
        Volatile.Write(ref _wait, ++_waits);
        _reading.UnsafeOnCompleted(_onRead);
        return false;
    }

    private ValueTask<ReadResult> StartRead()
    {
        try
        {
            return _input.ReadAsync();
        }
        catch (IOException e)
        {
            return ValueTask.FromException<ReadResult>(e);
        }
    }

    private void OnRead()
    {
        Volatile.Write(ref _wait, 0);
        if (!TryAnswer()) Listen();
    }

    /// <summary>Answers who waits, if what has come is enough for that.</summary>
    private bool TryAnswer()
    {
        try
        {
            Accept(_reading.GetResult());
        }
        catch (Exception e)
        {
            Lose(e);
        }

        Outcome outcome = Take(out WebSocketMessage message);
        if (outcome == Outcome.NeedMore && !_isCancelled)
        {
            _sender.FlushOwed();
            return false;
        }

        Answer(outcome, message);
        return true;
    }

    private void Answer(Outcome outcome, in WebSocketMessage message)
    {
        CancellationToken cancellation = _cancellation.Token;
        _cancellation.Dispose();
        bool entered = _sender.EnterHandler();
        EndReceive(Answered);

        // The handler goes on inside of these, up to its next wait.
        if (outcome == Outcome.NeedMore) _source.SetException(new OperationCanceledException(cancellation));
        else if (outcome == Outcome.Message) _source.SetResult(message);
        else if (_failure is null) _source.SetResult(null);
        else _source.SetException(_failure);

        if (entered) _sender.LeaveHandler();
        _sender.FlushOwed();
    }
}
