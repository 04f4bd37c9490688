using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Minimal.Http.Transports;

namespace Minimal.Http.Topics;

/// <summary>
/// One client's endless response. It stands in the topic's line of waiters; when there is news the sweep calls it, and it sends what it has
/// missed straight from the log of bytes that all share, without waiting. Only when the client does not take it all at once does the
/// stream wait, by itself, with the rest of that one message: its cursor always stands between messages.
/// <para>What wakes it are signals: who comes first works, the others leave theirs with it.</para>
/// </summary>
internal sealed class TopicStream : TopicWaiter, IValueTaskSource
{
    private const int News = 1, Beat = 2, Drain = 4, Recycle = 8, Left = 16, Busy = 32;

    private readonly HttpExchange _exchange;
    private readonly TopicSubscription _subscription;
    private readonly TopicStreamFormat _format;
    private readonly FramedLog? _log;
    private readonly Heartbeat _heartbeat;
    private readonly long _started;
    private ManualResetValueTaskSourceCore<bool> _ended;
    private long _recycleAt;
    private int _signals = Busy;

    public TopicStream(HttpExchange exchange, TopicSubscription subscription, TopicStreamFormat format, TopicFraming chunked)
        : base(staysRegistered: true)
    {
        _exchange = exchange;
        _subscription = subscription;
        _format = format;
        _started = exchange.Time.GetTimestamp();
        _heartbeat = new Heartbeat(this, exchange.Deadlines);
        Cursor = subscription.After;

        // Asked for before the wait, so that it begins with what is kept now. HTTP/1.0 has no chunks, a filter needs a look at each message.
        _log = subscription.Type is null && exchange.MinorVersion >= 1 ? subscription.Topic.Framed(chunked) : null;
    }

    private Topic Topic => _subscription.Topic;

    private TopicEndpointOptions Options => _subscription.Options;

    /// <summary>Sends the head and where the stream stands.</summary>
    public ValueTask OpenAsync()
    {
        Wire.FieldSection fields = _exchange.Response.Fields;
        fields.Set("Content-Type", _format.ContentType);
        fields.Set("Cache-Control", "no-cache, no-store, no-transform");
        fields.Set("X-Accel-Buffering", "no");
        fields.Set("X-Content-Type-Options", "nosniff");
        fields.Set("Last-Event-ID", Cursor.ToString());
        _format.SetFields(fields);
        PipeWriter body = _exchange.ResponseBody.Writer;
        _format.WritePrelude(body);
        _format.WriteOpen(Cursor, body);
        return _exchange.ResponseBody.SendAsync();
    }

    /// <summary>Opens the stream, which is registered already, and sends everything behind its cursor until it ends.</summary>
    public async ValueTask RunAsync()
    {
        CancellationTokenRegistration left = default, drained = default;
        try
        {
            await OpenAsync();
            _recycleAt = _format.IsKeptByClient ? _exchange.BytesSent + Options.RecycleBytes : long.MaxValue;
            _exchange.AbortOnHalfClose();
            left = _exchange.Aborted.UnsafeRegister(static stream => ((TopicStream)stream!).Signal(Left), this);
            drained = _exchange.Draining.UnsafeRegister(static stream => ((TopicStream)stream!).Signal(Drain), this);
            _exchange.ReleaseRequest();
            _heartbeat.Set(Options.Heartbeat);

            // It was busy with its opening, so that others left their signals; the first look at the topic is its own.
            Interlocked.Or(ref _signals, News);
            Work();
            await new ValueTask(this, _ended.Version);
        }
        finally
        {
            Topic.Unregister(this);
            drained.Dispose();
            left.Dispose();
            _heartbeat.Remove();
        }
    }

    void IValueTaskSource.GetResult(short token) => _ended.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _ended.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _ended.OnCompleted(continuation, state, token, flags);

    /// <inheritdoc />
    protected internal override void OnNews() => Signal(News);

    private void Signal(int what)
    {
        if ((Interlocked.Or(ref _signals, what | Busy) & Busy) == 0) Work();
    }

    /// <summary>Takes the signals and does what they ask for, until there are none, or until it has to wait.</summary>
    private void Work()
    {
        try
        {
            while (true)
            {
                int signals = Interlocked.And(ref _signals, Busy) & ~Busy;
                if (signals == 0 && Interlocked.CompareExchange(ref _signals, 0, Busy) == Busy) return;
                if ((signals & Left) != 0)
                {
                    End();
                    return;
                }

                ValueTask<bool> work = HandleAsync(signals);
                if (!work.IsCompletedSuccessfully)
                {
                    _ = AwaitAsync(work);
                    return;
                }

                if (!work.Result) continue;
                End();
                return;
            }
        }
        catch (Exception e)
        {
            EndBy(e);
        }
    }

    private async Task AwaitAsync(ValueTask<bool> work)
    {
        try
        {
            if (!await work)
            {
                Work();
                return;
            }
        }
        catch (Exception e)
        {
            EndBy(e);
            return;
        }

        End();
    }

