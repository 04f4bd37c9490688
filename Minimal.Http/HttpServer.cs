using System.Net;
using Microsoft.Extensions.Logging;
using Minimal.Http.Diagnostics;
using Minimal.Http.Transports;
using Minimal.Http.Wire;

namespace Minimal.Http;

/// <summary>
/// An HTTP/1.1 server: takes connections from its listeners and lets one handler answer their requests. Started once, stopped once.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class HttpServer : IAsyncDisposable
{
    private readonly HttpHandler _handler;
    private readonly IReadOnlyList<Listener> _listeners;
    private readonly List<EndPoint> _endPoints = [];
    private readonly List<Task> _accepting = [];
    private readonly CancellationTokenSource _stopAccepting = new(), _draining = new();
    private readonly ConnectionList _connections;
    private int _started;
    private Task? _stopping;

    /// <summary>A server that has not started.</summary>
    /// <param name="handler">Answers every exchange; called by many connections at a time.</param>
    /// <param name="listeners">Where connections come in; the server disposes them.</param>
    /// <param name="options">Limits, timeouts, clock, log.</param>
    public HttpServer(HttpHandler handler, IReadOnlyList<Listener> listeners, HttpServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(listeners);
        _handler = handler;
        _listeners = listeners;
        Options = options ?? new HttpServerOptions();
        Deadlines = new DeadlineWheel(Options.Time);
        DateLine = new DateLine(Options.Time);
        Logger = Options.Logging.CreateLogger<HttpServer>();
        _connections = new ConnectionList(Options.Limits);
    }

    /// <summary>What the server was told.</summary>
    public HttpServerOptions Options { get; }

    /// <summary>The addresses that it listens on, one for each listener, once it has started.</summary>
    public IReadOnlyList<EndPoint> EndPoints => _endPoints;

    /// <summary>Connections open now.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>Fires when the server begins to stop.</summary>
    public CancellationToken Draining => _draining.Token;

    internal bool IsDraining => _draining.IsCancellationRequested;

    internal DeadlineWheel Deadlines { get; }

    internal DateLine DateLine { get; }

    internal ILogger Logger { get; }

    /// <summary>Takes the addresses and begins to accept: when it returns, clients can connect, and <see cref="EndPoints"/> says where.</summary>
    /// <exception cref="IOException">An address cannot be had.</exception>
    /// <exception cref="InvalidOperationException">The server was started before.</exception>
    public Task StartAsync(CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        if (Interlocked.Exchange(ref _started, 1) != 0) throw new InvalidOperationException("A server starts once.");
        foreach (Listener listener in _listeners) _endPoints.Add(listener.Bind());
        for (int i = 0; i < _listeners.Count; i++)
        {
            Log.Listening(Logger, _endPoints[i]);
            _accepting.Add(AcceptAsync(_listeners[i], _endPoints[i]));
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// Stops without losing a request that was received: accepts no more, tells handlers by <see cref="Draining"/>, lets running exchanges
    /// end, closes idle connections. After <see cref="HttpTimeouts.Drain"/>, or when <paramref name="abort"/> fires, what is left is aborted.
    /// </summary>
    /// <returns>Ends when no connection is left.</returns>
    public Task StopAsync(CancellationToken abort = default)
    {
        lock (_connections) return _stopping ??= DrainAsync(abort);
    }

    /// <summary>Starts, waits until <paramref name="stop"/> fires, and stops.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await StartAsync(CancellationToken.None);
        await Task.Delay(Timeout.InfiniteTimeSpan, Options.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await StopAsync(CancellationToken.None);
    }

    /// <summary>Stops, if it has started.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (Listener listener in _listeners) await listener.DisposeAsync();
        Deadlines.Dispose();
        _stopAccepting.Dispose();
        _draining.Dispose();
    }

    internal void OnEnded(HttpConnection connection) => _connections.Remove(connection);

    private async Task AcceptAsync(Listener listener, EndPoint endPoint)
    {
        try
        {
            await listener.RunAsync(OnConnection, _stopAccepting.Token);
        }
        catch (Exception e)
        {
            Log.ListenerFailed(Logger, endPoint, e);
        }
    }

    private Task OnConnection(Transport transport)
    {
        var connection = new HttpConnection(this, transport);
        if (_connections.TryAdd(connection, out bool isRefused)) return isRefused ? connection.TurnAwayAsync() : connection.RunAsync(_handler);
        transport.Abort();
        return transport.DisposeAsync().AsTask();
    }

    private async Task DrainAsync(CancellationToken abort)
    {
        await _stopAccepting.CancelAsync();
        await Task.WhenAll(_accepting);
        Log.Draining(Logger, _connections.Count, Options.Timeouts.Drain);
        await _draining.CancelAsync();

        Task ended = _connections.Drain(Options.Timeouts.Drain);
        try
        {
            await ended.WaitAsync(Options.Timeouts.Drain, Options.Time, abort);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            _connections.Abort();
            await ended;
        }

        Log.Stopped(Logger);
    }
}
