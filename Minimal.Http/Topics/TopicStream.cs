using System.IO.Pipelines;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>
/// One client's endless response. It stands in the topic's line of waiters; when there is news the sweep calls it, and it sends what it has
/// missed straight from the log of bytes that all share, without waiting. Only when the client does not take it all at once does the
/// stream wait, by itself, with the rest of that one message: its cursor always stands between messages.
/// </summary>
internal sealed class TopicStream : WaitingClient
{
    private const int Open = Own;

    // What the plain loop collects before it is sent: all that a client that does not read can make the server hold for it, if no message is larger.
    private const int SlowBytes = 32 * 1024;

    private readonly TopicStreamTransport _transport;
    private readonly TopicSubscription _subscription;
    private readonly TopicStreamFormat _format;
    private readonly FramedLog? _log;
    private readonly TopicWatch _watch;
    private long _recycleAtByte = long.MaxValue, _recycleAtTime = long.MaxValue;

    public TopicStream(HttpExchange exchange, TopicSubscription subscription, TopicStreamTransport transport, TopicStreamFormat format, string? client)
        : base(exchange, subscription.Endpoint.Held, client, subscription.Topic.Name)
    {
        _transport = transport;
        _subscription = subscription;
        _format = format;
        _watch = new TopicWatch(this, subscription.Topic, staysRegistered: true) { Cursor = subscription.After };

        // HTTP/1.0 has no chunks, and a filter needs a look at each message.
        bool isWhole = subscription.Type is null && exchange.MinorVersion >= 1;
        _log = isWhole ? subscription.Topic.Framed(ChunkedTopicFraming.Of(format.Framing)) : null;
    }

    private Topic Topic => _subscription.Topic;

    private TopicEndpointOptions Options => _subscription.Options;

    private ResponseBody Body => Exchange.ResponseBody;

    private Cursor Cursor
    {
        get => _watch.Cursor;
        set => _watch.Cursor = value;
    }

    private bool IsOld => _recycleAtTime != long.MaxValue && Exchange.Deadlines.Now >= _recycleAtTime;

    /// <summary>Answers HEAD: with what GET would begin with.</summary>
    public ValueTask AnswerHeadAsync()
    {
        WriteOpening();
        return Body.SendAsync();
    }

    /// <summary>Serves the client.</summary>
    /// <returns>Ends when the stream does.</returns>
    public ValueTask RunAsync()
    {
        if (Held.TryEnter(this) is { } broken) return _transport.RefuseOverloadAsync(Exchange, _subscription, broken);
        if (_watch.TryRegister()) return BeginAsync(Open);
        Abandon();
        return _transport.RefuseOverloadAsync(Exchange, _subscription, TopicRules.TooManyWaiters);
    }

    /// <summary>Sends right here, inside the sweep: that is one call to the system, and does not wait.</summary>
    public override void OnNews() => SignalInSweep(News);

    protected override void Release() => Topic.Unregister(_watch);

    protected override ValueTask<bool> HandleAsync(int signals)
    {
        if ((signals & Open) != 0) return OpenAsync(signals & ~Open);
        if ((signals & Left) != 0) return new ValueTask<bool>(true);
        if ((signals & Superseded) != 0) return EndSupersededAsync();
        if ((signals & Drain) != 0) return EndForNowAsync(Options.ReturnSpread * Random.Shared.NextDouble());
        if ((signals & News) == 0) return BeatAsync();

        // The beat may be due all the same: it stays so if nothing is sent now.
        Again(signals & Time);
        return SendNewsAsync();
    }

    private async ValueTask<bool> OpenAsync(int others)
    {
        WriteOpening();
        await Body.SendAsync();
        if (_format.IsKeptByClient) _recycleAtByte = Exchange.BytesSent + Options.RecycleBytes;
        if (Options.RecycleAge != Timeout.InfiniteTimeSpan) _recycleAtTime = Exchange.Deadlines.Now + Options.RecycleAge.Ticks;
        Exchange.ReleaseRequest();
        Exchange.TellWhenGone(this);
        PutBeatOff();
        Again(others | News);
        return false;
    }

    private void WriteOpening()
    {
        FieldSection fields = Exchange.Response.Fields;
        fields.Set("Content-Type", _format.ContentType);
        fields.Set("Cache-Control", "no-cache, no-store, no-transform");
        fields.Set("X-Accel-Buffering", "no");
        fields.Set("X-Content-Type-Options", "nosniff");
        fields.Set("Last-Event-ID", Cursor.ToString());
        _format.SetFields(fields);
        _format.WritePrelude(Body.Writer);
        _format.WriteOpen(Cursor, Body.Writer);
    }

