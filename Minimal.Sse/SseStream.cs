using System.Buffers;
using System.Runtime.CompilerServices;
using Minimal.Http;
using Minimal.Http.Wire;

namespace Minimal.Sse;

/// <summary>
/// A response of type <c>text/event-stream</c> that stays open (HTML §9.2). Any number of senders may send at a time. It ends when the client
/// leaves or takes too little, when the server stops, when it is too old or too long, and when it is disposed, at the latest with its handler;
/// <see cref="Ended"/> tells. To send to a stream that has ended is no error: nothing happens, and the answer is false.
/// </summary>
/// <remarks>
/// Thread-safe. The response has no <c>Connection: keep-alive</c>: that is what HTTP/1.1 does anyway (RFC 9112 §9.3), and the field
/// in so many examples says nothing.
/// </remarks>
public sealed class SseStream : IAsyncDisposable
{
    private static readonly byte[] Comment = ":\n"u8.ToArray();

    private readonly HttpExchange _exchange;
    private readonly SseStreamOptions _options;
    private readonly SseOutbox _outbox;
    private readonly Alarm _heartbeat, _age;

    // Never disposed: it holds nothing, and those who have its token may come late.
    private readonly CancellationTokenSource _ended = new();
    private CancellationTokenRegistration _aborted, _draining;
    private long _bytesSent;

    private SseStream(HttpExchange exchange, SseStreamOptions options)
    {
        _exchange = exchange;
        _options = options;
        _outbox = new SseOutbox(WriteAsync, options.MaxWaitingBytes, CutOff);
        _heartbeat = new Alarm(exchange.Deadlines, SendHeartbeat);
        _age = new Alarm(exchange.Deadlines, EndForNow);
        LastEventId = SseRequest.LastEventId(exchange.Request);
    }

    /// <inheritdoc cref="SseRequest.LastEventId(RequestHead)" />
    public string? LastEventId { get; }

    /// <summary>Fires when the stream has ended, whatever the reason: for whoever waits for something to send.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Whether the stream has ended.</summary>
    public bool HasEnded => _ended.IsCancellationRequested;

    /// <summary>How much has left: events, comments and all.</summary>
    public long BytesSent => Volatile.Read(ref _bytesSent);

    /// <summary>
    /// Begins the stream: head, padding and reconnection time leave at once, so that the client knows that it is connected before there
    /// is anything to tell. What the handler set in the head stays. A HEAD request gets the head, and a stream that has ended.
    /// </summary>
    /// <param name="exchange">The exchange; it is the stream's from here on, until the handler ends.</param>
    /// <param name="options">How it behaves; null means the defaults.</param>
    /// <exception cref="InvalidOperationException">The response has begun, or the body of the request is not read.</exception>
    public static async ValueTask<SseStream> StartAsync(HttpExchange exchange, SseStreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (!exchange.RequestBody.IsComplete) throw new InvalidOperationException("The body of the request is not read yet: its end would hide the client's leaving.");
        options ??= SseStreamOptions.Default;
        SetHead(exchange.Response, options.CloseDelimited, options.IsBounded);
        exchange.AbortOnHalfClose();
        var stream = new SseStream(exchange, options);
        exchange.AtHandlerEnd(_ => stream.DisposeAsync());
        await stream.BeginAsync();
        return stream;
    }

    /// <summary>
    /// Answers 204 (HTML §9.2.1): the client stops for good. For a stream that is complete, when a client comes back that has seen all of it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The response has begun.</exception>
    public static ValueTask StopAsync(HttpExchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);

