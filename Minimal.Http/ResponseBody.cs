using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using Minimal.Http.Wire;

namespace Minimal.Http;

/// <summary>
/// The body of a response, as a stream and as a <see cref="PipeWriter"/>. Bytes leave on a flush, when 16 KiB have come together
/// (<c>HttpLimits.ResponseBufferBytes</c>), or at the handler's end; if all fit until then, the response has a Content-Length, else it goes in
/// chunks, or to HTTP/1.0 until the connection closes. Synchronous writes throw. One writer at a time. What is being sent cannot be cancelled,
/// for nobody would know how much of it has left: abort the exchange instead.
/// </summary>
/// <remarks>What is written to an answer that has no content (HEAD, 204, 205, 304) is counted and thrown away (RFC 9110 §6.4.1).</remarks>
public sealed class ResponseBody : Stream
{
    private readonly HttpExchange _exchange;
    private ResponseBodyWriter? _writer;
    private byte[] _buffer = [];
    private int _length;
    private long _written;
    private BodyFraming _framing;
    private bool _isComplete;
    private FieldSection? _trailers;

    internal ResponseBody(HttpExchange exchange)
    {
        _exchange = exchange;
    }

    /// <summary>The same body as a pipe: for code that formats straight into memory.</summary>
    public PipeWriter Writer => _writer ??= new ResponseBodyWriter(this);

    /// <summary>
    /// Fields to send behind the body, set any time before the handler ends (RFC 9110 §6.5). They go to a client that said it takes them
    /// (<c>TE: trailers</c>), so nothing in them may be needed to understand the response.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="AnnounceTrailers"/> did not come first.</exception>
    public FieldSection Trailers => _trailers ?? throw new InvalidOperationException("Announce trailers before the response begins.");

    /// <inheritdoc />
    public override bool CanRead => false;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    internal int BufferedBytes => _length;

    private ResponseHead Head => _exchange.ResponseHead;

    private bool IsDiscarded => _exchange.Method == "HEAD" || !BodyFraming.StatusAllowsBody(Head.Status) || Head.Status == 205;

    private HttpConnection Connection => _exchange.Connection;

    private PipeWriter Output => Connection.Transport.Output;

    private int MaxCollected => Connection.Options.Limits.ResponseBufferBytes;

    /// <summary>Writes a piece of the content.</summary>
    /// <exception cref="InvalidOperationException">It is more than <see cref="ResponseHead.ContentLength"/> announced, or the response is complete, or the exchange has ended.</exception>
    /// <exception cref="IOException">The client vanished.</exception>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        ThrowIfComplete();
        if (buffer.IsEmpty) return default;
        if (_length + buffer.Length >= MaxCollected) return WriteThroughAsync(buffer);

