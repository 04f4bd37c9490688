using System.Buffers;
using System.IO.Pipelines;
using Minimal.Http.Wire;

namespace Minimal.Http;

/// <summary>
/// The body of a request as a stream that pulls: nothing is read before the handler reads, so a client that sends faster than
/// the handler takes has to wait (RFC 9112 §6). Synchronous reads throw. One reader at a time.
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
    private long _read;
    private bool _isComplete;

    internal RequestBody(HttpConnection connection, HttpExchange exchange)
    {
        _connection = connection;
        _exchange = exchange;
    }

    /// <summary>The most that this body may have, in bytes; <c>HttpLimits.MaxBodyBytes</c> unless changed before the first read. Beyond: 413.</summary>
    public long MaxBytes { get; set; }

    /// <summary>The length that the client announced; null for chunks. 0 when there is no body.</summary>
    public long? AnnouncedLength => _framing.Kind == BodyKind.Chunked ? null : _framing.Length;

    /// <summary>Whether all of it was read, or there is none.</summary>
    public bool IsComplete => _isComplete;

    /// <summary>The fields behind the last chunk, once <see cref="IsComplete"/>; null when there are none. They say nothing about framing or routing (RFC 9110 §6.5.1).</summary>
    public HttpFields? Trailers => _isComplete ? _chunks.Trailers : null;

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

    /// <summary>Reads what is there, and waits when nothing is.</summary>
    /// <returns>How many bytes; 0 at the end of the body.</returns>
    /// <exception cref="HttpProtocolException">The body breaks a rule.</exception>
    /// <exception cref="IOException">The client vanished.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || _isComplete) return 0;
        Check(_read);
        PipeReader input = _connection.Transport.Input;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadResult read = input.TryRead(out ReadResult now) ? now : await WaitAsync();
            int copied = Take(read.Buffer, buffer.Span, out SequencePosition consumed, out SequencePosition examined, out ProtocolRule? broken);
            input.AdvanceTo(consumed, examined);
            if (broken is not null) throw new HttpProtocolException(broken);
            if (_isComplete) _exchange.OnBodyComplete();
            if (copied > 0 || _isComplete) return copied;
            if (read.IsCompleted) throw Cut();
        }
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
        Check(_read);

        // What a client announces is not held for it before it comes.
        var collected = new ArrayBufferWriter<byte>(256);
        while (await ReadAsync(collected.GetMemory((int)Math.Min(Left ?? 4096, 64 * 1024) + 1), cancellation) is int count and > 0) collected.Advance(count);
        return collected.WrittenSpan.ToArray();
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

    internal void Begin(BodyFraming framing, HttpServerOptions options)
    {
        _framing = framing;
        _read = 0;
        _isComplete = framing.Kind == BodyKind.None;
        HasStarted = false;
        MaxBytes = options.Limits.MaxBodyBytes;
        if (_isComplete) return;
        if (framing.Kind == BodyKind.Chunked) _chunks = new ChunkedDecoder(options.Limits);
        _rate = new RateAllowance(options.Timeouts.RateGrace, options.Timeouts.MinRequestBodyRate);
    }

    /// <summary>Reads and throws away what the handler left; false when that is more than the bound, and the connection must close.</summary>
    internal async ValueTask<bool> DrainAsync(long maxBytes)
    {
        if (_isComplete) return true;
        if (Left > maxBytes) return false;
        MaxBytes = long.MaxValue;
        byte[] scratch = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            for (long left = maxBytes; left >= 0;)
            {
                int count = await ReadAsync(scratch);
                if (count == 0) return true;
                left -= count;
            }

            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private async ValueTask<ReadResult> WaitAsync()
    {
        if (!HasStarted) _exchange.Continue();
        while (true)
        {
            long start = _connection.Options.Time.GetTimestamp();
            ReadResult read = await _connection.WaitForBodyAsync(_rate.Left);
            TimeSpan waited = _connection.Options.Time.GetElapsedTime(start);
            bool isOver = read.IsCanceled && _rate.Left != Timeout.InfiniteTimeSpan && waited >= _rate.Left;
            _rate.Spend(waited, read.Buffer.Length);
            if (!read.IsCanceled || !read.Buffer.IsEmpty) return read;

            _connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (isOver) throw new HttpProtocolException(HttpRules.BodyTimeout);
        }
    }

    /// <summary>Takes what the buffer has of the body, as far as there is room.</summary>
    private int Take(in ReadOnlySequence<byte> buffer, Span<byte> room, out SequencePosition consumed, out SequencePosition examined, out ProtocolRule? broken)
    {
        HasStarted |= !buffer.IsEmpty;
        if (_framing.Kind == BodyKind.Chunked) return TakeChunks(buffer, room, out consumed, out examined, out broken);

        broken = null;
        int count = (int)Math.Min(Math.Min(buffer.Length, room.Length), _framing.Length - _read);
        buffer.Slice(0, count).CopyTo(room);
        consumed = buffer.GetPosition(count);
        examined = count == 0 ? buffer.End : consumed;
        _read += count;
        _isComplete = _read == _framing.Length;
        return count;
    }

    private int TakeChunks(in ReadOnlySequence<byte> buffer, Span<byte> room, out SequencePosition consumed, out SequencePosition examined, out ProtocolRule? broken)
    {
        var input = new SequenceReader<byte>(buffer);
        int copied = 0;
        ParseStatus status;
        do
        {
            status = _chunks.Read(ref input, room.Length - copied, out ReadOnlySequence<byte> data, out broken);
            if (data.IsEmpty) break;
            data.CopyTo(room[copied..]);
            copied += (int)data.Length;
        }
        while (copied < room.Length);

        _read += copied;
        _isComplete = status == ParseStatus.Complete;
        if (broken is null && _read > MaxBytes) broken = HttpRules.BodyTooLarge;
        consumed = input.Position;

        // When the room is full there may be more in the buffer; else all of it was looked at.
        examined = copied == room.Length || _isComplete ? consumed : buffer.End;
        return copied;
    }

    private void Check(long read)
    {
        if (Math.Max(read, AnnouncedLength ?? 0) > MaxBytes) throw new HttpProtocolException(HttpRules.BodyTooLarge);
    }

    private HttpProtocolException Cut()
    {
        _connection.SetEnd(ConnectionEnd.Incomplete);
        return new HttpProtocolException(HttpRules.BodyIncomplete);
    }
}
