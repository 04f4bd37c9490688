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
    private readonly TopicFrame _frame;
    private readonly FramedLog? _log;
    private readonly NewsSignal _news = new();
    private readonly bool _isRaw;
    private volatile bool _isStopped;
    private bool _isLive;

    public TopicSender(WebSocketConnection connection, TopicSubscription subscription, SlowClient slowClient)
    {
        _connection = connection;
        _subscription = subscription;
        _slowClient = slowClient;
        _isRaw = connection.Subprotocol == TopicWebSocketOptions.RawProtocol;
        _frame = _isRaw ? TopicFrame.Raw : TopicFrame.Json;
        _log = subscription.Type is null ? subscription.Topic.Framed(_frame) : null;
        _news.Cursor = subscription.After;
    }

    private Topic Topic => _subscription.Topic;

    /// <summary>Never fails.</summary>
    public async Task RunAsync()
    {
        try
        {
            await SendRecordAsync($"{{\"type\":\"open\",\"id\":\"{_news.Cursor}\"}}");
            if (!Topic.Register(_news)) await _connection.CloseOutputAsync(CloseCode.TryAgainLater, TopicRules.TooManyWaiters.Sentence);
            else while (!_isStopped && !await SendNewsAsync()) await _news.WaitAsync();
        }
        catch (Exception e) when (e is WebSocketClosedException or IOException)
        {
            // The client has left; who receives hears why.
            _isStopped = true;
        }
        finally
        {
            Topic.Unregister(_news);
        }
    }

    public void Stop()
    {
        _isStopped = true;
        _news.Signal();
    }

    /// <summary>Sends all there is; true when nothing will ever follow.</summary>
    private async ValueTask<bool> SendNewsAsync()
    {
        while (!_isStopped)
        {
            FramedSlice slice = _log?.Read(_news.Cursor) ?? default;
            bool isSlow = _log is null || slice.IsBehind;
            if (isSlow && _isLive && _log is not null && _slowClient != SlowClient.CatchUp) return await GiveUpAsync();
            if (isSlow)
            {
                if (!await SendBatchAsync()) return Topic.IsCompleted && _news.Cursor == Topic.End;
                continue;
            }

            _isLive = true;
            if (slice.Bytes.IsEmpty)
            {
                _news.Cursor = slice.Next;
                if (!Topic.IsCompleted || slice.Next != Topic.End) return false;
                await EndAsync();
                return true;
            }

            // What is taken ends with a frame, so the cursor stands between messages.
            int sent = _connection.TrySendFrames(slice.Bytes.Span);
            if (sent == 0) await _connection.FlushAsync();
            else _news.Cursor = sent == slice.Bytes.Length ? slice.Next : slice.Cut(sent).At;
        }

        return true;
    }

    /// <summary>The plain loop: for filters, compacted topics, and clients further back than the log; false when there is nothing.</summary>
    private async ValueTask<bool> SendBatchAsync()
    {
        TopicBatch batch = await Topic.ReadOlderAsync(_news.Cursor, _subscription.Options.MaxMessages, _subscription.Options.MaxBytes);
        if (batch.Gap is { } gap) await SendRecordAsync($"{{\"type\":\"gap\",\"id\":\"{gap.To}\",\"from\":\"{gap.From}\",\"to\":\"{gap.To}\"}}");
        for (int i = 0; i < batch.Messages.Length; i++)
        {
            TopicMessage message = batch.Messages.Span[i];
            if (_subscription.Wants(message)) await SendMessageAsync(message);
        }

        _news.Cursor = batch.Next;
        if (batch.IsEnd) await EndAsync();
        return !batch.IsEmpty && !batch.IsEnd;
    }

    private async ValueTask SendMessageAsync(TopicMessage message)
    {
        if (_isRaw)
        {
            await _connection.SendAsync(message.Data, System.Text.Unicode.Utf8.IsValid(message.Data.Span) ? Opcode.Text : Opcode.Binary);
            return;
        }

        var json = new ArrayBufferWriter<byte>(message.Data.Length + 128);
        MessageJson.Write(message, json);
        await _connection.SendAsync(json.WrittenMemory, Opcode.Text);
    }

    private async ValueTask<bool> GiveUpAsync()
    {
        if (_slowClient == SlowClient.Close)
        {
            await _connection.CloseOutputAsync(CloseCode.TryAgainLater, "this client cannot keep up");
            return true;
        }

        Cursor end = Topic.End;
        await SendRecordAsync($"{{\"type\":\"gap\",\"id\":\"{end}\",\"from\":\"{_news.Cursor}\",\"to\":\"{end}\"}}");
        _news.Cursor = end;
        return false;
    }

    private async ValueTask EndAsync()
    {
        await SendRecordAsync($"{{\"type\":\"end\",\"id\":\"{_news.Cursor}\"}}");
        await _connection.CloseOutputAsync(CloseCode.Normal, "the topic has ended");
    }

    // A client of raw data gets no records: it has no ids to go on from either.
    private ValueTask SendRecordAsync(string record) => _isRaw ? default : _connection.SendAsync(Encoding.UTF8.GetBytes(record), Opcode.Text);
}
