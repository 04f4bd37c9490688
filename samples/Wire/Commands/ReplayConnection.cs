using System.Buffers;
using System.IO.Pipelines;
using Minimal.Http.Diagnostics;
using Minimal.Http.Transports;
using Minimal.WireTool.Messages;

namespace Minimal.WireTool.Commands;

/// <summary>One connection of a replay: it reads on, whatever is sent.</summary>
internal sealed class ReplayConnection : IAsyncDisposable
{
    private readonly SocketTransport _transport;
    private readonly AnswerReader _answers;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Task _reading;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isEnded;

    public ReplayConnection(SocketTransport transport, IEnumerable<string> methods, TimeProvider time)
    {
        (_transport, _answers, _time) = (transport, new AnswerReader(methods), time);
        _reading = ReadAsync();
    }

    /// <summary>What came so far.</summary>
    public IReadOnlyList<Answer> Answers
    {
        get
        {
            lock (_lock) return [.. _answers.All];
        }
    }

    /// <summary>Waits for so many answers, and so many bytes of another; not longer than the patience lasts, and not when the server has ended.</summary>
    public async Task WaitAsync(int answers, int pending, TimeSpan patience)
    {
        using var bound = new CancellationTokenSource(patience, _time);
        while (!bound.IsCancellationRequested)
        {
            Task news;
            lock (_lock)
            {
                bool isEnough = _answers.Complete.Count > answers || (_answers.Complete.Count == answers && _answers.Pending >= pending);
                if (isEnough || _isEnded) return;
                news = _news.Task;
            }

            await news.WaitAsync(bound.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Does what the client did.</summary>
    public async Task DoAsync(WireFileEvent item)
    {
        try
        {
            if (item.Kind == WireFileEventKind.Bytes) await _transport.Output.WriteAsync(item.Bytes);
            if (item.Kind == WireFileEventKind.End) await _transport.Output.CompleteAsync();
            if (item.Kind == WireFileEventKind.Reset) _transport.Abort();
        }
        catch (IOException)
        {
            // The server has gone; what it said by then is compared.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _transport.Abort();
        await _reading;
        await _transport.DisposeAsync();
    }

    private async Task ReadAsync()
    {
        bool isEnded = false;
        while (!isEnded)
        {
            try
            {
                ReadResult read = await _transport.Input.ReadAsync();
                byte[] bytes = read.Buffer.ToArray();
                _transport.Input.AdvanceTo(read.Buffer.End);
                isEnded = read.IsCompleted;
                Take(bytes, isEnded);
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                isEnded = true;
                Take([], isEnded);
            }
        }
    }

    private void Take(byte[] bytes, bool isEnded)
    {
        lock (_lock)
        {
            _answers.Add(bytes);
            _isEnded = isEnded;
            TaskCompletionSource news = _news;
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            news.SetResult();
        }
    }
}
