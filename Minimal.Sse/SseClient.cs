using System.Buffers;
using System.Text;
using Minimal.Http.Wire;

namespace Minimal.Sse;

/// <summary>
/// Reads a stream of events as an EventSource does (HTML §9.2.2, §9.2.3): <c>await foreach</c> connects, and connects again when a stream ends
/// or is lost, with the ID of the last event and after the time that the stream asked for. It ends when the server answers 204 and when it is
/// closed; it throws when there is no stream to be had.
/// </summary>
/// <remarks>
/// One reader at a time. Who leaves the loop and begins another goes on behind the last event. <see cref="Close"/> and <see cref="State"/> are
/// thread-safe; the rest is for the reader, between events. Proxies, cookies, redirections and decompression are the HttpClient's.
/// </remarks>
public sealed class SseClient : IAsyncEnumerable<SseEvent>, IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _uri;
    private readonly SseClientOptions _options;
    private readonly CancellationTokenSource _closing = new();
    private SseParser _parser;
    private SseConnection? _connection;
    private TimeSpan _wait;
    private int _failures, _isReading;
    private volatile SseClientState _state;

    /// <summary>A client that connects when it is read.</summary>
    /// <param name="http">
    /// Sends the requests, and stays the caller's. If IDs may be other than ASCII, make it of <see cref="CreateHandler"/>. Its Timeout counts up to
    /// the head of a response.
    /// </param>
    /// <param name="uri">Where the stream is; absolute, or relative to the HttpClient's base.</param>
    /// <param name="options">How it behaves; null means the defaults.</param>
    /// <exception cref="ArgumentException">The URL is no absolute one of http or https, or the last event ID in the options can be none.</exception>
    public SseClient(HttpClient http, Uri uri, SseClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(uri);
        _http = http;
        _uri = uri.IsAbsoluteUri || http.BaseAddress is null ? uri : new Uri(http.BaseAddress, uri);
        if (!_uri.IsAbsoluteUri || _uri.Scheme is not ("http" or "https")) throw new ArgumentException("An event stream has an absolute URL of http or https.", nameof(uri));
        _options = options ?? SseClientOptions.Default;
        _parser = new SseParser(_options.Limits, _options.LastEventId);
    }

    /// <summary>What the client is doing.</summary>
    public SseClientState State => _closing.IsCancellationRequested ? SseClientState.Closed : _state;

    /// <summary>The ID to go on from: of the last event that was handed out; empty when none had one.</summary>
    public string LastEventId => _parser.LastEventId;

    /// <summary>How long the client waits before it connects again, as the stream asked for it or as the options say.</summary>
    public TimeSpan ReconnectionTime => _parser.ReconnectionTime ?? _options.ReconnectionTime;

    /// <summary>The URL of the stream, behind all redirections; null before there was one.</summary>
    public Uri? FinalUri { get; private set; }

    /// <summary>Scheme, host and port of <see cref="FinalUri"/>: the origin of each event (HTML §9.2.6).</summary>
    public string? Origin => FinalUri?.GetLeftPart(UriPartial.Authority);

    /// <summary>
    /// A handler for the HttpClient that sends the last event ID in UTF-8, as the standard wants it (HTML §9.2.4). The framework's default sends
    /// ASCII only.
    /// </summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        RequestHeaderEncodingSelector = static (name, _) => name.Equals("Last-Event-ID", StringComparison.OrdinalIgnoreCase) ? Encoding.UTF8 : null,
    };

    /// <summary>Connects, and hands the events out.</summary>
    /// <param name="cancellationToken">Ends the connection, and whatever is waited for.</param>
    /// <exception cref="SseClientException">There is no stream to be had: <see cref="SseClientException.Failure"/> says why.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    /// <exception cref="InvalidOperationException">The client is being read already.</exception>
    public async IAsyncEnumerator<SseEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _isReading, 1) != 0) throw new InvalidOperationException("A client is read by one reader at a time.");
        _state = SseClientState.Connecting;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        try
        {
            while (await NextOrEndAsync(stop.Token, cancellationToken) is { } received) yield return received;
        }
        finally
        {
            await DropAsync();
            if (_state != SseClientState.Closed) Report(SseClientState.Closed, null);
            _wait = TimeSpan.Zero;
            _failures = 0;
            Volatile.Write(ref _isReading, 0);
        }
    }

    /// <summary>Ends the client for good: no event comes any more, and the loop ends. Idempotent, thread-safe.</summary>
    public void Close() => _ = _closing.CancelAsync();

    /// <inheritdoc cref="Close" />
    public void Dispose() => Close();

    private async ValueTask<SseEvent?> NextOrEndAsync(CancellationToken stop, CancellationToken cancellation)
    {
        try
        {
            return await NextAsync(stop, cancellation);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return null;
        }
        catch (SseClientException e)
        {
            Report(SseClientState.Closed, e);
            throw;
        }
    }

    /// <summary>The next event, of this stream or of one that follows; null at the end of all.</summary>
    private async ValueTask<SseEvent?> NextAsync(CancellationToken stop, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                if (_connection is null && !await ConnectAsync(stop)) return null;

                // Whoever has closed wants no event more, not even one that is here; the linked token may hear of it later.
                cancellation.ThrowIfCancellationRequested();
                _closing.Token.ThrowIfCancellationRequested();
                return await ReadAsync(_connection!);
            }
            catch (SseClientException e) when (e.Failure == SseClientFailure.Ended && !_options.Reconnects)
            {
                return null;
            }
            catch (SseClientException e) when (IsPassing(e))
            {
                await DropAsync();
                PutOff(e);
                Report(SseClientState.Connecting, e);
            }
        }
    }

    private async ValueTask<bool> ConnectAsync(CancellationToken stop)
    {
        _closing.Token.ThrowIfCancellationRequested();
        if (_wait > TimeSpan.Zero) await Task.Delay(_wait, _options.Time, stop);
        _connection = await SseConnection.OpenAsync(_http, _uri, _options, LastEventId, stop);
        if (_connection is null) return false;
        FinalUri = _connection.FinalUri;
        _failures = 0;
        Report(SseClientState.Open, null);
        return true;
    }

    private async ValueTask<SseEvent> ReadAsync(SseConnection connection)
    {
        while (true)
        {
            if (TryParse(connection, out SseEvent? received)) return received!;
            await connection.FillAsync();
        }
    }

    private bool TryParse(SseConnection connection, out SseEvent? received)
    {
        var input = new SequenceReader<byte>(connection.Unread);
        ParseStatus status = _parser.Read(ref input, out SseEventBytes dispatched);
        connection.Advance(input.Consumed);
        received = status == ParseStatus.Complete ? dispatched.ToEvent() : null;
        if (status == ParseStatus.Invalid) throw new SseClientException(SseClientFailure.TooLong, _parser.Broken!.ToString()) { Rule = _parser.Broken };
        return received is not null;
    }

    /// <summary>Whether another try may do better.</summary>
    private bool IsPassing(SseClientException e) => e.Failure switch
    {
        SseClientFailure.Lost or SseClientFailure.Ended => _options.Reconnects,
        SseClientFailure.Status => _options.RetryErrors && e.Status is 429 or >= 500,
        _ => false,
    };

    private void PutOff(SseClientException e)
    {
        _wait = BackOff.After(ReconnectionTime, _failures, _options, _options.Random.NextDouble());
        if (e.RetryAfter > _wait) _wait = BackOff.Clamp(e.RetryAfter.Value);
        _failures++;
    }

    private async ValueTask DropAsync()
    {
        if (_connection is not { } connection) return;
        _connection = null;
        _parser.End();
        await connection.DisposeAsync();
    }

    private void Report(SseClientState state, SseClientException? cause)
    {
        _state = state;
        _options.StateChanged?.Invoke(state, cause);
    }
}