    /// <summary>
    /// Sends from the cursor to where the topic ends now, in as few sends as there are pieces of the log. What comes meanwhile is told
    /// again: a stream must not stay as long as others publish.
    /// </summary>
    private ValueTask<bool> SendNewsAsync()
    {
        long end = Topic.End.Sequence;
        while (_log is not null)
        {
            FramedSlice slice = _log.Read(Cursor);
            if (slice.IsBehind) break;
            if (slice.Bytes.IsEmpty)
            {
                Cursor = slice.Next;
                return GoOnAsync();
            }

            FramedCut cut = UpToRecycling(slice, out int length);
            int sent = Body.TrySendChunks(slice.Bytes.Span[..length]);
            PutBeatOff();
            if (sent < length) return SendRestAsync(slice, sent);
            Cursor = cut.At;
            if (Cursor.Sequence >= end || IsToRecycle) return GoOnAsync();
        }

        return SendSlowlyAsync();
    }

    private bool IsToRecycle => Exchange.BytesSent >= _recycleAtByte || IsOld;

    /// <summary>No more than up to the message that reaches the bound of what a client keeps.</summary>
    private FramedCut UpToRecycling(in FramedSlice slice, out int length)
    {
        length = slice.Bytes.Length;
        long left = _recycleAtByte - Exchange.BytesSent;
        if (left >= length) return new FramedCut(slice.Next, default);
        int bound = (int)Math.Max(1, left);
        FramedCut cut = slice.Cut(bound);
        length = bound + cut.Rest.Length;
        return cut;
    }

    /// <summary>The client takes no more now. What it has begun to get it must get whole; if that is nothing, the next message.</summary>
    private async ValueTask<bool> SendRestAsync(FramedSlice slice, int sent)
    {
        FramedCut cut = slice.Cut(Math.Max(sent, 1));
        Body.WriteChunks(sent > 0 ? cut.Rest.Span : slice.Bytes.Span[..(1 + cut.Rest.Length)]);
        Cursor = cut.At;
        await Body.FlushChunksAsync();
        if (IsToRecycle) return await EndForNowAsync(TimeSpan.Zero);
        Again(News);
        return false;
    }

    /// <summary>Everything was sent that there was: waits for more, unless there will be none, or not in this response.</summary>
    private ValueTask<bool> GoOnAsync()
    {
        if (Topic.IsCompleted && Cursor == Topic.End) return EndForGoodAsync();
        return IsToRecycle ? EndForNowAsync(TimeSpan.Zero) : default;
    }

    /// <summary>The plain loop: for filters, for readers further back than the log, for what has no chunks.</summary>
    private async ValueTask<bool> SendSlowlyAsync()
    {
        TopicBatch batch = await Topic.ReadOlderAsync(Cursor, Options.MaxMessages, Math.Min(Options.MaxBytes, SlowBytes));
        if (batch.IsEmpty) return await GoOnAsync();
        if (batch.Gap is { } gap) _format.WriteGap(gap, Body.Writer);
        Cursor = WriteMessages(batch);
        if (batch.IsEnd && Cursor == batch.Next) return await EndForGoodAsync();

        // A filter may have left nothing, and then the client has not heard from us.
        if (Body.Writer.UnflushedBytes > 0)
        {
            await Body.SendAsync();
            PutBeatOff();
        }

        if (IsToRecycle) return await EndForNowAsync(TimeSpan.Zero);
        Again(News);
        return false;
    }

    /// <summary>Writes as many of the messages as may be sent in one go.</summary>
    /// <returns>Where that leads to.</returns>
    private Cursor WriteMessages(in TopicBatch batch)
    {
        PipeWriter body = Body.Writer;
        long bound = Math.Min(SlowBytes, _recycleAtByte - Exchange.BytesSent);
        Cursor at = batch.Gap?.To ?? Cursor;
        foreach (ref readonly TopicMessage message in batch.Messages.Span)
        {
            if (body.UnflushedBytes >= bound) return at;
            if (_subscription.Wants(message)) _format.Framing.Write(message, body);
            at = message.Id;
        }

        return batch.Next;
    }

    /// <summary>Repeats where the stream stands, if nothing was sent for a while: so the client need not go back far, and who is gone is noticed.</summary>
    private async ValueTask<bool> BeatAsync()
    {
        if (IsSet) return false;
        if (IsOld) return await EndForNowAsync(TimeSpan.Zero);
        _format.WriteOpen(Cursor, Body.Writer);
        await Body.SendAsync();
        PutBeatOff();
        return false;
    }

    private void PutBeatOff()
    {
        TimeSpan beat = Options.Heartbeat;
        if (_recycleAtTime != long.MaxValue)
        {
            TimeSpan left = TimeSpan.FromTicks(Math.Max(0, _recycleAtTime - Exchange.Deadlines.Now));
            if (beat == Timeout.InfiniteTimeSpan || left < beat) beat = left;
        }

        Set(beat);
    }

    private async ValueTask<bool> EndForGoodAsync()
    {
        _format.WriteEnd(Cursor, Body.Writer);
        await Body.SendAsync();
        return true;
    }

    private async ValueTask<bool> EndForNowAsync(TimeSpan wait)
    {
        _format.WriteAgain(Cursor, wait, Body.Writer);
        await Body.SendAsync();
        return true;
    }

    private async ValueTask<bool> EndSupersededAsync()
    {
        _format.WriteSuperseded(Cursor, Body.Writer);
        await Body.SendAsync();
        return true;
    }
}
