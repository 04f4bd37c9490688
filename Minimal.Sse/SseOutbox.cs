using System.Buffers;
using System.Runtime.CompilerServices;

namespace Minimal.Sse;

/// <summary>
/// What is on its way to one client, from any number of senders. One piece leaves at a time; what comes meanwhile is collected and
/// leaves behind it, together. So a sender waits as long as the client takes, and under load a flush carries many events. Thread-safe.
/// </summary>
/// <param name="send">Hands bytes on, and returns when the client took them; false when it never will. It is called once at a time and does not throw.</param>
/// <param name="maxWaitingBytes">The most that is collected, unless it is a single piece.</param>
/// <param name="overflow">Called when more came.</param>
internal sealed class SseOutbox(Func<ReadOnlyMemory<byte>, ValueTask<bool>> send, int maxWaitingBytes, Action overflow)
{
    private readonly Lock _gate = new();
    private PooledBuffer _leaving = new(), _waiting = new();
    private TaskCompletionSource<bool>? _waitingSenders;
    private TaskCompletionSource? _idle;
    private bool _isSending;
    private volatile bool _isClosed;

    /// <summary>Whether nothing more is accepted.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Sends an event. The task ends when the client took it, with false when it did not.</summary>
    /// <exception cref="ArgumentException">The event cannot be written. Nothing was sent.</exception>
    public ValueTask<bool> SendAsync(SseEvent e)
    {
        Turn turn;
        lock (_gate)
        {
            if (_isClosed) return default;
            int before = _waiting.Length;
            SseWriter.Write(e, _waiting);
            turn = LeadOrJoin(before);
        }

        return GoAsync(turn);
    }

    /// <summary>Sends bytes: from where they lie, or when something is on its way a copy of them.</summary>
    /// <inheritdoc cref="SendAsync(SseEvent)" path="/summary" />
    public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> encoded)
    {
        Turn turn;
        lock (_gate)
        {
            if (_isClosed) return default;
            int before = _waiting.Length;
            if (_isSending) _waiting.Write(encoded.Span);
            turn = _isSending ? LeadOrJoin(before) : Lead(encoded);
        }

        return GoAsync(turn);
    }

    /// <summary>Sends bytes if nothing is on its way: then the client hears of us anyway.</summary>
    public void SendIfIdle(ReadOnlyMemory<byte> encoded)
    {
        Turn turn;
        lock (_gate)
        {
            if (_isClosed || _isSending) return;
            turn = Lead(encoded);
        }

        _ = GoAloneAsync(turn);
    }

    /// <summary>Accepts no more. What waits still leaves, and behind it the last bytes.</summary>
    public void Close(ReadOnlySpan<byte> last)
    {
        Turn turn;
        lock (_gate)
        {
            if (_isClosed) return;
            _isClosed = true;
            _waiting.Write(last);
            if (_isSending || last.IsEmpty) return;
            turn = LeadOrJoin(0);
        }

        _ = GoAloneAsync(turn);
    }

    /// <summary>Accepts no more, and forgets what waits: nobody is there to take it.</summary>
    public void Drop()
    {
        TaskCompletionSource<bool>? senders;
        lock (_gate)
        {
            _isClosed = true;
            _waiting.Clear();
            senders = _waitingSenders;
            _waitingSenders = null;
        }

        senders?.SetResult(false);
    }

    /// <summary>Ends when nothing is on its way any more. Close first.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            if (!_isSending) return Task.CompletedTask;
            return (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private Turn Lead(ReadOnlyMemory<byte> bytes)
    {
        _isSending = true;
        return new Turn(bytes, null, false);
    }

    private Turn LeadOrJoin(int before)
    {
        if (!_isSending)
        {
            (_leaving, _waiting) = (_waiting, _leaving);
            return Lead(_leaving.Bytes);
        }

        _waitingSenders ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        return new Turn(default, _waitingSenders.Task, IsTooMuch: before > 0 && _waiting.Length > maxWaitingBytes);
    }

    private ValueTask<bool> GoAsync(in Turn turn)
    {
        if (turn.IsTooMuch) overflow();
        return turn.Others is { } others ? new ValueTask<bool>(others) : SendAndGoOnAsync(turn.Bytes);
    }

    private async Task GoAloneAsync(Turn turn) => await GoAsync(turn);

    /// <summary>A sender waits for its own bytes; what others brought meanwhile is not its business any more.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> SendAndGoOnAsync(ReadOnlyMemory<byte> bytes)
    {
        bool isSent = await send(bytes);
        _ = SendWaitingAsync();
        return isSent;
    }

    private async Task SendWaitingAsync()
    {
        while (TryTakeWaiting(out TaskCompletionSource<bool>? senders))
        {
            bool isSent = await send(_leaving.Bytes);
            senders?.SetResult(isSent);
        }
    }

    private bool TryTakeWaiting(out TaskCompletionSource<bool>? senders)
    {
        TaskCompletionSource? idle;
        lock (_gate)
        {
            _leaving.Clear();
            (senders, _waitingSenders) = (_waitingSenders, null);
            if (_waiting.Length > 0)
            {
                (_leaving, _waiting) = (_waiting, _leaving);
                return true;
            }

            _isSending = false;
            idle = _idle;
        }

        idle?.SetResult();
        return false;
    }

    /// <summary>What a sender does next: send the bytes, or wait for others who do.</summary>
    private readonly record struct Turn(ReadOnlyMemory<byte> Bytes, Task<bool>? Others, bool IsTooMuch);
}