        // A 204 can be cached (RFC 9110 §15.3.5), and this one is about a moment.
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        return exchange.RespondAsync(204);
    }

    /// <summary>
    /// Answers with a stream that ends at once and says when to come back: for overload, where an error status would end an EventSource for
    /// good (HTML §9.2.2). The connection closes.
    /// </summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="options">When to come back: <see cref="SseStreamOptions.ReturnAfter"/> and <see cref="SseStreamOptions.ReturnSpread"/>.</param>
    /// <exception cref="InvalidOperationException">The response has begun.</exception>
    public static ValueTask TurnAwayAsync(HttpExchange exchange, SseStreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (!exchange.RequestBody.IsComplete) throw new InvalidOperationException("The body of the request is not read yet: its end would hide the client's leaving.");
        options ??= SseStreamOptions.Default;
        SetHead(exchange.Response, options.CloseDelimited, close: true);
        return exchange.ResponseBody.WriteAsync(Return(options).WrittenMemory);
    }

    /// <summary>Sends an event. While the client takes no more, the task waits; many that wait leave together.</summary>
    /// <returns>False when the stream has ended and the client did not get the event.</returns>
    /// <exception cref="ArgumentException">The type or ID contains a line break, the ID NUL, or the reconnection time is negative. Nothing was sent.</exception>
    public ValueTask<bool> SendAsync(SseEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return _outbox.SendAsync(e);
    }

    /// <summary>Sends what was encoded before, once for many streams: whole events, as <see cref="SseWriter"/> writes them.</summary>
    /// <param name="encoded">Whole events; the bytes must not change until the task has ended.</param>
    /// <returns>False when the stream has ended and the client did not get all of it.</returns>
    public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> encoded) => encoded.IsEmpty ? new ValueTask<bool>(!HasEnded) : _outbox.SendAsync(encoded);

    /// <summary>Ends when the stream has ended: for handlers whose senders are elsewhere.</summary>
    public async Task WhenEndedAsync() =>
        await Task.Delay(Timeout.InfiniteTimeSpan, _exchange.Time, Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Ends the stream when all that was sent has left. Idempotent; the exchange does it when the handler ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _outbox.Close([]);
        _ = _ended.CancelAsync();
        _aborted.Unregister();
        _draining.Unregister();
        await _outbox.WhenIdleAsync();
        _heartbeat.Remove();
        _age.Remove();
    }

    private static void SetHead(ResponseHead head, bool closeDelimited, bool close)
    {
        head.Status = 200;
        head.Fields.Set("Content-Type", "text/event-stream");

        // Not kept, not compressed, not held back: RFC 9111 §5.2.2.4, §5.2.2.6, and the word of nginx and those who follow it.
        head.Fields.Set("Cache-Control", "no-cache, no-transform");
        head.Fields.Set("X-Accel-Buffering", "no");
        head.CloseDelimited = closeDelimited;

        // Who is to find another server must not come back on this connection.
        if (close) head.Close = true;
    }

    /// <summary>The last words of a stream: when to come back.</summary>
    private static ArrayBufferWriter<byte> Return(SseStreamOptions options)
    {
        var output = new ArrayBufferWriter<byte>(32);
        SseWriter.WriteRetry(options.NextReturn(), output);
        SseWriter.WriteEnd(output);
        return output;
    }

    private async ValueTask BeginAsync()
    {
        _age.Set(_options.MaxAge);
        await _outbox.SendAsync(Opening());
        if (_exchange.Request.Method == "HEAD") End();

        // Both come at once if they have come already.
        _aborted = _exchange.Aborted.UnsafeRegister(static stream => ((SseStream)stream!).End(), this);
        _draining = _exchange.Draining.UnsafeRegister(static stream => ((SseStream)stream!).EndForNow(), this);
    }

    private ReadOnlyMemory<byte> Opening()
    {
        if (_options is { PaddingBytes: 0, Retry: null }) return Comment;
        var output = new ArrayBufferWriter<byte>();
        if (_options.PaddingBytes > 0) SseWriter.WritePadding(_options.PaddingBytes, output);
        if (_options.Retry is { } retry)
        {
            SseWriter.WriteRetry(retry, output);
            SseWriter.WriteEnd(output);
        }

        return output.WrittenMemory;
    }

    /// <summary>Hands bytes on; the outbox calls it once at a time.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            _heartbeat.Set(_options.Heartbeat);
            ResponseBody body = _exchange.ResponseBody;
            await body.WriteAsync(bytes);
            await body.Writer.FlushAsync();
        }
        catch (IOException)
        {
            End();
            return false;
        }

        Volatile.Write(ref _bytesSent, _bytesSent + bytes.Length);
        if (_bytesSent >= _options.MaxBytes) EndForNow();
        return true;
    }

    private void SendHeartbeat()
    {
        // A comment alone is no end of an event, so it could not even harm one that is sent in parts.
        if (_outbox.IsClosed) return;
        _heartbeat.Set(_options.Heartbeat);
        _outbox.SendIfIdle(Comment);
    }

    /// <summary>The client is to come back, later than others or earlier.</summary>
    private void EndForNow()
    {
        if (_outbox.IsClosed) return;
        _outbox.Close(Return(_options).WrittenSpan);
        _ = _ended.CancelAsync();
    }

    /// <summary>The client does not take what comes, and those who send do not wait for it.</summary>
    private void CutOff()
    {
        _exchange.Abort();
        End();
    }

    private void End()
    {
        _outbox.Drop();
        _ = _ended.CancelAsync();
    }
}
