using System.Buffers;
using System.Net;
using System.Text;
using Minimal.Http;
using Minimal.Http.Transports;
using Minimal.Http.Wire;
using Minimal.WebSocket.Client;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket;

/// <summary>
/// A WebSocket that is open (RFC 6455), in either role. One receives at a time; any number may send, ping and close meanwhile.
/// </summary>
/// <remarks>
/// <para>
/// Nothing is read unless somebody receives: a handler that is slow holds up its peer, and pings and the peer's Close are answered when it
/// receives again. Who only sends keeps <see cref="RefuseMessagesAsync"/> running.
/// </para>
/// <para>
/// What a handler sends in answer to a message leaves when the handler waits for anything, together with the answers to all messages of
/// the same read; what is sent from elsewhere leaves at once. <see cref="FlushAsync"/> is for handlers that compute for long.
/// </para>
/// <para>
/// A server's WebSocket closes when the handler ends: with 1000, or with 1011 when it threw; with 1001 when the server drains. A client's
/// has to be disposed.
/// </para>
/// </remarks>
public sealed class WebSocketConnection : IAsyncDisposable
{
    private readonly Transport _transport;
    private readonly UpgradedConnection? _wire;
    private readonly FrameSender _sender;
    private readonly MessageReceiver _receiver;
    private readonly KeepAlive _keepAlive;
    private CancellationTokenRegistration _draining;
    private string? _whyLost;
    private int _ended;

    internal WebSocketConnection(
        Transport transport, UpgradedConnection? wire, MaskingKeys? keys, HandshakeAgreement agreement, WebSocketOptions options, DeadlineWheel deadlines)
    {
        _transport = transport;
        _wire = wire;
        Role = keys is null ? WebSocketRole.Server : WebSocketRole.Client;
        Subprotocol = agreement.Protocol;
        Deflate = agreement.Deflate;
        _sender = new FrameSender(this, transport, keys, options, agreement.Deflate);
        _receiver = new MessageReceiver(this, transport, _sender, new MessageDecoder(Role, options.Limits, agreement.Deflate));
        _keepAlive = new KeepAlive(this, options, deadlines);
    }

    /// <summary>Which end this is.</summary>
    public WebSocketRole Role { get; }

    /// <summary>The subprotocol that was agreed on; null for none.</summary>
    public string? Subprotocol { get; }

    /// <summary>The parameters of permessage-deflate; null when nothing is compressed.</summary>
    public DeflateParameters? Deflate { get; }

    /// <summary>The peer's address; null when the transport has none.</summary>
    public EndPoint? RemoteEndPoint => _transport.RemoteEndPoint;

    /// <summary>How far the closing handshake has come.</summary>
    public ClosingState State => _sender.Closing.State;

    /// <summary>The code of the peer's Close; 1005 when it had none, 1006 as long as none came (RFC 6455 §7.1.5).</summary>
    public CloseCode CloseCode => _sender.Closing.Code;

    /// <summary>The reason of the peer's Close; may be empty (RFC 6455 §7.1.6).</summary>
    public string CloseReason => _sender.Closing.Reason;

    /// <summary>Whether both ends have sent Close (RFC 6455 §7.1.4).</summary>
    public bool WasClean => _sender.Closing.State == ClosingState.Done;

    /// <summary>The last round trip that a ping has measured; null when none has.</summary>
    public TimeSpan? RoundTrip => _keepAlive.RoundTrip;

    /// <summary>Why the connection was lost, as far as this end knows.</summary>
    internal string WhyLost => _whyLost ?? "no Close came";

    /// <summary>Accepts a WebSocket. A request that does not ask for one as RFC 6455 §4.2.1 has it is answered with the rule that it breaks.</summary>
    /// <param name="exchange">
    /// The exchange; fields set in its response are sent along. Its request is released unless the options keep it.
    /// </param>
    /// <param name="options">Limits, origins, subprotocols and so on; null takes <see cref="WebSocketOptions.Default"/>.</param>
    /// <returns>The open connection; null when the request was refused, and so answered.</returns>
    /// <exception cref="InvalidOperationException">The response has begun, or a subprotocol was chosen that the client did not list.</exception>
    public static async ValueTask<WebSocketConnection?> AcceptAsync(HttpExchange exchange, WebSocketOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        options ??= WebSocketOptions.Default;
        if (WebSocketHandshake.Read(exchange, options.Origins, out ProtocolRule? broken) is not { } offer)
        {
            await WebSocketHandshake.RefuseAsync(exchange, broken!).ConfigureAwait(false);
            return null;
        }

        (UpgradedConnection wire, HandshakeAgreement agreement) = await WebSocketHandshake.AcceptAsync(exchange, offer, options).ConfigureAwait(false);
        if (!options.KeepRequest) exchange.ReleaseRequest();
        var connection = new WebSocketConnection(new UpgradedTransport(wire), wire, keys: null, agreement, options, wire.Deadlines);
        exchange.AtHandlerEnd(connection.EndAsync);
        connection.Begin();
        return connection;
    }

