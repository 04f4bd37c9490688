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
/// <remarks>
/// One flow of control reads, keeps the deadline and runs the handler. Other threads only cancel a read or abort; a read may come back
/// cancelled without cause, so who reads looks at the clock and reads again.
/// </remarks>
internal sealed class HttpConnection : Deadline
{
    private readonly HttpExchange _exchange;
    private PeerWatch? _watch;
    private ProtocolRule? _broken;
    private HttpTelemetry.Measurement? _measurement;
    private Exception? _failure;
    private TimeSpan _drainDelay;
    private long _requests, _sentBefore;
    private int _waiting, _end;
    private bool _endsIdle;
    private volatile bool _isAborted;

    public HttpConnection(HttpServer server, Transport transport)
        : base(server.Deadlines)
    {
        Server = server;
        Transport = transport;
        Output = new ConnectionOutput(this);
        _exchange = new HttpExchange(this);
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

    public HttpServer Server { get; }

    public Transport Transport { get; }

    public ConnectionOutput Output { get; }

    public HttpServerOptions Options => Server.Options;

    public PeerWatch Watch => _watch ?? Interlocked.CompareExchange(ref _watch, new PeerWatch(this), null) ?? _watch;

    public bool IsWatchWanted => _watch is { IsWanted: true };

    public bool IsAborted => _isAborted;

    public ConnectionEnd End => (ConnectionEnd)Volatile.Read(ref _end);

    /// <summary>Whether the connection is one too many, and only told so.</summary>
    public bool IsRefused { get; set; }

    /// <summary>The address under which the connection is counted, if it is.</summary>
    public IPAddress? CountedAddress { get; set; }

    /// <summary>Neighbours in the server's list of connections; under its lock.</summary>
    public HttpConnection? Newer { get; set; }

    /// <inheritdoc cref="Newer" />
    public HttpConnection? Older { get; set; }

    /// <summary>Ends with the connection; never fails.</summary>
    public async Task RunAsync(HttpHandler handler)
    {
        try
        {
            HttpTelemetry.ConnectionBegan();
            if (IsRefused) await RefuseAsync(HttpRules.TooManyConnections, ConnectionEnd.TooManyConnections);

            while (!IsRefused)
            {
                if (!HasInput())
                {
                    await Output.FlushAsync();
                    await WaitForInputAsync();
                    Volatile.Write(ref _waiting, (int)Waiting.Nothing);
                }

                if (!await ReadHeadAsync()) break;                            // RFC 9112 §2 to §5
                if (!TryBegin())                                              // §6.3: where the body ends
                {
                    await RefuseAsync(_broken!);
                    break;
                }

                _measurement = HttpTelemetry.Begin(_exchange);
                _failure = null;
                try
                {
                    await Handle(handler);
                }
                catch (Exception e)
                {
                    _failure = e;
                }

                await EndHandlingAsync();
                EndMeasurement();
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
            EndMeasurement();
            Abort(ConnectionEnd.HandlerFailed);
            Server.Log?.ConnectionFailed(e);
        }
        finally
        {
            await EndAsync();
        }
    }

    /// <summary>The first reason stays. From any thread.</summary>
    public void SetEnd(ConnectionEnd end) => Interlocked.CompareExchange(ref _end, (int)end, (int)ConnectionEnd.None);

    /// <summary>The rule that the peer of another protocol broke, for log and metric.</summary>
    public void SetBroken(ProtocolRule rule)
    {
        _broken = rule;
        Server.Log?.Refused(Transport.RemoteEndPoint, rule.Code, rule);
    }

    /// <summary>Both directions end at once, and the peer sees it. From any thread.</summary>
    public void Abort(ConnectionEnd end)
    {
        SetEnd(end);
        _isAborted = true;
        Transport.Abort();

        // The watch looks whether the connection is aborted once it can be cancelled: one of the two sees what the other did.
        Interlocked.MemoryBarrier();
        _watch?.Cancel();
    }

    /// <summary>
    /// Closes the connection after a while if it still waits for a request then; a request that comes before is answered, with <c>close</c>.
    /// From any thread.
    /// </summary>
    /// <returns>False when it does not wait for a request now.</returns>
    public bool TryDrain(TimeSpan after)
    {
        if (Volatile.Read(ref _waiting) != (int)Waiting.Request) return false;

        // The deadline is the connection's own to set: it wakes up, finds the server draining, and waits on for so long.
        _drainDelay = after;
        Transport.Input.CancelPendingRead();
        return true;
    }

    /// <summary>Nobody watches for the peer's end any more: somebody else is about to read.</summary>
    public ValueTask StopWatchingAsync() => _watch is { } watch ? watch.StopAsync() : default;

    /// <summary>Waits for more of a body; what is written leaves before. It ends cancelled when the time is over, and may without cause.</summary>
    public async ValueTask<ReadResult> WaitForBodyAsync(TimeSpan timeout)
    {
        await Output.FlushAsync();
        Set(timeout);
        ReadResult read = await WaitAsync(Waiting.Body);
        StopWaiting();
        return read;
    }

    /// <summary>The peer did not take at once what was sent: it gets the grace, and the time that a piece takes at the minimum rate.</summary>
    public void BeginResponseWait()
    {
        Interlocked.Exchange(ref _waiting, (int)Waiting.Response);
        _sentBefore = Transport.BytesSent;
        Set(ResponsePatience);
    }

    public void StopWaiting()
    {
        Volatile.Write(ref _waiting, (int)Waiting.Nothing);
        Clear();
    }

    private TimeSpan ResponsePatience => Options.Timeouts.MinResponseRate == 0
        ? Timeout.InfiniteTimeSpan
        : Options.Timeouts.RateGrace + TimeSpan.FromSeconds(SocketPipeWriter.PieceBytes / (double)Options.Timeouts.MinResponseRate);

    protected override void OnExpired()
    {
        // When it is not due any more, the wait that it was for is over.
        if (!IsDue) return;
        switch ((Waiting)Volatile.Read(ref _waiting))
        {
            case Waiting.Nothing:
                break;
            case Waiting.Response when Transport.BytesSent is long sent && sent > _sentBefore:
                _sentBefore = sent;
                TryRenew(ResponsePatience);
                break;
            case Waiting.Response:
                Abort(ConnectionEnd.ResponseTimeout);
                break;
            default:
                Transport.Input.CancelPendingRead();
                break;
        }
    }

    private bool HasInput()
    {
        if (!Transport.Input.TryRead(out ReadResult read)) return false;
        Transport.Input.AdvanceTo(read.Buffer.Start);
        return true;
    }

    // Idle connections are many: they hold no block of a head, and wait where nothing of a request needs to be kept.
    private ValueTask WaitForInputAsync()
    {
        BeginIdle();
        return Transport.Input is SocketPipeReader socket ? socket.WaitToReadAsync() : WaitToReadAsync(Transport.Input);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask WaitToReadAsync(PipeReader input)
    {
        ReadResult read = await input.ReadAsync();
        input.AdvanceTo(read.Buffer.Start);
    }

    private void BeginIdle()
    {
        if (!IsSet && !IsDue) Set(Options.Timeouts.Idle);
        BeginWait(Waiting.Request);
    }

    /// <summary>Reads until the head of a request is complete; false when there will be none.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReadHeadAsync()
    {
        PipeReader input = Transport.Input;
        var scanner = default(HeadScanner);
        bool began = false, isOver = IsDue;
        while (true)
        {
            if (!input.TryRead(out ReadResult read))
            {
                // The time is over, and nothing has come in the meantime.
                if (isOver) return await EndWithoutHeadAsync(began, isUntouched: scanner.Start == 0);
                await Output.FlushAsync();
                if (began) BeginWait(Waiting.Head);
                else BeginIdle();
                read = await input.ReadAsync();
                Volatile.Write(ref _waiting, (int)Waiting.Nothing);
                isOver = read.IsCanceled && IsDue;
            }

            ReadOnlySequence<byte> buffer = read.Buffer;
            ParseStatus status = scanner.Scan(buffer, Options.Limits, out _broken);
            if (status == ParseStatus.Complete) return await ParseHeadAsync(buffer, scanner);

            // The first byte starts a stricter clock, and no later byte puts it off.
            bool begins = !began && buffer.Length > scanner.Start;
            if (begins) Set(Options.Timeouts.Head);
            isOver &= !begins;
            began |= begins;

            input.AdvanceTo(buffer.Start, buffer.End);
            if (status == ParseStatus.Invalid)
            {
                // Nothing is known of this request; what is known of the one before says nothing about it.
                _exchange.ReleaseBlocks();
                await RefuseAsync(_broken!);
            }
            else if (read.IsCompleted) SetEnd(began ? ConnectionEnd.Incomplete : ConnectionEnd.ClosedByClient);
            else continue;
            return false;
        }
    }

    /// <summary>Takes the head that was found out of the input; false when it is refused.</summary>
    private ValueTask<bool> ParseHeadAsync(in ReadOnlySequence<byte> buffer, in HeadScanner scanner)
    {
        StopWaiting();
        _exchange.Head.Load(buffer.Slice(0, scanner.Length), (int)scanner.Start);
        Transport.Input.AdvanceTo(buffer.GetPosition(scanner.Length));
        return new RequestHeadParser(_exchange.Head).TryParse(out _broken) ? new ValueTask<bool>(true) : RefuseHeadAsync();
    }

    private async ValueTask<bool> RefuseHeadAsync()
    {
        await RefuseAsync(_broken!);
        return false;
    }

    private async ValueTask<bool> EndWithoutHeadAsync(bool began, bool isUntouched)
    {
        if (began) await RefuseAsync(HttpRules.HeadTimeout, ConnectionEnd.HeadTimeout);
        else SetEnd(Server.IsDraining ? ConnectionEnd.Drained : ConnectionEnd.IdleTimeout);
        _endsIdle = !began && isUntouched;
        return false;
    }

    private ValueTask<ReadResult> WaitAsync(Waiting what)
    {
        BeginWait(what);
        return Transport.Input.ReadAsync();
    }

    /// <summary>Input is about to be waited for: says so to whom the deadline or a drain asks.</summary>
    private void BeginWait(Waiting what)
    {
        if (what is Waiting.Request or Waiting.Head) _exchange.ReleaseBlocks();
        Interlocked.Exchange(ref _waiting, (int)what);

        // The server drains first and then looks who waits, the wheel marks the deadline first and then looks what for; we wait first
        // and then look at both: one of the two sees what the other did.
        if (what == Waiting.Request && Server.IsDraining) Set(_drainDelay);
        if (IsDue) Transport.Input.CancelPendingRead();
    }

    /// <summary>Begins the exchange, or says which rule keeps it from beginning.</summary>
    private bool TryBegin()
    {
        if (BodyFraming.Decide(_exchange.Head, out _broken) is not { } framing) return false;
        _exchange.Begin(framing, isLast: ++_requests >= Options.Limits.MaxRequestsPerConnection);
        return _exchange.TryAdmit(out _broken);
    }

    /// <summary>The handler's own task: a connection whose handler waits holds nothing around it.</summary>
    private ValueTask Handle(HttpHandler handler)
    {
        Output.OnHandlerBegins();
        ValueTask running = handler(_exchange);
        if (!running.IsCompleted) Output.SendEarlier();
        return running;
    }

    /// <summary>Completes the response, or makes of the failure what can still be made of it.</summary>
    private async ValueTask EndHandlingAsync()
    {
        try
        {
            if (_failure is null)
            {
                await _exchange.EndHandlerAsync(null);
                await _exchange.CompleteAsync();
            }
        }
        catch (Exception e)
        {
            _failure = e;
        }

        if (_failure is null) return;
        try
        {
            await OnFailureAsync(_failure);
        }
        finally
        {
            await _exchange.EndHandlerAsync(_failure);
        }
    }

    // Not in a method of its own flow of control: the trace that ends here began in the one of the connection.
    private void EndMeasurement()
    {
        HttpTelemetry.End(_measurement, _exchange, _failure);
        _measurement = null;
    }

    private ValueTask OnFailureAsync(Exception failure)
    {
        if (failure is HttpProtocolException { Rule: var rule })
        {
            if (_exchange.HasBegun) Abort(RequestBody.EndOf(rule));
            else if (End == ConnectionEnd.None) return RefuseAsync(rule, RequestBody.EndOf(rule));
            return default;
        }

        // When the connection has ended, its handler's failure tells nothing new.
        if (End != ConnectionEnd.None) return default;
        Server.Log?.HandlerFailed(_exchange.Method, _exchange.Head.Target, failure);
        if (_exchange.SaysGoodbye) SetEnd(ConnectionEnd.HandlerFailed);
        else if (_exchange.HasBegun) Abort(ConnectionEnd.HandlerFailed);
        else _exchange.Fail();
        return default;
    }

    /// <summary>Answers with a rule's status and sentence, as the last response.</summary>
    private ValueTask RefuseAsync(ProtocolRule rule, ConnectionEnd end = ConnectionEnd.Refused)
    {
        Clear();
        SetEnd(end);
        _broken = rule;
        Server.Log?.Refused(Transport.RemoteEndPoint, rule.Code, rule);
        _exchange.Refuse(rule);
        return Output.FlushAsync();
    }

    /// <summary>
    /// Half-closes, and reads on for a while: a connection closed on unread data is reset, and the reset may take the last response with it
    /// before the client has read it.
    /// </summary>
    private async ValueTask CloseAsync()
    {
        await StopWatchingAsync();
        if (_isAborted) return;
        await Output.FlushAsync();
        Transport.Output.Complete();

        // Who asked for it, and sends nothing behind its last request, gets the response in any case; who asked for nothing has none to lose.
        PipeReader input = Transport.Input;
        bool isRead = input.TryRead(out ReadResult read), isSilent = _endsIdle || (End == ConnectionEnd.CloseRequested && _exchange.IsBodyRead);
        if (!isRead && isSilent) return;

        Set(Options.Timeouts.Linger);
        for (long left = Options.Limits.MaxLingerBytes; left > 0; isRead = false)
        {
            if (!isRead) read = await WaitAsync(Waiting.Linger);
            left -= read.Buffer.Length;
            input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || (read.IsCanceled && IsDue)) return;
        }
    }

    private async ValueTask EndAsync()
    {
        try
        {
            StopWaiting();
            Remove();
            EndMeasurement();
            await StopWatchingAsync();
            _exchange.Release();
            if (End == ConnectionEnd.Reset) Transport.Abort();
            await Transport.DisposeAsync();
        }
        catch (Exception e)
        {
            Server.Log?.ConnectionFailed(e);
        }
        finally
        {
            Server.Log?.ConnectionEnded(Transport.RemoteEndPoint, End, _requests);
            HttpTelemetry.ConnectionEnded(End, _broken);
            Server.OnEnded(this);
        }
    }
}