        buffer.Span.CopyTo(Room(buffer.Length).Span);
        Advance(buffer.Length);
        return default;
    }

    /// <inheritdoc />
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Sends what was written. The first flush sends the head too, even when nothing was written.</summary>
    /// <exception cref="IOException">The client vanished.</exception>
    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        ValueTask flush = SendAsync();
        return flush.IsCompletedSuccessfully ? Task.CompletedTask : flush.AsTask();
    }

    /// <summary>Says in the head which trailers will come; the body then goes in chunks (RFC 9110 §6.6.2).</summary>
    /// <exception cref="InvalidOperationException">The response has begun.</exception>
    public void AnnounceTrailers(params IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        ThrowIfComplete();
        ResponseHead head = Head;
        _trailers ??= new FieldSection(isTrailers: true);
        foreach (string name in names)
        {
            _trailers.Add(name, "");
            head.Fields.Add("Trailer", name);
        }

        _trailers.Clear();
    }

    /// <summary>Not supported: only asynchronous writes.</summary>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Write asynchronously.");

    /// <summary>Not supported: only asynchronous flushes.</summary>
    public override void Flush() => throw new NotSupportedException("Flush asynchronously.");

    /// <summary>Not supported.</summary>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override void SetLength(long value) => throw new NotSupportedException();

    internal void Begin()
    {
        _length = 0;
        _written = 0;
        _isComplete = false;
        _trailers = null;
    }

    /// <summary>Sends what is collected.</summary>
    internal ValueTask SendAsync()
    {
        _exchange.ThrowIfEnded();
        if (!_isComplete) Emit(isLast: false);
        return Connection.Output.FlushAsync();
    }

    /// <summary>
    /// Sends whole chunks, framed already, as far as they go without waiting; only behind a flush, in a response that goes in chunks.
    /// </summary>
    /// <returns>How many bytes were taken; 0 when none could be, and they must go through <see cref="WriteChunks"/>.</returns>
    /// <exception cref="IOException">The client vanished.</exception>
    internal int TrySendChunks(ReadOnlySpan<byte> chunks)
    {
        Debug.Assert(_framing.Kind == BodyKind.Chunked && _length == 0, "Nothing may stand in front of the chunks.");
        return Connection.Output.TrySend(chunks);
    }

    /// <summary>Writes what is chunks already, or the rest of one.</summary>
    internal void WriteChunks(ReadOnlySpan<byte> chunks)
    {
        using (Connection.Output.Enter()) Output.Write(chunks);
    }

    /// <summary>Sends what <see cref="WriteChunks"/> wrote.</summary>
    internal ValueTask FlushChunksAsync() => Connection.Output.FlushAsync();

    /// <summary>Head and body in one piece, into the output.</summary>
    internal void WriteWhole(ReadOnlySpan<byte> body)
    {
        using (Connection.Output.Enter())
        {
            WriteHead(isWhole: true);
            if (!IsDiscarded) Output.Write(body);
        }

        _isComplete = true;
    }

    internal ValueTask WriteWholeAsync(ReadOnlyMemory<byte> body)
    {
        if (_exchange.HasBegun || _length > 0) throw new InvalidOperationException("The response has begun already.");
        if (_trailers is not null) return WriteAsync(body);
        if (body.Length < MaxCollected)
        {
            WriteWhole(body.Span);
            return default;
        }

        WriteWhole(default);
        return IsDiscarded ? default : Connection.Output.SendAsync(body);
    }

    internal Memory<byte> Room(int size)
    {
        ThrowIfComplete();
        if (_buffer.Length - _length >= Math.Max(size, 1)) return _buffer.AsMemory(_length);

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(512, Math.Max(_length + size, 2 * _length)));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ReturnBuffer();
        _buffer = larger;
        return _buffer.AsMemory(_length);
    }

    internal void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_buffer.Length - _length), nameof(count));
        Count(count);
        _length += count;
    }

    /// <summary>The response is another protocol's from here on.</summary>
    /// <exception cref="InvalidOperationException">Something was written already.</exception>
    internal void Seal()
    {
        if (_length > 0) throw new InvalidOperationException("Something was written to the response already.");
        _isComplete = true;
    }

    /// <summary>Ends the body, with a Content-Length if nothing has left yet.</summary>
    /// <exception cref="InvalidOperationException">Less was written than announced.</exception>
    internal async ValueTask CompleteAsync()
    {
        if (!_isComplete)
        {
            if (Head.ContentLength is { } announced && _written < announced && !IsDiscarded)
            {
                throw new InvalidOperationException($"The response announced {announced} bytes, and only {_written} were written (RFC 9110 §8.6).");
            }

            Emit(isLast: true);
            _isComplete = true;
        }

        ReturnBuffer();
        if (Output.UnflushedBytes >= MaxCollected) await Connection.Output.FlushAsync();
    }

    internal void Release() => ReturnBuffer();

    /// <summary>Head if it has not left, then what is collected, framed.</summary>
    private void Emit(bool isLast)
    {
        using (Connection.Output.Enter())
        {
            if (!_exchange.HasBegun) WriteHead(isLast);
            if (!IsDiscarded) WriteContent(isLast);
        }

        // Nothing is held between two pieces: an endless response may be silent for long.
        _length = 0;
        ReturnBuffer();
    }

    private void WriteContent(bool isLast)
    {
        ReadOnlySpan<byte> content = _buffer.AsSpan(0, _length);
        if (_framing.Kind != BodyKind.Chunked)
        {
            Output.Write(content);
            return;
        }

        ChunkedEncoder.Write(content, Output);
        if (isLast) ChunkedEncoder.WriteEnd(Output, _exchange.TakesTrailers ? _trailers : null);
    }

    private void WriteHead(bool isWhole)
    {
        ResponseHead head = Head;
        if (_written > head.ContentLength) throw TooMuch(head.ContentLength);

        // What a HEAD handler did not write, a GET may have: then its length is unknown (RFC 9110 §8.6). 205 has no content, and says so.
        int version = head.CloseDelimited ? 0 : _exchange.MinorVersion;
        long? length = head.Status == 205 ? 0 : head.ContentLength ?? (isWhole && _trailers is null ? _written : null);
        bool isUnknown = _exchange.Method == "HEAD" && isWhole && head.ContentLength is null && _written == 0;

        // Trailers come behind chunks, and only there (RFC 9110 §6.5.1).
        if (_trailers is not null && version >= 1 && head.Status != 205) length = null;
        _framing = isUnknown ? new BodyFraming(BodyKind.None) : BodyFraming.ForResponse(head.Status, _exchange.Method, version, length);
        ConnectionOption option = _exchange.DecideConnection(_framing, isWhole);
        ResponseHeadWriter.Write(head, _framing, option, _exchange.DateLine, Output);
        head.Seal();
    }

    /// <summary>Large content is not collected: it is sent from where it lies, behind what was.</summary>
    private async ValueTask WriteThroughAsync(ReadOnlyMemory<byte> content)
    {
        Count(content.Length);
        Emit(isLast: false);
        if (IsDiscarded) return;
        bool isChunked = _framing.Kind == BodyKind.Chunked;
        if (isChunked)
        {
            using (Connection.Output.Enter()) ChunkedEncoder.WriteHead(content.Length, Output);
        }

        await Connection.Output.SendAsync(content);
        if (!isChunked) return;
        using (Connection.Output.Enter()) Output.Write("\r\n"u8);
        await Connection.Output.FlushAsync();
    }

    private void Count(int count)
    {
        if (_written + count > Head.ContentLength) throw TooMuch(Head.ContentLength);
        _written += count;
    }

    private void ThrowIfComplete()
    {
        _exchange.ThrowIfEnded();
        if (_isComplete) throw new InvalidOperationException("The response is complete.");
    }

    private static InvalidOperationException TooMuch(long? announced) =>
        new($"The response announced {announced} bytes, and this would be more (RFC 9110 §8.6).");

    private void ReturnBuffer()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }
}