    /// <summary>Connects to a server.</summary>
    /// <param name="uri"><c>ws://</c> or <c>wss://</c>.</param>
    /// <param name="options">Subprotocols, fields, limits and so on; null takes <see cref="WebSocketOptions.Default"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The open connection, which has to be disposed.</returns>
    /// <exception cref="ArgumentException">The URI, a subprotocol or a field is malformed; nothing was sent.</exception>
    /// <exception cref="WebSocketHandshakeException">The server answered something else than a WebSocket.</exception>
    /// <exception cref="TimeoutException">It took longer than <see cref="WebSocketOptions.ConnectTimeout"/>.</exception>
    /// <exception cref="IOException">The connection was lost.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">TLS failed.</exception>
    public static ValueTask<WebSocketConnection> ConnectAsync(Uri uri, WebSocketOptions? options = null, CancellationToken cancellation = default) =>
        WebSocketClient.ConnectAsync(uri, options ?? WebSocketOptions.Default, cancellation);

    /// <summary>Connects over a transport that is connected already, such as one in memory; the transport is the connection's from now on.</summary>
    /// <param name="transport">The transport.</param>
    /// <param name="uri">What is asked for: its host and resource name; TLS is the transport's own matter.</param>
    /// <param name="options">As above; the time to connect is not bounded by it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <inheritdoc cref="ConnectAsync(Uri, WebSocketOptions?, CancellationToken)" path="/exception" />
    public static ValueTask<WebSocketConnection> ConnectAsync(
        Transport transport, Uri uri, WebSocketOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(transport);
        options ??= WebSocketOptions.Default;
        return WebSocketClient.ConnectAsync(transport, new ClientHandshake(WebSocketTarget.From(uri), options), options, cancellation);
    }

    /// <summary>A handler that accepts a WebSocket and runs it.</summary>
    /// <param name="run">Has the open connection; when its task ends, the connection is closed.</param>
    /// <param name="options">As in <see cref="AcceptAsync"/>.</param>
    public static HttpHandler Handler(Func<WebSocketConnection, ValueTask> run, WebSocketOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        return exchange =>
        {
            // Mostly it is open at once; then nothing of this is held as long as it lasts.
            ValueTask<WebSocketConnection?> accepting = AcceptAsync(exchange, options);
            if (!accepting.IsCompletedSuccessfully) return RunBehindAsync(accepting, run);
            return accepting.Result is { } connection ? run(connection) : default;
        };
    }

    /// <summary>The next message, whole.</summary>
    /// <param name="cancellation">Ends the wait; the connection stays as it is, and what has come of a message is not lost.</param>
    /// <returns>The message, valid until the next receive or close; null when the peer has closed: <see cref="CloseCode"/> says why.</returns>
    /// <exception cref="WebSocketClosedException">The peer broke a rule, which it was told, or the connection was lost.</exception>
    /// <exception cref="InvalidOperationException">Somebody receives already.</exception>
    public ValueTask<WebSocketMessage?> ReceiveAsync(CancellationToken cancellation = default) => _receiver.ReceiveAsync(inParts: false, cancellation);

    /// <summary>The next bytes of a message as soon as they come, however large it is; the last part says that it is (<see cref="WebSocketMessage.IsEnd"/>).</summary>
    /// <inheritdoc cref="ReceiveAsync" />
    public ValueTask<WebSocketMessage?> ReceivePartAsync(CancellationToken cancellation = default) => _receiver.ReceiveAsync(inParts: true, cancellation);

    /// <summary>
    /// Receives for a connection on which only this end sends messages: pings and the peer's Close are answered at once; a message is refused
    /// with 1008.
    /// </summary>
    /// <returns>Ends with the connection, however it ends; it does not fail.</returns>
    public async Task RefuseMessagesAsync()
    {
        try
        {
            if (await ReceivePartAsync().ConfigureAwait(false) is not null) await CloseAsync(CloseCode.PolicyViolation, "no messages are expected here").ConfigureAwait(false);
        }
        catch (WebSocketClosedException)
        {
            // That is what is waited for.
        }
    }

    /// <summary>Sends a message. It is compressed when that was agreed on and it is large enough.</summary>
    /// <param name="data">The message, not to be changed until the task has ended; as text it has to be UTF-8.</param>
    /// <param name="opcode">Text or Binary.</param>
    /// <param name="cancellation">Gives up waiting for the turn; a message that was begun is sent whole.</param>
    /// <returns>Ends when the message was handed on, or will be with the answers to the same read; the peer may not have it yet.</returns>
    /// <exception cref="WebSocketClosedException">The connection is not open any more.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> data, Opcode opcode, CancellationToken cancellation = default) =>
        SendAsync(data, opcode, mayCompress: true, cancellation);