    /// <summary>The client vanished, and the connection knows; whatever else it is, the response cannot go on.</summary>
    private void EndBy(Exception e)
    {
        if (e is not IOException) _exchange.Abort();
        End();
    }

    /// <summary>The handler goes on, and ends the response. Nobody works any more: the stream stays busy.</summary>
    private void End() => _ended.SetResult(true);

    /// <summary>Does what the signals ask for; true when the stream is over.</summary>
    private ValueTask<bool> HandleAsync(int signals)
    {
        if ((signals & (Drain | Recycle)) != 0) return EndAgainAsync(isDrain: (signals & Drain) != 0);
        if ((signals & News) != 0) return SendNewsAsync();
        return (signals & Beat) != 0 ? SendBeatAsync() : default;
    }

    /// <summary>Everything from the cursor to the end of the log, in as few sends as there are pieces of it.</summary>
    private ValueTask<bool> SendNewsAsync()
    {
        while (_log is not null)
        {
            FramedSlice slice = _log.Read(Cursor);
            if (slice.IsBehind) break;
            if (slice.Bytes.IsEmpty) return Caught(slice.Next);

            int sent = _exchange.ResponseBody.TrySendChunks(slice.Bytes.Span);
            _heartbeat.PutOff();
            if (sent < slice.Bytes.Length) return SendRestAsync(slice, sent);
            Cursor = slice.Next;
        }

        return SendSlowlyAsync();
    }

    /// <summary>The client takes no more now. What it has begun to get it must get whole; if that is nothing, the next message.</summary>
    private async ValueTask<bool> SendRestAsync(FramedSlice slice, int sent)
    {
        FramedCut cut = slice.Cut(Math.Max(sent, 1));
        ReadOnlyMemory<byte> rest = sent > 0 ? cut.Rest : slice.Bytes[..(1 + cut.Rest.Length)];
        Cursor = cut.At;
        _exchange.ResponseBody.WriteChunks(rest.Span);
        Interlocked.Or(ref _signals, News);
        await _exchange.ResponseBody.FlushChunksAsync();
        return false;
    }

    private ValueTask<bool> Caught(Cursor next)
    {
        Cursor = next;
        if (Topic.IsCompleted && next == Topic.End) return EndForGoodAsync();
        if (_exchange.BytesSent >= _recycleAt) Interlocked.Or(ref _signals, Recycle);
        return default;
    }

    /// <summary>The plain loop: for filters, for readers further back than the log, for what has no chunks.</summary>
    private async ValueTask<bool> SendSlowlyAsync()
    {
        TopicBatch batch = await Topic.ReadOlderAsync(Cursor, Options.MaxMessages, Options.MaxBytes);
        PipeWriter body = _exchange.ResponseBody.Writer;
        if (batch.Gap is { } gap) _format.WriteGap(gap, body);
        WriteMessages(batch, body);
        Cursor = batch.Next;
        if (batch.IsEnd) return await EndForGoodAsync();
        if (batch.IsEmpty) return false;

        Interlocked.Or(ref _signals, News);
        _heartbeat.PutOff();
        await _exchange.ResponseBody.SendAsync();
        if (_exchange.BytesSent >= _recycleAt) Interlocked.Or(ref _signals, Recycle);
        return false;
    }

    private void WriteMessages(in TopicBatch batch, PipeWriter body)
    {
        foreach (ref readonly TopicMessage message in batch.Messages.Span)
        {
            if (_subscription.Wants(message)) _format.Framing.Write(message, body);
        }
    }

    private async ValueTask<bool> SendBeatAsync()
    {
        _format.WriteOpen(Cursor, _exchange.ResponseBody.Writer);
        _heartbeat.PutOff();
        await _exchange.ResponseBody.SendAsync();
        bool isOld = Options.RecycleAge != Timeout.InfiniteTimeSpan && _exchange.Time.GetElapsedTime(_started) >= Options.RecycleAge;
        if (isOld) Interlocked.Or(ref _signals, Recycle);
        return false;
    }

    private async ValueTask<bool> EndForGoodAsync()
    {
        _format.WriteEnd(Cursor, _exchange.ResponseBody.Writer);
        await _exchange.ResponseBody.SendAsync();
        return true;
    }

    private async ValueTask<bool> EndAgainAsync(bool isDrain)
    {
        TimeSpan wait = isDrain ? Options.ReturnSpread * Random.Shared.NextDouble() : TimeSpan.Zero;
        _format.WriteAgain(Cursor, wait, _exchange.ResponseBody.Writer);
        await _exchange.ResponseBody.SendAsync();
        return true;
    }

    /// <summary>Comes when the stream was silent for a while.</summary>
    private sealed class Heartbeat(TopicStream stream, DeadlineWheel deadlines) : Deadline(deadlines)
    {
        public void PutOff() => Set(stream.Options.Heartbeat);

        protected override void OnExpired() => stream.Signal(Beat);
    }
}
