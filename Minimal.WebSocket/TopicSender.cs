using System.Buffers;
using System.Text;
using Minimal.Http.Topics;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket;

/// <summary>
/// Sends one client everything behind its cursor, until the end, the client's leaving or <see cref="Stop"/>. While it keeps up it sends straight
/// from the log that all share; it waits without a task of its own, and goes on within the topic's sweep.
/// </summary>
internal sealed class TopicSender
{
    private readonly WebSocketConnection _connection;
    private readonly TopicSubscription _subscription;
    private readonly SlowClient _slowClient;
    private readonly FramedLog? _log;
    private readonly NewsSignal _news = new();
    private readonly TimeProvider _time;
    private volatile bool _isStopped;
    private bool _isLive;
    private long _toldAt;

    /// <param name="connection">The client.</param>
    /// <param name="subscription">What it reads.</param>
    /// <param name="frame">The frames of what was agreed on with it.</param>
    /// <param name="slowClient">What happens to it when it cannot keep up.</param>
    /// <param name="time">The server's clock.</param>
    public TopicSender(WebSocketConnection connection, TopicSubscription subscription, TopicFrame frame, SlowClient slowClient, TimeProvider time)
    {
        _time = time;
        _toldAt = time.GetTimestamp();
        _connection = connection;
        _subscription = subscription;
        _slowClient = slowClient;
        _log = subscription.Type is null ? subscription.Topic.Framed(frame) : null;
        _news.Cursor = subscription.After;
    }

    private Topic Topic => _subscription.Topic;

    private bool IsRaw => _connection.Subprotocol == TopicWebSocketOptions.RawProtocol;

    /// <summary>Whether the client has been up to date, has fallen behind, and is not to catch up.</summary>
    private bool IsTooSlow => _isLive && _slowClient != SlowClient.CatchUp;

    /// <summary>Fails only with what the topic's store throws; the client is told 1011 by then.</summary>
    public async Task RunAsync()
    {
        try
        {
            await SendOpenAsync();
            if (!Topic.Register(_news)) throw new TopicException(TopicRules.TooManyWaiters);
            while (!_isStopped)
            {
                await SendNewsAsync();
                if (!_isStopped) await _news.WaitAsync();
            }
        }
        catch (WebSocketClosedException)
        {
            // The client has left; who receives hears why.
        }
        catch (TopicException e)
        {
            await _connection.CloseOutputAsync(CloseCode.TryAgainLater, e.Rule.Sentence);
        }
        catch
        {
            await _connection.CloseOutputAsync(CloseCode.ServerError);
            throw;
        }
        finally
        {
            Topic.Unregister(_news);
        }
    }

    /// <summary>Nothing more is sent.</summary>
    public void Stop()
    {
        _isStopped = true;
        _news.Signal();
    }

    /// <summary>Sends all there is.</summary>
    private async ValueTask SendNewsAsync()
    {
        while (!_isStopped)
        {
            FramedSlice slice = _log?.Read(_news.Cursor) ?? default;
            bool isHere = _log is not null && !slice.IsBehind;
            if (!isHere && _log is not null && IsTooSlow) await GiveUpAsync();
            else if (!isHere && !await TrySendBatchAsync()) return;
            else if (isHere && slice.Bytes.IsEmpty)
            {
                _isLive = true;
                _news.Cursor = slice.Next;
                if (!Topic.IsCompleted || slice.Next != Topic.End) return;
                await EndAsync();
            }
            else if (isHere) await SendSliceAsync(slice);
        }
    }

    // What is taken ends with a frame, so the cursor stands between messages.
    private async ValueTask SendSliceAsync(FramedSlice slice)
    {
        _isLive = true;
        int sent = _connection.TrySendFrames(slice.Bytes.Span);
        if (sent == 0) await _connection.FlushAsync();
        else _news.Cursor = sent == slice.Bytes.Length ? slice.Next : slice.Cut(sent).At;
    }

    /// <summary>The plain loop: for filters, compacted topics, and clients further back than the log; false when there is nothing more.</summary>
    private async ValueTask<bool> TrySendBatchAsync()
    {
        TopicBatch batch = await Topic.ReadOlderAsync(_news.Cursor, _subscription.Options.MaxMessages, _subscription.Options.MaxBytes);
        if (batch.Gap is not null && IsTooSlow)
        {
            await GiveUpAsync();
            return true;
        }

        if (batch.Gap is { } gap) await SendGapAsync(gap.From, gap.To);
        bool isTold = true;
        for (int i = 0; i < batch.Messages.Length; i++)
        {
            TopicMessage message = batch.Messages.Span[i];
            isTold = _subscription.Wants(message);
            if (isTold) await SendMessageAsync(message);
        }

        _news.Cursor = batch.Next;
        if (!batch.Messages.IsEmpty) await TellPlaceAsync(isTold);
        if (batch.IsEnd) await EndAsync();
        _isLive |= batch.IsEmpty;
        return !batch.IsEmpty;
    }

    // Who filters may get nothing for long, and would come back with a cursor from before all that was passed over: too old, perhaps, by then.
    private ValueTask TellPlaceAsync(bool isTold)
    {
        TimeSpan silence = _time.GetElapsedTime(_toldAt), most = _subscription.Options.Heartbeat;
        bool isDue = !isTold && most != Timeout.InfiniteTimeSpan && silence >= most;
        if (isTold || isDue) _toldAt = _time.GetTimestamp();
        return isDue ? SendOpenAsync() : default;
    }

    private async ValueTask SendMessageAsync(TopicMessage message)
    {
        if (IsRaw)
        {
            await _connection.SendAsync(message.Data, TopicFrame.OpcodeOf(message.Data.Span));
            return;
        }

        var json = new ArrayBufferWriter<byte>(message.Data.Length + 128);
        MessageJson.Write(message, json);
        await _connection.SendAsync(json.WrittenMemory, Opcode.Text);
    }

    private async ValueTask GiveUpAsync()
    {
        if (_slowClient == SlowClient.Close)
        {
            _isStopped = true;
            await _connection.CloseOutputAsync(CloseCode.TryAgainLater, "this client cannot keep up");
            return;
        }

        Cursor end = Topic.End;
        await SendGapAsync(_news.Cursor, end);
        _news.Cursor = end;
    }

    private async ValueTask EndAsync()
    {
        _isStopped = true;
        await SendRecordAsync($"{{\"type\":\"end\",\"id\":\"{_news.Cursor}\"}}");
        await _connection.CloseOutputAsync(CloseCode.Normal, "the topic has ended");
    }

    private ValueTask SendOpenAsync() => SendRecordAsync($"{{\"type\":\"open\",\"id\":\"{_news.Cursor}\"}}");

    private ValueTask SendGapAsync(Cursor from, Cursor to) => SendRecordAsync($"{{\"type\":\"gap\",\"id\":\"{to}\",\"from\":\"{from}\",\"to\":\"{to}\"}}");

    // A client of raw data gets no records: it has no ids to go on from either.
    private ValueTask SendRecordAsync(string record) => IsRaw ? default : _connection.SendAsync(record);
}