    /// <summary>Sends a message.</summary>
    /// <param name="data">The message, not to be changed until the task has ended; as text it has to be UTF-8.</param>
    /// <param name="opcode">Text or Binary.</param>
    /// <param name="mayCompress">False for what must not be compressed together with what others choose (RFC 7692 §8).</param>
    /// <param name="cancellation">Gives up waiting for the turn; a message that was begun is sent whole.</param>
    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, Opcode, CancellationToken)" />
    public ValueTask SendAsync(ReadOnlyMemory<byte> data, Opcode opcode, bool mayCompress, CancellationToken cancellation = default)
    {
        ThrowIfNoMessage(opcode);
        return _sender.SendAsync(data, opcode, mayCompress, cancellation);
    }

    /// <summary>Sends text. Half of a surrogate pair becomes U+FFFD (RFC 6455 §8.1).</summary>
    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, Opcode, CancellationToken)" />
    public ValueTask SendAsync(string text, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        int length = Encoding.UTF8.GetBytes(text, bytes);
        ValueTask sending = _sender.SendAsync(bytes.AsMemory(0, length), Opcode.Text, mayCompress: true, cancellation);
        if (!sending.IsCompletedSuccessfully) return ReturnBehindAsync(sending, bytes);
        sending.GetAwaiter().GetResult();
        ArrayPool<byte>.Shared.Return(bytes);
        return default;
    }

    /// <summary>
    /// Sends a message of at most 64 KiB if nothing waits before it, and never waits itself: the way of a broadcast, which leaves out who is slow.
    /// </summary>
    /// <returns>False when the message was not sent: others wait, or the connection is not open any more.</returns>
    public bool TrySend(ReadOnlyMemory<byte> data, Opcode opcode)
    {
        ThrowIfNoMessage(opcode);
        return _sender.TrySend(data, opcode);
    }

    /// <summary>Begins a message that is sent in parts.</summary>
    /// <param name="opcode">Text or Binary.</param>
    /// <param name="mayCompress">Whether it is compressed, when that was agreed on.</param>
    public WebSocketMessageWriter BeginMessage(Opcode opcode, bool mayCompress = true)
    {
        ThrowIfNoMessage(opcode);
        return new WebSocketMessageWriter(this, _sender, opcode, mayCompress);
    }

    /// <summary>Ends when everything that was sent has been handed on.</summary>
    /// <exception cref="WebSocketClosedException">The connection was lost.</exception>
    public ValueTask FlushAsync() => _sender.FlushAsync();

    /// <summary>Sends a ping and waits for its Pong. Somebody has to receive meanwhile.</summary>
    /// <returns>How long it took.</returns>
    /// <exception cref="WebSocketClosedException">The connection ended before.</exception>
    public Task<TimeSpan> PingAsync(CancellationToken cancellation = default)
    {
        Task<TimeSpan> answered = _keepAlive.PingAsync(cancellation);

        // Only now: who ends the connection later finds the waiter.
        if (!_sender.Closing.MayBeginMessage) _keepAlive.FailWaiters(_sender.Closed());
        return answered;
    }

    /// <summary>
    /// Closes: sends Close behind the messages that were sent before, and waits until the peer has answered, or
    /// <see cref="WebSocketOptions.CloseTimeout"/> is over. What still comes is thrown away, unless somebody receives it.
    /// </summary>
    /// <remarks>
    /// It counts as a receive: a message that was received before is not valid any more. So while another task works on one, use
    /// <see cref="CloseOutputAsync"/>, and let that task receive until the end.
    /// </remarks>
    /// <param name="code">Why.</param>
    /// <param name="reason">The same in words; beyond 123 bytes of UTF-8 it is cut.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code is not for the wire (RFC 6455 §7.4).</exception>
    public async ValueTask CloseAsync(CloseCode code = CloseCode.Normal, string reason = "")
    {
        BeginClose(code, reason);
        await _receiver.ReceiveToEndAsync().ConfigureAwait(false);
    }

    /// <summary>Begins to close, and does not wait for the peer: who receives goes on until the peer's Close.</summary>
    /// <inheritdoc cref="CloseAsync" path="/param" />
    /// <exception cref="ArgumentOutOfRangeException">The code is not for the wire (RFC 6455 §7.4).</exception>
    public ValueTask CloseOutputAsync(CloseCode code = CloseCode.Normal, string reason = "")
    {
        BeginClose(code, reason);
        return default;
    }

    /// <summary>Ends the connection at once, without a Close. From any thread.</summary>
    public void Abort()
    {
        _whyLost ??= "aborted by this end";
        End(ConnectionEnd.AbortedByHandler);
        _sender.Lose(null);
        _receiver.GiveUp();
        _transport.Abort();
    }

    /// <summary>The connection as the framework's type, for libraries that were written for that. Then use nothing else of it.</summary>
    public System.Net.WebSockets.WebSocket AsWebSocket() => new FrameworkWebSocket(this);

    /// <summary>Closes with 1000 if it was not closed, and lets the connection go. A server's handler need not call it.</summary>
    public ValueTask DisposeAsync() => EndAsync(null);

    /// <inheritdoc cref="FrameSender.TrySendFrames" />
    internal int TrySendFrames(ReadOnlySpan<byte> frames) => _sender.TrySendFrames(frames);

    internal void Begin()
    {
        _keepAlive.Begin();
        if (_wire is null) return;
        _draining = _wire.Draining.UnsafeRegister(static connection => ((WebSocketConnection)connection!).BeginClose(CloseCode.GoingAway), this);
    }

    internal void BeginClose(CloseCode code, string reason = "")
    {
        if (_sender.Close(ClosePayload.Create(code, reason, Role))) _keepAlive.AwaitClose();
    }

    internal Look Look() => new(_receiver.Reads, _receiver.Wait, _transport.BytesSent, _sender.IsBusy);

    internal void SendPing(long number) => _sender.SendPing(number);

    internal void OnPong(ReadOnlySpan<byte> payload) => _keepAlive.OnPong(payload);

    internal void OnClose(ClosePayload close)
    {
        _sender.OnClose(close);
        _keepAlive.FailWaiters(_sender.Closed());
        _keepAlive.AwaitClose();
    }

    internal void OnBroken(ProtocolRule rule)
    {
        End(ConnectionEnd.Refused, rule);
        _sender.Fail(rule);
        _keepAlive.FailWaiters(_sender.Closed());
        _keepAlive.AwaitClose();
    }

    /// <summary>The peer has ended TCP without a Close.</summary>
    internal void OnLeft()
    {
        End(ConnectionEnd.Left);
        _sender.Lose(null);
        _keepAlive.End(_sender.Closed());
    }

    internal void OnLost(Exception cause)
    {
        End(ConnectionEnd.Reset);
        _sender.Lose(cause);
        _keepAlive.End(_sender.Closed());
        _receiver.GiveUp();
        _transport.Abort();
    }

    /// <summary>The peer answered no ping, took nothing, or did not close in time.</summary>
    internal void OnSilent() => GiveUp(ConnectionEnd.Unresponsive, "the peer did not answer in time");

    /// <summary>More waits to be sent than may.</summary>
    internal void OnTooSlow() => GiveUp(ConnectionEnd.ResponseTimeout, "the peer takes too little of what is sent");

    private static void ThrowIfNoMessage(Opcode opcode)
    {
        if (!opcode.BeginsMessage()) throw new ArgumentOutOfRangeException(nameof(opcode), opcode, "A message is Text or Binary.");
    }

    private static async ValueTask RunBehindAsync(ValueTask<WebSocketConnection?> accepting, Func<WebSocketConnection, ValueTask> run)
    {
        if (await accepting is { } connection) await run(connection);
    }

    private static async ValueTask ReturnBehindAsync(ValueTask sending, byte[] bytes)
    {
        try
        {
            await sending.ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private void GiveUp(ConnectionEnd end, string why)
    {
        _whyLost ??= why;
        End(end);
        _sender.Lose(new IOException($"The connection was aborted: {why}."));
        _keepAlive.End(_sender.Closed());
        _receiver.GiveUp();
        _transport.Abort();
    }

    private void End(ConnectionEnd end, ProtocolRule? broken = null) => _wire?.End(end, broken);

    /// <summary>Says goodbye, if that was not done, and sees the closing handshake through; it is bounded by the deadline.</summary>
    private async ValueTask EndAsync(Exception? failure)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0) return;
        BeginClose(failure is null ? CloseCode.Normal : CloseCode.ServerError);
        await _receiver.ReceiveToEndAsync().ConfigureAwait(false);
        await _receiver.EndAsync().ConfigureAwait(false);
        await _sender.WhenFreeAsync().ConfigureAwait(false);

        // RFC 6455 §7.1.1: TCP is the server's to end, and a client waits for that; also when it refused the server, for a connection that is
        // closed on unread input is reset, and the reset could take the Close with it.
        if (_wire is null && State is ClosingState.Done or ClosingState.Failed) await _receiver.ReadToFinAsync().ConfigureAwait(false);
        _draining.Dispose();
        _sender.Lose(null);
        _keepAlive.End(_sender.Closed());
        _receiver.Dispose();
        _sender.Dispose();
        await _transport.DisposeAsync().ConfigureAwait(false);
    }
}
