using System.Buffers;
using System.IO.Pipelines;
using Minimal.Http.Wire;

namespace Minimal.Http;

/// <summary>
/// The body of a request as a stream that pulls: nothing is read before the handler reads, so a client that sends faster than
/// the handler takes has to wait (RFC 9112 §6). Synchronous reads throw. One reader at a time, and not while a write to the response is
/// under way: a read that waits sends first what was written.
/// </summary>
/// <remarks>
/// A read throws <see cref="HttpProtocolException"/> when the body breaks a rule, is too large, too slow or cut short: it never ends as if it
/// were complete. A client that expects <c>100 Continue</c> gets it with the first read (RFC 9110 §10.1.1).
/// </remarks>
public sealed class RequestBody : Stream
{
    private readonly HttpConnection _connection;
    private readonly HttpExchange _exchange;
    private BodyFraming _framing;
    private ChunkedDecoder _chunks;
    private RateAllowance _rate;
    private ProtocolRule? _broken;
    private long _read, _kept;
    private bool _isComplete;

    /// <summary>The body of a request without one, until it begins.</summary>
    internal RequestBody(HttpConnection connection, HttpExchange exchange, HttpServerOptions options)
    {
        _connection = connection;
        _exchange = exchange;
        Begin(new BodyFraming(BodyKind.None), options);
    }

    /// <summary>The most that this body may have, in bytes; <c>HttpLimits.MaxBodyBytes</c> unless changed before the first read. Beyond: 413.</summary>
    public long MaxBytes { get; set; }

    /// <summary>The length that the client announced; null for chunks. 0 when there is no body.</summary>
    public long? AnnouncedLength => _framing.Kind == BodyKind.Chunked ? null : _framing.Length;

    /// <summary>Whether all of it was read, or there is none.</summary>
    public bool IsComplete => _isComplete;

    /// <summary>The fields behind the last chunk, once <see cref="IsComplete"/>; null when there are none. They say nothing about framing or routing (RFC 9110 §6.5.1).</summary>
    public HttpFields? Trailers => _isComplete && _framing.Kind == BodyKind.Chunked ? _chunks.Trailers : null;

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => false;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether any byte was received or read: then nobody needs to ask for it.</summary>
    internal bool HasStarted { get; private set; }

    /// <summary>How much is still to come; null when the client did not say.</summary>
    internal long? Left => _isComplete ? 0 : AnnouncedLength - _read;

    /// <summary>What a body that broke a rule means for the connection: nobody knows where the next request would begin.</summary>
    internal ConnectionEnd End => _broken is null ? ConnectionEnd.None : EndOf(_broken);

