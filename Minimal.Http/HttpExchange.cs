using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Minimal.Http.Routing;
using Minimal.Http.Transports;
using Minimal.Http.Wire;

namespace Minimal.Http;

/// <summary>
/// One request and its response. A connection has one exchange and uses it for each of its requests in turn: it is the handler's
/// until the handler's task has ended; from then on its members throw <see cref="InvalidOperationException"/>.
/// </summary>
/// <remarks>Not thread-safe, but for <see cref="Abort"/> and the tokens.</remarks>
#pragma warning disable CA1001 // The two bodies are streams that hold nothing to be disposed of; the connection releases them.
public sealed class HttpExchange
#pragma warning restore CA1001
{
    private readonly HttpConnection _connection;

    // What is left of the heads when another protocol has taken over, the same for all connections.
    private static readonly RequestHead ReleasedRequest = new();
    private static readonly ResponseHead SwitchedResponse = Switched();

    private RequestHead _request = new();
    private ResponseHead _response = new();
    private ResponseBody _responseBody;
    private RequestBody? _requestBody;
    private ConnectionEnd _endsAfter;
    private Func<Exception?, ValueTask>? _atHandlerEnd;
    private bool _isKnown, _persists, _isLast, _expects;
    private volatile bool _isActive;
    private bool? _takesTrailers;

    internal HttpExchange(HttpConnection connection)
    {
        _connection = connection;
        _responseBody = new ResponseBody(this);
    }

    /// <summary>The head of the request. Empty after <see cref="ReleaseRequest"/>.</summary>
    public RequestHead Request => Active(_request);

    /// <summary>The body of the request.</summary>
    public RequestBody RequestBody => Active(this)._requestBody ??= new RequestBody(_connection, this, _connection.Server.Options);

    /// <summary>The head of the response; it can be changed until the first byte of the body leaves.</summary>
    public ResponseHead Response => Active(_response);

    /// <summary>The body of the response.</summary>
    public ResponseBody ResponseBody => Active(_responseBody) ?? throw new InvalidOperationException("Another protocol has the connection.");

    /// <summary>
    /// Fires when the client vanished (a reset, a failed or too slow write) or the exchange was aborted. A client's FIN alone does not fire it,
    /// for a client may close its side and still want the answer (RFC 9112 §9.6); see <see cref="AbortOnHalfClose"/>.
    /// </summary>
    /// <remarks>Asking for it begins to watch the connection; it is not watched beyond <c>HttpLimits.MaxReadAheadBytes</c> of pipelined requests.</remarks>
    public CancellationToken Aborted
    {
        get
        {
            PeerWatch watch = Active(_connection).Watch;
            CancellationToken token = watch.Ask();
            if (IsBodyRead && Upgraded is null) watch.Begin();
            return token;
        }
    }

    /// <summary>Fires when the server begins to stop: whatever waits should answer now.</summary>
    public CancellationToken Draining => _connection.Server.Draining;

    /// <summary>What a router found in the path.</summary>
    public RouteValues Route { get; internal set; } = RouteValues.Empty;

    /// <summary>The server's clock.</summary>
    public TimeProvider Time => _connection.Server.Options.Time;

    /// <summary>Where deadlines of the server's clock are kept.</summary>
    public DeadlineWheel Deadlines => _connection.Server.Deadlines;

    /// <summary>The client's address; null when the transport has none.</summary>
    public EndPoint? RemoteEndPoint => _connection.Transport.RemoteEndPoint;

    /// <summary>The address that the client connected to; null when the transport has none.</summary>
    public EndPoint? LocalEndPoint => _connection.Transport.LocalEndPoint;

    /// <summary>Whether the head of the response has left.</summary>
    public bool HasBegun => _response.IsSent;

    /// <summary>Whether the client said that it does not throw trailers away (RFC 9110 §10.1.4).</summary>
    internal bool TakesTrailers => _takesTrailers ??= _request.Fields.HasMember("TE", "trailers");

    /// <summary>Whether the request has no body, or all of it was read.</summary>
    // A request without a body needs no object for one, unless somebody looks at it.
    [MemberNotNullWhen(false, nameof(_requestBody))]
    internal bool IsBodyRead => _requestBody is null or { IsComplete: true };

    /// <summary>The connection, for the bodies.</summary>
    internal HttpConnection Connection => _connection;

    /// <summary>The head, for the connection that fills it.</summary>
    internal RequestHead Head => _request;

    /// <summary>The head of the response, for its body.</summary>
    internal ResponseHead ResponseHead => _response;

    /// <summary>What the connection is for another protocol, once that has taken over.</summary>
    internal UpgradedConnection? Upgraded { get; private set; }

    internal string Method { get; private set; } = "";

    /// <summary>Whether the connection was aborted, whoever did it.</summary>
    internal bool IsAborted => _connection.IsAborted;

    internal long BytesSent => _connection.Transport.BytesSent;

    internal int StatusForTelemetry => _response.Status;

    internal int MinorVersion { get; private set; }

    internal ReadOnlySpan<byte> DateLine => _connection.Server.DateLine.Bytes;

    /// <summary>
    /// From here on the client's FIN means that it has left, and <see cref="Aborted"/> fires: for held polls and streams, where nobody
    /// would wait for an answer any more. A body that is left unread hides the end that lies behind it.
    /// </summary>
    public void AbortOnHalfClose()
    {
        _ = Aborted;
        _connection.Watch.EndOnHalfClose();
    }

    /// <summary>As <see cref="AbortOnHalfClose"/>, and tells a listener what <see cref="Aborted"/> would.</summary>
    internal void TellWhenGone(IPeerListener listener)
    {
        if (!IsBodyRead) throw new InvalidOperationException("The body of the request is not read yet.");
        PeerWatch watch = Active(_connection).Watch;
        watch.Tell(listener);
        watch.Begin();
        watch.EndOnHalfClose();
    }

    /// <summary>Gives the memory of the request's head back before the exchange ends: for handlers that hold. What was read from it as strings stays.</summary>
    public void ReleaseRequest()
    {
        _ = TakesTrailers;
        Request.Release();
        if (Upgraded is not null) _request = ReleasedRequest;
    }

    /// <summary>
    /// Does something when the handler's task has ended, before the response is completed: for whatever writes to the response from elsewhere and must
    /// not do so any more when the connection goes on to the next exchange, and for a protocol that has taken over and says goodbye. What was
    /// given last is done first.
    /// </summary>
    /// <param name="action">
    /// Gets what the handler threw, or null. A protocol that has taken over gets an open connection even then, and the connection ends when the
    /// action's task has ended.
    /// </param>
    public void AtHandlerEnd(Func<Exception?, ValueTask> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Func<Exception?, ValueTask>? earlier = Active(this)._atHandlerEnd;
        _atHandlerEnd = earlier is null ? action : failure => DoBothAsync(action, earlier, failure);
    }

    /// <summary>Ends the connection at once, visibly: the client sees a reset, and no response that looks complete. From any thread.</summary>
    /// <remarks>When the exchange has ended already, nothing happens: the connection may be in the middle of another.</remarks>
    public void Abort()
    {
        if (_isActive) _connection.Abort(ConnectionEnd.AbortedByHandler);
    }

    /// <summary>Answers with a whole body. It leaves when the handler ends, together with the answers to pipelined requests.</summary>
    /// <param name="status">A final status.</param>
    /// <param name="contentType">The media type; text should say its charset.</param>
    /// <param name="body">The content; it must not change until the returned task has ended.</param>
    /// <exception cref="InvalidOperationException">The response has begun.</exception>
    public ValueTask RespondAsync(int status, string contentType, ReadOnlyMemory<byte> body)
    {
        ResponseHead head = Response;
        head.Status = status;
        head.Fields.Set("Content-Type", contentType);
        head.ContentLength = body.Length;
        return _responseBody.WriteWholeAsync(body);
    }

    /// <summary>Answers with plain text in UTF-8.</summary>
    /// <inheritdoc cref="RespondAsync(int, string, ReadOnlyMemory{byte})" path="/exception" />
    public ValueTask RespondAsync(int status, string text) => RespondAsync(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    /// <summary>Answers without a body.</summary>
    /// <inheritdoc cref="RespondAsync(int, string, ReadOnlyMemory{byte})" path="/exception" />
    public ValueTask RespondAsync(int status)
    {
        Response.Status = status;
        if (BodyFraming.StatusAllowsBody(status)) Response.ContentLength = 0;
        return _responseBody.WriteWholeAsync(default);
    }

    /// <summary>Sends an interim response at once: 103 with links to load early, say (RFC 8297). Nothing is sent to HTTP/1.0 (RFC 9110 §15.2).</summary>
    /// <param name="status">From 102 to 199; 100 is sent by reading the body, 101 by <see cref="SwitchProtocolsAsync"/>.</param>
    /// <param name="fields">Its fields.</param>
    /// <exception cref="InvalidOperationException">The response has begun.</exception>
    public ValueTask SendInterimAsync(int status, params HttpField[] fields)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 102);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 199);
        ArgumentNullException.ThrowIfNull(fields);
        if (Active(this).HasBegun) throw new InvalidOperationException("The response has begun already.");
        if (MinorVersion == 0) return default;

        var head = new ResponseHead();
        head.SetStatus(status);
        foreach (HttpField field in fields) head.Fields.Add(field.Name, field.Value);
        using (_connection.Output.Enter()) ResponseHeadWriter.Write(head, new BodyFraming(BodyKind.None), ConnectionOption.None, default, _connection.Transport.Output);
        return _connection.Output.FlushAsync();
    }

    /// <summary>
    /// Answers 101 and hands the connection over to another protocol (RFC 9110 §7.8). Bytes that the client sent behind its request are
    /// still to be read. The handler goes on with it; when the handler ends, so does the connection.
    /// </summary>
    /// <param name="protocol">What the client listed in Upgrade.</param>
    /// <param name="fields">Further fields of the 101.</param>
    /// <exception cref="InvalidOperationException">
    /// The response has begun, the body is not read, or the client did not ask for that protocol by Upgrade and Connection in HTTP/1.1.
    /// </exception>
    public async ValueTask<UpgradedConnection> SwitchProtocolsAsync(string protocol, params HttpField[] fields)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        ArgumentNullException.ThrowIfNull(fields);
        if (HasBegun) throw new InvalidOperationException("The response has begun already.");
        if (!IsBodyRead) throw new InvalidOperationException("The body of the request is not read yet.");
        bool isAsked = MinorVersion >= 1 && _request.Fields.HasMember(FieldKind.Upgrade, protocol) && _request.Fields.HasMember(FieldKind.Connection, "upgrade");
        if (!isAsked) throw new InvalidOperationException($"The client did not ask for {protocol} (RFC 9110 §7.8).");

        _responseBody.Seal();
        await _connection.StopWatchingAsync();
        MakeNew(_connection.Transport.Input);
        _response.SetStatus(101);
        _response.Fields.Set("Upgrade", protocol);
        foreach (HttpField field in fields) _response.Fields.Add(field.Name, field.Value);
        using (_connection.Output.Enter())
        {
            ResponseHeadWriter.Write(_response, new BodyFraming(BodyKind.None), ConnectionOption.None, DateLine, _connection.Transport.Output);
        }

        // A connection that is handed over may live for days; what it was answered, and with, is not needed then.
        _response.Fields.Release();
        _response = SwitchedResponse;
        _responseBody.Release();
        _responseBody = null!;
        Upgraded = new UpgradedConnection(_connection, _connection.Server);
        await _connection.Output.FlushAsync();
        return Upgraded;
    }

    internal void Begin(BodyFraming framing, bool isLast)
    {
        _isActive = _isKnown = true;
        _isLast = isLast;
        _persists = Persistence.Decide(_request);
        _endsAfter = ConnectionEnd.None;
        _expects = false;
        _takesTrailers = null;
        Method = _request.Method;
        MinorVersion = _request.MinorVersion;
        Route = RouteValues.Empty;
        _response.Reset();
        if (framing.Kind != BodyKind.None) _requestBody ??= new RequestBody(_connection, this, _connection.Server.Options);
        _requestBody?.Begin(framing, _connection.Server.Options);
        _responseBody.Begin();
    }

    /// <summary>
    /// Whether the request is one that a handler should see: a method that is served, no part of a representation, and no expectation but
    /// 100-continue (RFC 9110 §10.1.1).
    /// </summary>
    internal bool TryAdmit(out ProtocolRule? broken)
    {
        HttpServerOptions options = _connection.Server.Options;
        broken = Method switch
        {
            // A tunnel and an echo of the request are not for an origin server (RFC 9110 §9.3.6, §9.3.8).
            "CONNECT" or "TRACE" when !options.AllowConnectAndTrace => HttpRules.MethodNotServed,
            "PUT" when !options.AllowPartialPut && _request.Fields.Contains("Content-Range") => HttpRules.PartialPut,
            _ => null,
        };
        if (broken is not null) return false;
        if (MinorVersion == 0) return true;
        for (int at = _request.Fields.Next(FieldKind.Expect, 0); at >= 0; at = _request.Fields.Next(FieldKind.Expect, at + 1))
        {
            if (!TryExpect(_request.Fields.ValueBytes(at))) broken = HttpRules.ExpectationFailed;
        }

        return broken is null;
    }

    // Expect = #expectation; empty members are none (RFC 9110 §5.6.1.2)
    private bool TryExpect(ReadOnlySpan<byte> list)
    {
        foreach (Range range in list.Split((byte)','))
        {
            ReadOnlySpan<byte> member = HttpChars.TrimSpace(list[range]);
            if (member.IsEmpty) continue;
            if (!Ascii.EqualsIgnoreCase(member, "100-continue"u8)) return false;
            _expects = !IsBodyRead;
        }

        return true;
    }

    /// <summary>Asks for the body, if the client waits to be asked; it leaves with the flush before the wait.</summary>
    internal void Continue()
    {
        if (!_expects || HasBegun) return;
        _expects = false;
        using (_connection.Output.Enter()) _connection.Transport.Output.Write("HTTP/1.1 100 Continue\r\n\r\n"u8);
    }

    internal void OnBodyComplete()
    {
        if (_connection.IsWatchWanted) _connection.Watch.Begin();
    }

    /// <summary>Decides whether this is the connection's last response, as its head is written.</summary>
    /// <param name="framing">How the body of the response ends.</param>
    /// <param name="isWhole">Whether the answer is whole: then what is unread of the request most likely stays so.</param>
    internal ConnectionOption DecideConnection(BodyFraming framing, bool isWhole)
    {
        long maxDrain = _connection.Server.Options.Limits.MaxDrainBytes;
        RequestBody? body = _requestBody;
        bool isUnasked = _expects && body?.HasCome() == false;
        bool isTooLong = isWhole && body?.IsLeft(maxDrain) == false;

        // A server that stops answers what it has begun to receive.
        bool isDrained = _connection.Server.IsDraining && !IsFollowed();
        _endsAfter = (_response.Close, _persists, isDrained, _isLast) switch
        {
            (true, _, _, _) => ConnectionEnd.CloseByHandler,
            (_, false, _, _) => ConnectionEnd.CloseRequested,
            _ when body is { End: not ConnectionEnd.None and var end } => end,
            (_, _, true, _) => ConnectionEnd.Drained,
            (_, _, _, true) => ConnectionEnd.MaxRequests,
            _ when framing.Kind == BodyKind.UntilClose || isUnasked || isTooLong => ConnectionEnd.Unframed,
            _ => ConnectionEnd.None,
        };
        if (_endsAfter != ConnectionEnd.None) return ConnectionOption.Close;
        return MinorVersion == 0 ? ConnectionOption.KeepAlive : ConnectionOption.None;
    }

    /// <summary>Whether another protocol has taken over and will say goodbye, also behind a handler that failed.</summary>
    internal bool SaysGoodbye => Upgraded is not null && _atHandlerEnd is not null;

    /// <summary>Does what was given to <see cref="AtHandlerEnd"/>, once.</summary>
    internal ValueTask EndHandlerAsync(Exception? failure)
    {
        Func<Exception?, ValueTask>? action = _atHandlerEnd;
        _atHandlerEnd = null;
        return action?.Invoke(failure) ?? default;
    }

    /// <summary>The handler's task has ended: completes the response.</summary>
    /// <exception cref="InvalidOperationException">The response is shorter than it announced.</exception>
    internal ValueTask CompleteAsync()
    {
        _isActive = false;
        return Upgraded is not null || _connection.End != ConnectionEnd.None ? default : _responseBody.CompleteAsync();
    }

    /// <summary>Reads the rest of the request; false when the connection cannot be used again.</summary>
    internal async ValueTask<bool> FinishAsync()
    {
        await _connection.StopWatchingAsync();
        if (_endsAfter == ConnectionEnd.None && !IsBodyRead && !await _requestBody.DrainAsync(_connection.Server.Options.Limits.MaxDrainBytes)) _endsAfter = ConnectionEnd.Unframed;
        _connection.SetEnd(_endsAfter);
        _isKnown = false;
        return _connection.End == ConnectionEnd.None;
    }

    /// <summary>The handler failed before the response began: 500, without a word of why.</summary>
    internal void Fail()
    {
        BeginAnew(500);
        WriteText("500 Internal Server Error\n");
    }

    /// <summary>Answers with a rule's status and sentence, as the last response.</summary>
    internal void Refuse(ProtocolRule rule)
    {
        // A request that was refused as it was read may have a method nevertheless: HEAD gets no content, whatever the answer.
        if (!_isKnown) Method = _request.Method;
        BeginAnew(rule.Code);
        _response.Close = true;
        if (rule.Code == 503) _response.Fields.Set("Retry-After", "1");
        WriteText($"{rule.Code} {StatusReason.Of(rule.Code)}: {rule}\n");
    }

    /// <summary>Gives back what an exchange holds between requests.</summary>
    internal void ReleaseBlocks()
    {
        _request.Release();
        _response.Fields.Release();
    }

    internal void Release()
    {
        _isActive = false;
        if (_request != ReleasedRequest) _request.Release();
        if (Upgraded is not null) return;
        _response.Fields.Release();
        _responseBody.Release();
    }

    internal void ThrowIfEnded()
    {
        if (!_isActive) throw new InvalidOperationException("The exchange has ended; it is not to be used when its handler's task has ended.");
    }

    /// <summary>Whether another request has begun to come behind this one, as far as can be known without waiting.</summary>
    private bool IsFollowed()
    {
        if (IsBodyRead && _connection.IsWatchWanted) return _connection.Watch.HasAhead;
        PipeReader input = _connection.Transport.Input;
        long? left = IsBodyRead ? 0 : _requestBody!.Left;
        if (left is null || !input.TryRead(out ReadResult read)) return false;
        input.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
        return read.Buffer.Length > left;
    }

    private void BeginAnew(int status)
    {
        _isActive = false;
        _responseBody.Begin();
        _response.Reset();
        _response.Status = status;
    }

    private static ResponseHead Switched()
    {
        var head = new ResponseHead();
        head.SetStatus(101);
        head.Seal();
        return head;
    }

    // The watch may have looked at bytes that belong to the next protocol, and a cancellation of its may be left over.
    private static void MakeNew(PipeReader input)
    {
        if (input.TryRead(out ReadResult read)) input.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
    }

    // An action that fails does not keep the others from being done.
    private static async ValueTask DoBothAsync(Func<Exception?, ValueTask> last, Func<Exception?, ValueTask> earlier, Exception? failure)
    {
        try
        {
            await last(failure);
        }
        finally
        {
            await earlier(failure);
        }
    }

    private void WriteText(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        _response.Fields.Set("Content-Type", "text/plain; charset=utf-8");
        _response.ContentLength = bytes.Length;
        _responseBody.WriteWhole(bytes);
    }

    private T Active<T>(T part)
    {
        ThrowIfEnded();
        return part;
    }
}
