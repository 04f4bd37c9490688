using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Runtime.CompilerServices;
using Minimal.Http.Diagnostics;
using Minimal.Http.Transports;
using Minimal.Http.Wire;

namespace Minimal.Http;

/// <summary>
/// The life of one connection, from its first request to its end: <see cref="RunAsync"/> reads from top to bottom. It moves
/// bytes and keeps time; what the bytes mean is decided in Wire/. It is its own deadline, which spares an object.
/// </summary>
internal sealed class HttpConnection : Deadline
{
    private readonly HttpServer _server;
    private readonly HttpExchange _exchange;
    private PeerWatch? _watch;
    private ProtocolRule? _broken;
    private long _requests;
    private long _sentBefore;
    private int _waiting;
    private volatile bool _expired;
    private volatile bool _owesEarlier;
    private volatile bool _aborted;

    public HttpConnection(HttpServer server, Transport transport)
        : base(server.Deadlines)
    {
        _server = server;
        Transport = transport;
        HttpTelemetry.ConnectionBegan();
        _exchange = new HttpExchange(this, server);
    }

    /// <summary>What the connection waits for, and so what it means when its deadline comes.</summary>
    private enum Waiting
    {
        Nothing,
        Request,
        Head,
        Body,
        Response,
        Linger,
    }

    public Transport Transport { get; }

    public HttpServerOptions Options => _server.Options;

    public PeerWatch Watch => _watch ??= new PeerWatch(this);

    public bool IsWatchWanted => _watch is { IsWanted: true };

    public ConnectionEnd End { get; private set; }

    /// <summary>Whether the connection is one too many, and only told so.</summary>
    public bool IsRefused { get; set; }

    /// <summary>The address under which the connection is counted, if it is.</summary>
    public IPAddress? CountedAddress { get; set; }

    /// <summary>Neighbours in the server's list of connections; under its lock.</summary>
    public HttpConnection? Newer { get; set; }

    /// <inheritdoc cref="Newer" />
    public HttpConnection? Older { get; set; }

    public async Task RunAsync(HttpHandler handler)
    {
        try
        {
            while (await ReadHeadAsync())                                     // RFC 9112 §2 to §5
            {
                if (!TryBegin())                                              // §6.3: where the body ends
                {
                    await RefuseAsync(_broken!);
                    break;
                }

                await HandleAsync(handler);
                if (_exchange.Upgraded is not null) SetEnd(ConnectionEnd.UpgradeEnded);    // another protocol owned the wire
                if (End != ConnectionEnd.None) break;
                if (!await _exchange.FinishAsync()) break;                    // §9.3: may the connection be used again?
            }

            await CloseAsync();                                               // §9.6: in stages
        }
        catch (IOException)
        {
            SetEnd(ConnectionEnd.Reset);
        }
        catch (Exception e)
        {
            Abort(ConnectionEnd.HandlerFailed);
            Log.ConnectionFailed(_server.Logger, e);
        }
        finally
        {
            await EndAsync();
        }
    }

    /// <summary>The life of a connection that is one too many: it is told so, whatever it asks.</summary>
    public async Task TurnAwayAsync()
    {
        try
        {
            await RefuseAsync(HttpRules.TooManyConnections, ConnectionEnd.TooManyConnections);
            await CloseAsync();
        }
        catch (IOException)
        {
            SetEnd(ConnectionEnd.Reset);
        }
        finally
        {
            await EndAsync();
        }
    }

    /// <summary>The first reason stays.</summary>
    public void SetEnd(ConnectionEnd end)
    {
        if (End == ConnectionEnd.None) End = end;
    }

    /// <summary>The rule that the peer of another protocol broke, for log and metric.</summary>
    public void SetBroken(ProtocolRule rule)
    {
        _broken = rule;
        Log.Refused(_server.Logger, Transport.RemoteEndPoint, rule.Code, rule);
    }

    /// <summary>Both directions end at once, and the peer sees it. From any thread.</summary>
    public void Abort(ConnectionEnd end)
    {
        SetEnd(end);
        _aborted = true;
        Transport.Abort();
        _watch?.Cancel();
    }

    /// <summary>Closes the connection after a while if it still waits for a request then; a request that comes before is answered, with <c>close</c>.</summary>
    public bool TryDrain(TimeSpan after)
    {
        if (Volatile.Read(ref _waiting) != (int)Waiting.Request) return false;
        Set(after);
        return true;
    }

    /// <summary>
    /// Held while the exchange writes into the output. Answers to earlier requests may stand there, to leave together with this one: only
    /// as long as they do, another thread may want to send them, and there is anything to lock.
    /// </summary>
    public OutputScope EnterOutput() => new(_owesEarlier ? _exchange : null);

