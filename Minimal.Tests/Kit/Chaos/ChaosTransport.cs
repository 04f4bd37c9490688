using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Minimal.Http.Transports;

namespace Minimal.Testing;

/// <summary>
/// A transport behind a bad network: what its user writes and reads passes through a schedule of delays, splits, merges, stalls, drops and resets. Around
/// either end of any transport.
/// </summary>
/// <remarks>
/// As any transport: one reader, one writer. It takes the inner transport over. Over memory that goes on inline, with a clock that is turned by hand, a
/// schedule does the same each time. Disposing returns at once; what was written is still delivered, as late as the network has it.
/// </remarks>
public sealed class ChaosTransport : Transport
{
    private readonly Transport _inner;
    private readonly MemoryTransport _near, _far;
    private readonly ChaosOptions _options;
    private readonly Action<ChaosStep>? _told;
    private readonly ChaosFlow _sent;
    private readonly List<ChaosStep> _happened = [];
    private Task _forgetting = Task.CompletedTask;
    private long _stalledUntil;
    private volatile bool _isDropped, _isClosing;

    /// <summary>Puts a network around an end of a connection.</summary>
    /// <param name="inner">The end.</param>
    /// <param name="schedule">What is to happen.</param>
    /// <param name="options">The network's clock and window; its chances say nothing here. Null means the defaults.</param>
    public ChaosTransport(Transport inner, ChaosSchedule schedule, ChaosOptions? options = null)
        : this(inner, schedule, options ?? ChaosOptions.Default, null)
    {
    }

    internal ChaosTransport(Transport inner, ChaosSchedule schedule, ChaosOptions options, Action<ChaosStep>? told)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(schedule);
        _inner = inner;
        _options = options;
        _told = told;
        (_near, _far) = MemoryTransport.CreatePair(options.Scheduler, options.WindowBytes);
        _sent = new ChaosFlow(this, _far.Input, inner.Output, schedule.Of(ChaosDirection.Sent));
        var received = new ChaosFlow(this, inner.Input, _far.Output, schedule.Of(ChaosDirection.Received));
        Ended = EndAsync(_sent.RunAsync(), received.RunAsync());
    }

    /// <inheritdoc />
    public override PipeReader Input => _near.Input;

    /// <inheritdoc />
    public override PipeWriter Output => _near.Output;

    /// <inheritdoc />
    public override EndPoint? RemoteEndPoint => _inner.RemoteEndPoint;

    /// <inheritdoc />
    public override EndPoint? LocalEndPoint => _inner.LocalEndPoint;

    /// <inheritdoc />
    public override long BytesSent => _near.BytesSent;

    /// <summary>What has happened so far, in order: given to <see cref="ChaosSchedule.Of(IReadOnlyList{ChaosStep})"/>, it happens again.</summary>
    public IReadOnlyList<ChaosStep> Happened
    {
        get
        {
            lock (_happened) return [.. _happened];
        }
    }

    /// <summary>Ends when nothing of the connection is left: of a dropped one, when it is forgotten.</summary>
    public Task Ended { get; }

    internal bool IsDropped => _isDropped;

    internal bool IsClosing => _isClosing;

    /// <summary>How long the network is still stalled; not above zero when it is not.</summary>
    internal TimeSpan StallLeft => _options.Time.GetElapsedTime(_options.Time.GetTimestamp(), Volatile.Read(ref _stalledUntil));

    /// <inheritdoc />
    public override void Abort() => _near.Abort();

    /// <inheritdoc />
    public override int TrySend(ReadOnlySpan<byte> bytes)
    {
        int room = (int)Math.Clamp(_sent.Taken + _options.WindowBytes - _near.BytesSent, 0, bytes.Length);
        if (room == 0) return 0;
        _near.Output.Write(bytes[..room]);
        _near.TryFlush();
        return room;
    }

    /// <inheritdoc />
    public override void TryFlush() => _near.TryFlush();

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        _isClosing = true;
        if (!Ended.IsCompleted) _inner.Input.CancelPendingRead();
        return _near.DisposeAsync();
    }

    internal void Note(ChaosStep step)
    {
        lock (_happened) _happened.Add(step);
        _told?.Invoke(step);
    }

    internal async Task SleepAsync(TimeSpan time)
    {
        var over = new TaskCompletionSource();
        await using ITimer timer = _options.Time.CreateTimer(static over => Wake((TaskCompletionSource)over!), over, time, Timeout.InfiniteTimeSpan);
        await over.Task.ConfigureAwait(false);
    }

    internal void Stall(TimeSpan time) =>
        Volatile.Write(ref _stalledUntil, _options.Time.GetTimestamp() + (long)(time.TotalSeconds * _options.Time.TimestampFrequency));

    internal void Drop()
    {
        _isDropped = true;
        _forgetting = ForgetAsync();
    }

    internal void Reset()
    {
        _far.Abort();
        _inner.Abort();
    }

    private async Task ForgetAsync()
    {
        await SleepAsync(_options.Forget).ConfigureAwait(false);
        Reset();
    }

    private async Task EndAsync(Task sent, Task received)
    {
        await sent.ConfigureAwait(false);
        await received.ConfigureAwait(false);
        await _forgetting.ConfigureAwait(false);
        await _inner.DisposeAsync().ConfigureAwait(false);
        await _far.DisposeAsync().ConfigureAwait(false);
    }

    // Within the turn of the clock, also when that is turned by a test that has a synchronization context: else who sleeps would go on elsewhere, and later.
    private static void Wake(TaskCompletionSource over)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        over.SetResult();
        SynchronizationContext.SetSynchronizationContext(context);
    }
}