    /// <summary>Reads what is there, and waits when nothing is.</summary>
    /// <returns>How many bytes; 0 at the end of the body.</returns>
    /// <exception cref="HttpProtocolException">The body breaks a rule.</exception>
    /// <exception cref="IOException">The client vanished.</exception>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _exchange.ThrowIfEnded();
        return ReadPartAsync(buffer, cancellationToken);
    }

    /// <inheritdoc />
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Reads the whole body into memory.</summary>
    /// <param name="maxBytes">The most that is read; beyond, the client gets 413.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <inheritdoc cref="ReadAsync(Memory{byte}, CancellationToken)" path="/exception" />
    public async ValueTask<byte[]> ReadAllAsync(int maxBytes, CancellationToken cancellation = default)
    {
        MaxBytes = Math.Min(MaxBytes, maxBytes);
        ThrowIfTooLarge();

        // What a client announces is not held for it before it comes: there is room for as much again as has come, or for a little.
        var collected = new ArrayBufferWriter<byte>(256);
        while (true)
        {
            long room = Math.Min(Left ?? long.MaxValue, Math.Max(4096, collected.WrittenCount));
            int count = await ReadAsync(collected.GetMemory((int)room + 1), cancellation);
            if (count == 0) return collected.WrittenSpan.ToArray();
            collected.Advance(count);
        }
    }

    /// <summary>Not supported: only asynchronous reads.</summary>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    /// <summary>Not supported.</summary>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Does nothing.</summary>
    public override void Flush()
    {
        // There is nothing to flush in what is read.
    }

    /// <summary>Not supported.</summary>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Why the connection ends when a body breaks that rule.</summary>
    internal static ConnectionEnd EndOf(ProtocolRule broken) =>
        broken == HttpRules.BodyTimeout ? ConnectionEnd.BodyTimeout
        : broken == HttpRules.BodyIncomplete ? ConnectionEnd.Incomplete
        : ConnectionEnd.Refused;

    internal void Begin(BodyFraming framing, HttpServerOptions options)
    {
        _framing = framing;
        _read = _kept = 0;
        _broken = null;
        _isComplete = framing.Kind == BodyKind.None;
        HasStarted = false;
        MaxBytes = options.Limits.MaxBodyBytes;
        if (_isComplete) return;
        if (framing.Kind == BodyKind.Chunked) _chunks = new ChunkedDecoder(options.Limits);
        _rate = new RateAllowance(options.Timeouts.RateGrace, options.Timeouts.MinRequestBodyRate);
    }

    /// <summary>Reads and throws away what the handler left; false when that is more than the bound, or breaks a rule, and the connection must close.</summary>
    internal async ValueTask<bool> DrainAsync(long maxBytes)
    {
        if (_isComplete) return true;
        if (_broken is not null || Left > maxBytes) return false;
        MaxBytes = long.MaxValue;
        byte[] scratch = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            for (long left = maxBytes; left >= 0;)
            {
                int count = await ReadPartAsync(scratch, CancellationToken.None);
                if (count == 0) return true;
                left -= count;
            }

            return false;
        }
        catch (HttpProtocolException)
        {
            // The response has left; a body that breaks a rule only ends the connection.
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    /// <summary>
    /// Whether what is left of the body is no more than that, as far as can be known without waiting. Nothing is taken: a handler that has
    /// answered may still read.
    /// </summary>
    internal bool IsLeft(long atMost)
    {
        if (Left is { } left) return left <= atMost;
        if (_broken is not null || !_connection.Transport.Input.TryRead(out ReadResult read)) return false;
        bool isWhole = EndsWithin(read.Buffer, atMost);
        LookedAt(read);
        return isWhole;
    }

    /// <summary>Whether the client sends a body although nobody has asked for it.</summary>
    internal bool HasCome()
    {
        if (HasStarted || !_connection.Transport.Input.TryRead(out ReadResult read)) return HasStarted;
        HasStarted = !read.Buffer.IsEmpty;
        LookedAt(read);
        return HasStarted;
    }

    private bool EndsWithin(in ReadOnlySequence<byte> buffer, long atMost)
    {
        ChunkedDecoder ahead = _chunks.LookAhead();
        var input = new SequenceReader<byte>(buffer);
        ReadOnlySequence<byte> data;
        ParseStatus status;
        do
        {
            status = ahead.Read(ref input, out data, out _);
            atMost -= data.Length;
        }
        while (!data.IsEmpty && atMost >= 0);

        return status == ParseStatus.Complete && atMost >= 0;
    }

    // All of it is new again to who reads next.
    private void LookedAt(in ReadResult read) => _connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.Start);

    private async ValueTask<int> ReadPartAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        if (buffer.IsEmpty || _isComplete) return 0;
        ThrowIfTooLarge();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_broken is not null) throw new HttpProtocolException(_broken);
            int copied = Take(await ReceiveAsync(cancellation), buffer.Span);
            if (_broken is not null) throw new HttpProtocolException(_broken);
            if (_isComplete) _exchange.OnBodyComplete();
            if (copied > 0 || _isComplete) return copied;
        }
    }

    private async ValueTask<ReadResult> ReceiveAsync(CancellationToken cancellation)
    {
        try
        {
            return _connection.Transport.Input.TryRead(out ReadResult now) ? now : await WaitAsync(cancellation);
        }
        catch (IOException)
        {
            _connection.Abort(ConnectionEnd.Reset);
            throw;
        }
    }

    private async ValueTask<ReadResult> WaitAsync(CancellationToken cancellation)
    {
        if (!HasStarted) _exchange.Continue();
        PipeReader input = _connection.Transport.Input;
        using CancellationTokenRegistration registration = cancellation.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), input);
        while (true)
        {
            TimeProvider time = _connection.Options.Time;
            TimeSpan allowed = _rate.Left;
            long start = time.GetTimestamp();
            ReadResult read = await _connection.WaitForBodyAsync(allowed);
            TimeSpan waited = time.GetElapsedTime(start);
            long fresh = read.Buffer.Length - _kept;
            _rate.Spend(waited, fresh);
            if (!read.IsCanceled || fresh > 0) return read;

            // Cancelled by the clock, by the caller, or without cause.
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            cancellation.ThrowIfCancellationRequested();
            if (allowed == Timeout.InfiniteTimeSpan || waited < allowed) continue;
            _broken = HttpRules.BodyTimeout;
            throw new HttpProtocolException(_broken);
        }
    }

    /// <summary>Takes what was received of the body, as far as there is room, and the rest stays for the next read.</summary>
    private int Take(in ReadResult read, Span<byte> room)
    {
        ReadOnlySequence<byte> buffer = read.Buffer;
        HasStarted |= !buffer.IsEmpty;
        int copied = _framing.Kind == BodyKind.Chunked
            ? TakeChunks(buffer, room, out SequencePosition consumed, out SequencePosition examined)
            : TakePlain(buffer, room, out consumed, out examined);
        _kept = buffer.Slice(consumed).Length;
        _connection.Transport.Input.AdvanceTo(consumed, examined);
        if (read.IsCompleted && copied == 0 && !_isComplete) _broken ??= HttpRules.BodyIncomplete;
        return copied;
    }

    private int TakePlain(in ReadOnlySequence<byte> buffer, Span<byte> room, out SequencePosition consumed, out SequencePosition examined)
    {
        int count = (int)Math.Min(Math.Min(buffer.Length, room.Length), _framing.Length - _read);
        buffer.Slice(0, count).CopyTo(room);
        consumed = buffer.GetPosition(count);
        examined = count == 0 ? buffer.End : consumed;
        _read += count;
        _isComplete = _read == _framing.Length;
        return count;
    }

    private int TakeChunks(in ReadOnlySequence<byte> buffer, Span<byte> room, out SequencePosition consumed, out SequencePosition examined)
    {
        var input = new SequenceReader<byte>(buffer);
        int copied = 0;
        ParseStatus status;
        do
        {
            status = _chunks.Read(ref input, room.Length - copied, out ReadOnlySequence<byte> data, out _broken);
            if (data.IsEmpty) break;
            data.CopyTo(room[copied..]);
            copied += (int)data.Length;
        }
        while (copied < room.Length);

        _read += copied;
        _isComplete = status == ParseStatus.Complete;
        if (_read > MaxBytes) _broken ??= HttpRules.BodyTooLarge;
        consumed = input.Position;

        // When the room is full there may be more in the buffer; else all of it was looked at.
        examined = copied == room.Length || _isComplete ? consumed : buffer.End;
        return copied;
    }

    private void ThrowIfTooLarge()
    {
        if (Math.Max(_read, AnnouncedLength ?? 0) > MaxBytes) throw new HttpProtocolException(HttpRules.BodyTooLarge);
    }
}