    /// <summary>Sends what is written. It is waited for only if the peer does not take it at once, and then not for ever.</summary>
    /// <exception cref="IOException">The peer vanished, or took too little.</exception>
    public ValueTask FlushAsync()
    {
        if (_owesEarlier)
        {
            lock (_exchange) _owesEarlier = false;
        }

        if (Transport.Output.UnflushedBytes == 0) return default;
        ValueTask<FlushResult> flush = Transport.Output.FlushAsync();
        if (!flush.IsCompletedSuccessfully) return AwaitFlushAsync(flush);
        flush.GetAwaiter().GetResult();
        return default;
    }

    /// <summary>Sends large data from where it lies, behind what is written.</summary>
    /// <inheritdoc cref="FlushAsync" path="/exception" />
    public async ValueTask SendAsync(ReadOnlyMemory<byte> data)
    {
        await FlushAsync();
        await AwaitFlushAsync(Transport.Output.WriteAsync(data));
    }

    /// <summary>Nobody watches for the peer's end any more: somebody else is about to read.</summary>
    public ValueTask StopWatchingAsync() => _watch is { } watch ? watch.StopAsync() : default;

    /// <summary>Waits for more of a body; what is written leaves before. The answer may be that the time is over: <c>IsCanceled</c>.</summary>
    public async ValueTask<ReadResult> WaitForBodyAsync(TimeSpan timeout)
    {
        await FlushAsync();
        Set(timeout);
        ReadResult read = await WaitAsync(Waiting.Body);
        StopWaiting();
        return read;
    }

    protected override void OnExpired()
    {
        switch ((Waiting)Volatile.Read(ref _waiting))
        {
            case Waiting.Nothing:
                break;
            case Waiting.Response when Transport.BytesSent > _sentBefore:
                WatchResponse();
                break;
            case Waiting.Response:
                Abort(ConnectionEnd.ResponseTimeout);
                break;
            default:
                _expired = true;
                Transport.Input.CancelPendingRead();
                break;
        }
    }

