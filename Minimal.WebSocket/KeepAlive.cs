using System.Buffers.Binary;
using Minimal.Http.Transports;

namespace Minimal.WebSocket;

/// <summary>
/// The one deadline of a connection: it pings a peer that is silent, ends one that does not answer or takes nothing, measures round
/// trips, and bounds the closing handshake. A peer that is heard costs a comparison at each interval and no write in between.
/// </summary>
/// <remarks>It locks itself: nobody else sees it, and a lock of its own would be one more object for each connection.</remarks>
internal sealed class KeepAlive : Deadline
{
    private readonly WebSocketConnection _connection;
    private readonly WebSocketOptions _options;
    private readonly TimeProvider _time;
    private Awaits _awaits;
    private Look _last;
    private long _pingNumber;
    private long _pingSentAt;
    private List<PingWaiter>? _waiters;

    public KeepAlive(WebSocketConnection connection, WebSocketOptions options, DeadlineWheel deadlines)
        : base(deadlines)
    {
        _connection = connection;
        _options = options;
        _time = deadlines.Time;
    }

    /// <summary>What it means when the time has come.</summary>
    private enum Awaits
    {
        /// <summary>Nothing to be heard for a while.</summary>
        Silence,

        /// <summary>A sign of life.</summary>
        Pong,

        /// <summary>The peer's Close, or its end of TCP.</summary>
        Close,
    }

    /// <summary>The last round trip that was measured; null when none was.</summary>
    public TimeSpan? RoundTrip { get; private set; }

    /// <summary>Begins to look after the peer.</summary>
    public void Begin()
    {
        _last = _connection.Look();
        Set(_options.PingInterval);
    }

    /// <summary>From here on the peer has so long to close.</summary>
    public void AwaitClose()
    {
        lock (this)
        {
            if (_awaits == Awaits.Close) return;
            _awaits = Awaits.Close;
            Set(_options.CloseTimeout);
        }
    }

    /// <summary>Sends a ping and measures how long the answer takes.</summary>
    public Task<TimeSpan> PingAsync(CancellationToken cancellation)
    {
        var answered = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        long number;
        lock (this)
        {
            number = ++_pingNumber;
            _pingSentAt = _time.GetTimestamp();
            (_waiters ??= []).Add(new PingWaiter(number, _pingSentAt, answered));
        }

        _connection.SendPing(number);
        return answered.Task.WaitAsync(cancellation);
    }

    /// <summary>A Pong came. It answers the ping whose payload it has, and all before it; one that has another payload is nobody's (RFC 6455 §5.5.3).</summary>
    public void OnPong(ReadOnlySpan<byte> payload)
    {
        if (payload.Length != sizeof(long)) return;
        long number = BinaryPrimitives.ReadInt64BigEndian(payload), now = _time.GetTimestamp();
        List<PingWaiter>? answered;
        lock (this)
        {
            if (number > _pingNumber || number <= 0) return;
            if (number == _pingNumber && _pingSentAt != 0)
            {
                RoundTrip = _time.GetElapsedTime(_pingSentAt, now);
                _pingSentAt = 0;
            }

            answered = _waiters?.FindAll(waiter => waiter.Number <= number);
            _waiters?.RemoveAll(waiter => waiter.Number <= number);
        }

        answered?.ForEach(waiter => waiter.Answered.TrySetResult(_time.GetElapsedTime(waiter.SentAt, now)));
    }

    /// <summary>The connection has ended.</summary>
    public void End(Exception reason)
    {
        Remove();
        FailWaiters(reason);
    }

    /// <summary>No Pong will come any more: who waits for one learns it.</summary>
    public void FailWaiters(Exception reason)
    {
        List<PingWaiter>? left;
        lock (this)
        {
            left = _waiters;
            _waiters = null;
        }

        left?.ForEach(waiter => waiter.Answered.TrySetException(reason));
    }

    protected override void OnExpired()
    {
        Look now = _connection.Look();
        switch (_awaits)
        {
            case Awaits.Close:
                _connection.OnSilent();
                break;
            case Awaits.Silence when now.IsHeardSince(_last) && !now.IsStuckSince(_last):
                Again(now, Awaits.Silence, _options.PingInterval);
                break;
            case Awaits.Silence:
                Ping();
                Again(_connection.Look(), Awaits.Pong, _options.PongTimeout);
                break;
            case Awaits.Pong when now.IsStuckSince(_last) || now.IsDeafSince(_last):
                _connection.OnSilent();
                break;
            default:
                Again(now, Awaits.Silence, _options.PingInterval);
                break;
        }
    }

    private void Ping()
    {
        long number;
        lock (this)
        {
            number = ++_pingNumber;
            _pingSentAt = _time.GetTimestamp();
        }

        _connection.SendPing(number);
    }

    private void Again(in Look now, Awaits awaits, TimeSpan after)
    {
        _last = now;
        lock (this)
        {
            if (_awaits == Awaits.Close) return;
            _awaits = awaits;
            Set(after);
        }
    }

    private sealed record PingWaiter(long Number, long SentAt, TaskCompletionSource<TimeSpan> Answered);
}
