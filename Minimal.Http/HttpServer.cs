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
    // What aborted handlers have to find out, and end.
    private static readonly TimeSpan AbortGrace = TimeSpan.FromSeconds(5);

    private readonly HttpHandler _handler;
    private readonly IReadOnlyList<Listener> _listeners;
    private readonly List<EndPoint> _endPoints = [];
    private readonly List<Task> _accepting = [];
    private readonly CancellationTokenSource _stopAccepting = new(), _draining = new(), _hurry = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConnectionList _connections;
    private int _started, _stopping;
    private volatile bool _isListening;

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
        Draining = _draining.Token;
        _connections = new ConnectionList(Options.Limits);
    }

    /// <summary>What the server was told.</summary>
    public HttpServerOptions Options { get; }

    /// <summary>The addresses that it listens on, one for each listener, once it has started.</summary>
    public IReadOnlyList<EndPoint> EndPoints => _endPoints;

    /// <summary>Connections open now.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>Fires when the server begins to stop.</summary>
    public CancellationToken Draining { get; }

    internal bool IsDraining => Draining.IsCancellationRequested;

    internal DeadlineWheel Deadlines { get; }

    internal DateLine DateLine { get; }

    internal ILogger Logger { get; }

    /// <summary>Takes the addresses and begins to accept: when it returns, clients can connect, and <see cref="EndPoints"/> says where.</summary>
    /// <exception cref="IOException">An address cannot be had; the listeners are disposed.</exception>
    /// <exception cref="InvalidOperationException">The server was started, or stopped, before.</exception>
    /// <exception cref="ArgumentException">The handler, or a part of it, does not work with these options (<see cref="IServerPart"/>).</exception>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        if (Interlocked.Exchange(ref _started, 1) != 0 || Volatile.Read(ref _stopping) != 0) throw new InvalidOperationException("A server starts once.");
        try
        {
            (_handler.Target as IServerPart)?.CheckAgainst(Options);
            foreach (Listener listener in _listeners) _endPoints.Add(listener.Bind());
        }
        catch
        {
            _endPoints.Clear();
            await DisposeListenersAsync().ConfigureAwait(false);
            throw;
        }

        _isListening = true;
        for (int i = 0; i < _listeners.Count; i++)
        {
            Log.Listening(Logger, _endPoints[i]);
            _accepting.Add(AcceptAsync(_listeners[i], _endPoints[i]));
        }
    }

    /// <summary>
    /// Stops without losing a request that was received: accepts no more, tells handlers by <see cref="Draining"/>, lets running exchanges
    /// end, closes idle connections. After <see cref="HttpTimeouts.Drain"/>, or when <paramref name="abort"/> fires, what is left is aborted.
    /// </summary>
    /// <returns>
    /// Ends when no connection is left, or when handlers have not ended a while after their connections were aborted; the log says how many.
    /// </returns>
    public async Task StopAsync(CancellationToken abort = default)
    {
        using CancellationTokenRegistration registration = abort.UnsafeRegister(static hurry => ((CancellationTokenSource)hurry!).CancelAsync(), _hurry);
        if (Interlocked.Exchange(ref _stopping, 1) == 0)
        {
            try
            {
                await DrainAsync().ConfigureAwait(false);
            }
            finally
            {
                _stopped.SetResult();
            }
        }

        await _stopped.Task.ConfigureAwait(false);
    }

    /// <summary>Starts, waits until <paramref name="stop"/> fires, and stops.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await StartAsync(CancellationToken.None).ConfigureAwait(false);
        await Task.Delay(Timeout.InfiniteTimeSpan, Options.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Stops, if it has started.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await DisposeListenersAsync().ConfigureAwait(false);
        Deadlines.Dispose();
    }

    internal void OnEnded(HttpConnection connection)
    {
        OnEnded(connection.Transport, connection.End);
        _connections.Remove(connection);
    }

    private void OnEnded(Transport transport, ConnectionEnd end)
    {
        if (Options.Inspector is not null) WireInspector.OnEnded(transport, end);
    }

    private async Task DisposeListenersAsync()
    {
        foreach (Listener listener in _listeners) await listener.DisposeAsync().ConfigureAwait(false);
    }

    private async Task AcceptAsync(Listener listener, EndPoint endPoint)
    {
        try
        {
            await listener.RunAsync(OnConnection, _stopAccepting.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Log.ListenerFailed(Logger, endPoint, e);
        }
    }

    private Task OnConnection(Transport accepted)
    {
        Transport transport = Options.Inspector is { } inspector ? inspector.Watch(accepted, Options.Time) : accepted;
        var connection = new HttpConnection(this, transport);
        if (_connections.TryAdd(connection)) return connection.RunAsync(_handler);
        OnEnded(transport, IsDraining ? ConnectionEnd.Drained : ConnectionEnd.TooManyConnections);
        transport.Abort();
        return transport.DisposeAsync().AsTask();
    }

    private async Task DrainAsync()
    {
        TimeSpan window = Options.Timeouts.Drain;
        _ = _stopAccepting.CancelAsync();
        await EndsAsync(Task.WhenAll(_accepting), window, _hurry.Token).ConfigureAwait(false);
        if (_isListening) Log.Draining(Logger, _connections.Count, window);

        // Handlers are told on threads of the pool; whatever they do there, draining goes on.
        Task told = _draining.CancelAsync();
        Task ended = _connections.Drain(window);
        if (!await EndsAsync(ended, window, _hurry.Token).ConfigureAwait(false))
        {
            _connections.Abort();
            if (!await EndsAsync(ended, AbortGrace, CancellationToken.None).ConfigureAwait(false)) Log.LeftBehind(Logger, _connections.Count);
        }

        if (told.Exception is { } failure) Log.DrainingHandlerFailed(Logger, failure);
        if (_isListening) Log.Stopped(Logger);
    }

    /// <summary>Whether a task, which does not fail, ends in time.</summary>
    private async Task<bool> EndsAsync(Task task, TimeSpan within, CancellationToken hurry)
    {
        await task.WaitAsync(within, Options.Time, hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompleted;
    }
}
