using System.Buffers;
using System.IO.Pipelines;
using Minimal.Http.Wire;

namespace Minimal.Http;

/// <summary>
/// The body of a response, as a stream and as a <see cref="PipeWriter"/>. Bytes leave on a flush, when 16 KiB have come together
/// (<c>HttpLimits.ResponseBufferBytes</c>), or at the handler's end; if all fit until then, the response has a Content-Length, else it goes in
/// chunks, or to HTTP/1.0 until the connection closes. Synchronous writes throw. One writer at a time.
/// </summary>
/// <remarks>What is written to an answer that has no content (HEAD, 204, 205, 304) is counted and thrown away (RFC 9110 §6.4.1).</remarks>
public sealed class ResponseBody : Stream
{
    private readonly HttpConnection _connection;
    private readonly HttpExchange _exchange;
    private ResponseBodyWriter? _writer;
    private byte[] _buffer = [];
    private int _length;
    private long _written;
    private BodyFraming _framing;
    private bool _isComplete;
    private FieldSection? _trailers;

    internal ResponseBody(HttpConnection connection, HttpExchange exchange)
    {
        _connection = connection;
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

    private ResponseHead Head => _exchange.Response;

    private bool IsDiscarded => _exchange.Method == "HEAD" || !BodyFraming.StatusAllowsBody(Head.Status) || Head.Status == 205;

    private PipeWriter Output => _connection.Transport.Output;

    /// <summary>Writes a piece of the content.</summary>
    /// <exception cref="InvalidOperationException">It is more than <see cref="ResponseHead.ContentLength"/> announced, or the exchange has ended.</exception>
    /// <exception cref="IOException">The client vanished.</exception>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        if (_length + buffer.Length >= _connection.Options.Limits.ResponseBufferBytes) return WriteThroughAsync(buffer);

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
        _ = Head;
        Emit(isLast: false);
        return _connection.FlushAsync();
    }

    /// <summary>Head and body in one piece, into the output.</summary>
    internal void WriteWhole(ReadOnlySpan<byte> body)
    {
        using (_connection.EnterOutput())
        {
            WriteHead(isWhole: true);
            if (!IsDiscarded) Output.Write(body);
        }

        _isComplete = true;
    }

    internal ValueTask WriteWholeAsync(ReadOnlyMemory<byte> body)
    {
        if (_exchange.HasBegun || _length > 0) throw new InvalidOperationException("The response has begun already.");
        if (body.Length < _connection.Options.Limits.ResponseBufferBytes)
        {
            WriteWhole(body.Span);
            return default;
        }

        WriteWhole(default);
        return IsDiscarded ? default : _connection.SendAsync(body);
    }

    internal Memory<byte> Room(int size)
    {
        _ = Head;
        if (_isComplete) throw new InvalidOperationException("The response is complete.");
        if (_buffer.Length - _length >= Math.Max(size, 1)) return _buffer.AsMemory(_length);

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(512, Math.Max(_length + size, 2 * _length)));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ReturnBuffer();
        _buffer = larger;
        return _buffer.AsMemory(_length);
    }

    internal void Advance(int count)
    {
        Count(count);
        if (!IsDiscarded) _length += count;
    }

    /// <summary>Ends the body, with a Content-Length if nothing has left yet; aborts when less was written than announced.</summary>
    internal async ValueTask CompleteAsync()
    {
        if (!_isComplete)
        {
            bool isShort = Head.ContentLength is { } announced && _written < announced && !IsDiscarded;
            if (isShort)
            {
                _connection.Abort(ConnectionEnd.HandlerFailed);
                return;
            }

            Emit(isLast: true);
            _isComplete = true;
        }

        ReturnBuffer();
        if (Output.UnflushedBytes >= _connection.Options.Limits.ResponseBufferBytes) await _connection.FlushAsync();
    }

    internal void Release() => ReturnBuffer();

    /// <summary>Head if it has not left, then what is collected, framed.</summary>
    private void Emit(bool isLast)
    {
        using (_connection.EnterOutput())
        {
            if (!_exchange.HasBegun) WriteHead(isLast);
            ReadOnlySpan<byte> content = _buffer.AsSpan(0, _length);
            if (_framing.Kind == BodyKind.Chunked && !IsDiscarded)
            {
                ChunkedEncoder.Write(content, Output);
                if (isLast) ChunkedEncoder.WriteEnd(Output, _exchange.TakesTrailers ? _trailers : null);
            }
            else
            {
                Output.Write(content);
            }
        }

        _length = 0;
    }

    private void WriteHead(bool isWhole)
    {
        ResponseHead head = Head;

        // What a HEAD handler did not write, a GET may have: then its length is unknown (RFC 9110 §8.6). 205 has no content, and says so.
        long? length = head.Status == 205 ? 0 : head.ContentLength ?? (isWhole && _trailers is null ? _written : null);
        bool isUnknown = _exchange.Method == "HEAD" && isWhole && head.ContentLength is null && _written == 0;
        int version = head.CloseDelimited ? 0 : _exchange.MinorVersion;
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
            using (_connection.EnterOutput()) ChunkedEncoder.WriteHead(content.Length, Output);
        }

        await _connection.SendAsync(content);
        if (!isChunked) return;
        using (_connection.EnterOutput()) Output.Write("\r\n"u8);
        await _connection.FlushAsync();
    }

    private void Count(int count)
    {
        if (Head.ContentLength is { } announced && _written + count > announced)
        {
            throw new InvalidOperationException($"The response announced {announced} bytes, and this would be more (RFC 9110 §8.6).");
        }

        _written += count;
    }

    private void ReturnBuffer()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }
}
