using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Minimal.Sse;

/// <summary>One request of an <see cref="SseClient"/> and its response, as far as it is a stream of bytes.</summary>
internal sealed class SseConnection : IAsyncDisposable
{
    private const int BufferBytes = 8 * 1024;

    // How often is tried to catch a connection with nothing left to read.
    private const int MaxReadsToEnd = 16;

    private readonly SseClientOptions _options;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenSource _lost;
    private readonly ITimer? _inactivity;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private HttpResponseMessage? _response;
    private Stream _body = Stream.Null;
    private int _start, _end;
    private bool _isLost;

    private SseConnection(SseClientOptions options, CancellationToken stop)
    {
        _options = options;
        _stop = stop;
        _lost = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (options.Inactivity == Timeout.InfiniteTimeSpan) return;
        _inactivity = options.Time.CreateTimer(static lost => ((CancellationTokenSource)lost!).Cancel(), _lost, options.Inactivity, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The URL that the response came from, behind all redirections.</summary>
    public Uri? FinalUri => _response?.RequestMessage?.RequestUri;

    /// <summary>What was received and not read.</summary>
    public ReadOnlySequence<byte> Unread => new(_buffer, _start, _end - _start);

    /// <summary>Asks for a stream.</summary>
    /// <returns>Null when the server said that there will be none any more.</returns>
    /// <exception cref="SseClientException">There is none now, or never.</exception>
    public static async ValueTask<SseConnection?> OpenAsync(HttpClient http, Uri uri, SseClientOptions options, string lastEventId, CancellationToken stop)
    {
        var connection = new SseConnection(options, stop);
        try
        {
            if (await connection.RequestAsync(http, uri, lastEventId)) return connection;
            await connection.DisposeAsync();
            return null;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Bytes were read.</summary>
    public void Advance(long count) => _start += (int)count;

    /// <summary>Waits for more, when all is read.</summary>
    /// <exception cref="SseClientException">Nothing more comes.</exception>
    public async ValueTask FillAsync()
    {
        _inactivity?.Change(_options.Inactivity, Timeout.InfiniteTimeSpan);
        _start = 0;
        _end = await AskAsync(static connection => connection._body.ReadAsync(connection._buffer, connection._lost.Token).AsTask());
        if (_end > 0) return;
        _isLost = true;
        throw new SseClientException(SseClientFailure.Ended, "The stream has ended.");
    }

    /// <summary>Ends the connection, whatever still comes on it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_inactivity is not null) await _inactivity.DisposeAsync();
        if (!_isLost) await CutAsync();
        _response?.Dispose();
        _lost.Dispose();
    }

    /// <summary>Sends the request and judges the answer (HTML §9.2.2, step 15).</summary>
    private async ValueTask<bool> RequestAsync(HttpClient http, Uri uri, string lastEventId)
    {
        using HttpRequestMessage request = CreateRequest(uri, lastEventId);
        _response = await AskAsync(_ => http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _lost.Token), lastEventId);

        // "204 No Content" is how a server tells a client to stop (HTML §9.2.1).
        int status = (int)_response.StatusCode;
        if (status == 204) return false;
        if (status != 200) throw WrongStatus(status, _response.Headers.RetryAfter);
        if (!IsEventStream(_response.Content.Headers)) throw new SseClientException(SseClientFailure.ContentType, "The response is no text/event-stream (HTML §9.2.2).");
        _body = await AskAsync(static connection => connection._response!.Content.ReadAsStreamAsync(connection._lost.Token));
        return true;
    }

    private HttpRequestMessage CreateRequest(Uri uri, string lastEventId)
    {
        var request = new HttpRequestMessage(_options.Method, uri) { Content = _options.Content?.Invoke() };
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        request.Headers.TryAddWithoutValidation("Cache-Control", "no-cache");
        if (lastEventId.Length > 0) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        _options.Prepare?.Invoke(request);
        return request;
    }

    /// <summary>All ways in which the network fails, as one.</summary>
    private async ValueTask<T> AskAsync<T>(Func<SseConnection, Task<T>> ask, string lastEventId = "")
    {
        // Whoever is interrupted here has lost the connection.
        _isLost = true;
        try
        {
            T answer = await ask(this);
            _isLost = false;
            return answer;
        }
        catch (OperationCanceledException e) when (!_stop.IsCancellationRequested)
        {
            throw new SseClientException(SseClientFailure.Lost, "Nothing came for too long.", e);
        }
        catch (HttpRequestException e) when (e is { HttpRequestError: HttpRequestError.Unknown, InnerException: null } && !Ascii.IsValid(lastEventId))
        {
            throw new SseClientException(SseClientFailure.UnsendableId, "The last event ID is not ASCII, and the handler of the HttpClient does not send fields as UTF-8.", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new SseClientException(SseClientFailure.Lost, $"The connection was lost: {e.Message}", e);
        }
    }

    private SseClientException WrongStatus(int status, RetryConditionHeaderValue? retryAfter) =>
        new(SseClientFailure.Status, string.Create(CultureInfo.InvariantCulture, $"The server answered {status} (HTML §9.2.2)."))
        {
            Status = status,
            RetryAfter = retryAfter?.Delta ?? (retryAfter?.Date - _options.Time.GetUtcNow()),
        };

    // Parameters say nothing here: the stream is UTF-8 whatever its charset (HTML §9.2.5).
    private static bool IsEventStream(HttpContentHeaders fields)
    {
        if (!fields.NonValidated.TryGetValues("Content-Type", out HeaderStringValues values)) return false;
        ReadOnlySpan<char> type = values.ToString();
        int semicolon = type.IndexOf(';');
        return (semicolon < 0 ? type : type[..semicolon]).Trim(" \t").Equals("text/event-stream", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// A response that is disposed of unread is read on for a while, so that its connection can be used again; a stream has no end to wait for.
    /// But a read that is cancelled takes the connection with it.
    /// </summary>
    private async ValueTask CutAsync()
    {
        using var cut = new CancellationTokenSource();
        try
        {
            for (int i = 0; i < MaxReadsToEnd && !cut.IsCancellationRequested; i++)
            {
                ValueTask<int> read = _body.ReadAsync(_buffer, cut.Token);
                if (!read.IsCompleted) await cut.CancelAsync();
                if (await read == 0) return;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            _isLost = true;
        }
    }
}