    /// <summary>Reads until the head of a request is complete; false when there will be none.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReadHeadAsync()
    {
        PipeReader input = Transport.Input;
        var scanner = default(HeadScanner);
        bool began = false;
        while (true)
        {
            if (!input.TryRead(out ReadResult read))
            {
                await FlushAsync();
                _exchange.ReleaseBlocks();
                if (!began) Set(Options.Timeouts.Idle);
                read = await WaitAsync(began ? Waiting.Head : Waiting.Request);
                Volatile.Write(ref _waiting, (int)Waiting.Nothing);
            }

            ReadOnlySequence<byte> buffer = read.Buffer;
            ParseStatus status = scanner.Scan(buffer, Options.Limits, out _broken);
            if (status == ParseStatus.Complete)
            {
                StopWaiting();
                _exchange.Head.Load(buffer.Slice(0, scanner.Length), (int)scanner.Start);
                input.AdvanceTo(buffer.GetPosition(scanner.Length));
                if (new RequestHeadParser(_exchange.Head).TryParse(out _broken)) return true;
                await RefuseAsync(_broken!);
                return false;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (status == ParseStatus.Invalid || read.IsCompleted || (read.IsCanceled && _expired))
            {
                await EndWithoutHeadAsync(read.IsCompleted, began || buffer.Length > scanner.Start);
                return false;
            }

            // The first byte starts a stricter clock, and no later byte puts it off.
            if (began || buffer.Length == scanner.Start) continue;
            began = true;
            Set(Options.Timeouts.Head);
        }
    }

    /// <summary>Waits for input, and says so to whom the deadline or a drain asks.</summary>
    private ValueTask<ReadResult> WaitAsync(Waiting what)
    {
        _expired = false;
        Interlocked.Exchange(ref _waiting, (int)what);

        // The server drains first and then looks who waits, we wait first and then look: one of the two sees what the other did.
        if (what == Waiting.Request && _server.IsDraining) Set(TimeSpan.Zero);
        return Transport.Input.ReadAsync();
    }

    private void StopWaiting()
    {
        Volatile.Write(ref _waiting, (int)Waiting.Nothing);
        _expired = false;
        Clear();
    }

    private async ValueTask EndWithoutHeadAsync(bool completed, bool began)
    {
        if (_broken is not null) await RefuseAsync(_broken);
        else if (completed) SetEnd(began ? ConnectionEnd.Incomplete : ConnectionEnd.ClosedByClient);
        else if (began) await RefuseAsync(HttpRules.HeadTimeout, ConnectionEnd.HeadTimeout);
        else SetEnd(_server.IsDraining ? ConnectionEnd.Drained : ConnectionEnd.IdleTimeout);
    }

    /// <summary>Begins the exchange, or says which rule keeps it from beginning.</summary>
    private bool TryBegin()
    {
        if (BodyFraming.Decide(_exchange.Head, out _broken) is not { } framing) return false;
        _exchange.Begin(framing, isLast: ++_requests >= Options.Limits.MaxRequestsPerConnection);
        return _exchange.TryAdmit(out _broken);
    }

    private async ValueTask HandleAsync(HttpHandler handler)
    {
        HttpTelemetry.Measurement measurement = HttpTelemetry.Begin(_exchange);
        Exception? failure = null;
        try
        {
            _owesEarlier = Transport.Output.UnflushedBytes > 0;
            ValueTask running = handler(_exchange);
            if (!running.IsCompleted && _owesEarlier) SendEarlier();
            await running;
        }
        catch (HttpProtocolException e)
        {
            failure = e;
            if (_exchange.HasBegun) Abort(ConnectionEnd.Refused);
            else await RefuseAsync(e.Rule, e.Rule == HttpRules.BodyTimeout ? ConnectionEnd.BodyTimeout : ConnectionEnd.Refused);
        }
        catch (Exception e)
        {
            // When the connection has ended, its handler's failure tells nothing new.
            failure = e;
            if (End != ConnectionEnd.None) return;
            Log.HandlerFailed(_server.Logger, _exchange.Head.Method, _exchange.Head.Target, e);
            if (_exchange.Upgraded?.HandlerEnded is not null) SetEnd(ConnectionEnd.HandlerFailed);
            else if (_exchange.HasBegun) Abort(ConnectionEnd.HandlerFailed);
            else _exchange.Fail();
        }
        finally
        {
            if (_exchange.Upgraded?.HandlerEnded is { } sayGoodbye) await sayGoodbye(failure);
            HttpTelemetry.End(measurement, _exchange, failure);
        }
    }

    /// <summary>The handler waits, and answers to earlier requests stand in the output: they must not wait with it.</summary>
    private void SendEarlier()
    {
        lock (_exchange)
        {
            if (!_owesEarlier) return;
            _owesEarlier = false;
            Transport.TryFlush();
        }
    }

    /// <summary>Answers with a rule's status and sentence, as the last response.</summary>
    private ValueTask RefuseAsync(ProtocolRule rule, ConnectionEnd end = ConnectionEnd.Refused)
    {
        Clear();
        SetEnd(end);
        _broken = rule;
        Log.Refused(_server.Logger, Transport.RemoteEndPoint, rule.Code, rule);
        _exchange.Refuse(rule);
        return FlushAsync();
    }

    /// <summary>
    /// Half-closes, and reads on for a while: a connection closed on unread data is reset, and the reset may take the last response with it
    /// before the client has read it.
    /// </summary>
    private async ValueTask CloseAsync()
    {
        await StopWatchingAsync();
        if (_aborted) return;
        await FlushAsync();
        Transport.Output.Complete();

        // Who has closed, or has asked for it and sent nothing behind its last request, gets the response in any case.
        bool hasInput = Transport.Input.TryRead(out ReadResult read);
        if (hasInput) Transport.Input.AdvanceTo(read.Buffer.End);
        bool isQuiet = hasInput ? read.IsCompleted : End == ConnectionEnd.CloseRequested;
        if (isQuiet) return;

        Set(Options.Timeouts.Linger);
        for (long left = Options.Limits.MaxLingerBytes; left > 0; left -= read.Buffer.Length)
        {
            read = await WaitAsync(Waiting.Linger);
            Transport.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || (read.IsCanceled && _expired)) return;
        }
    }

    private async ValueTask EndAsync()
    {
        Remove();
        await StopWatchingAsync();
        _exchange.Release();
        if (End == ConnectionEnd.Reset) Transport.Abort();
        EndPoint? peer = Transport.RemoteEndPoint;
        await Transport.DisposeAsync();
        Log.ConnectionEnded(_server.Logger, peer, End, _requests);
        HttpTelemetry.ConnectionEnded(End, _broken);
        _server.OnEnded(this);
    }

    private async ValueTask AwaitFlushAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            Volatile.Write(ref _waiting, (int)Waiting.Response);
            WatchResponse();
            FlushResult result = await flush;
            if (result.IsCompleted) throw new IOException("The peer has closed the connection.");
        }
        catch (IOException)
        {
            Abort(ConnectionEnd.Reset);
            throw;
        }
        finally
        {
            StopWaiting();
        }
    }

    /// <summary>A piece must go within the grace and the time that it takes at the minimum rate.</summary>
    private void WatchResponse()
    {
        HttpTimeouts timeouts = Options.Timeouts;
        if (timeouts.MinResponseRate == 0) return;
        _sentBefore = Transport.BytesSent;
        Set(timeouts.RateGrace + TimeSpan.FromSeconds(SocketPipeWriter.PieceBytes / (double)timeouts.MinResponseRate));
    }

    /// <summary>A lock that may have nothing to lock.</summary>
    public readonly ref struct OutputScope
    {
        private readonly object? _gate;

        public OutputScope(object? gate)
        {
            _gate = gate;
            if (gate is not null) Monitor.Enter(gate);
        }

        public void Dispose()
        {
            if (_gate is not null) Monitor.Exit(_gate);
        }
    }
}
