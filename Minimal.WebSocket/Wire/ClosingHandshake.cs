namespace Minimal.WebSocket.Wire;

/// <summary>
/// The closing handshake, seen from one end (RFC 6455 §5.5.1, §7.1). Each end sends one Close; then the server ends TCP and the
/// client waits for that. Says what may be sent and read, who ends TCP, and what the application is told. Not thread-safe.
/// </summary>
/// <remarks>
/// <code>
///          TrySend                  TryReceive
///   Open ──────────► Sent     Sent ───────────► Done
///   Open ─TryReceive► Received ───TrySend─────► Done     TryFail: Open, Sent, Received ► Failed
/// </code>
/// </remarks>
/// <param name="role">This end.</param>
public struct ClosingHandshake(WebSocketRole role)
{
    private readonly WebSocketRole _role = role;
    private ClosePayload? _received;

    /// <summary>How far it has come.</summary>
    public ClosingState State { get; private set; }

    /// <summary>Whether TCP has ended, by either end or by accident.</summary>
    public bool TransportEnded { get; private set; }

    /// <summary>Whether the application may begin a message: no Close went either way (RFC 6455 §5.5.1, §6.1).</summary>
    public readonly bool MayBeginMessage => State == ClosingState.Open && !TransportEnded;

    /// <summary>Whether the frames of a message that was begun may still be sent: until this end's Close (RFC 6455 §5.5.1).</summary>
    public readonly bool MayFinishMessage => State is ClosingState.Open or ClosingState.Received && !TransportEnded;

    /// <summary>Whether frames of the peer are still read, and its Pings answered: until its Close (RFC 6455 §5.5.1, §5.5.2).</summary>
    public readonly bool MayRead => State is ClosingState.Open or ClosingState.Sent;

    /// <summary>Whether this end owes the peer a Close, as soon as is practical (RFC 6455 §5.5.1).</summary>
    public readonly bool MustAnswer => State == ClosingState.Received && !TransportEnded;

    /// <summary>Whether this end is to end TCP now: the server behind both Closes, either end behind a failure (RFC 6455 §7.1.1).</summary>
    public readonly bool MustEndTransport =>
        !TransportEnded && (State == ClosingState.Failed || (State == ClosingState.Done && _role == WebSocketRole.Server));

    /// <summary>
    /// Whether it is the peer's turn: its Close, or for a client the end of TCP. To be bounded by a deadline, behind which this end
    /// ends TCP anyway (RFC 6455 §7.1.1).
    /// </summary>
    public readonly bool AwaitsPeer =>
        !TransportEnded && (State == ClosingState.Sent || (State == ClosingState.Done && _role == WebSocketRole.Client));

    /// <summary>Whether both sent Close before TCP ended (RFC 6455 §7.1.4).</summary>
    public readonly bool WasClean => State == ClosingState.Done && TransportEnded;

    /// <summary>The code of the peer's Close; 1005 when it had none, 1006 as long as no Close came (RFC 6455 §7.1.5).</summary>
    public readonly CloseCode Code => _received?.Code ?? CloseCode.AbnormalClosure;

    /// <summary>The reason of the peer's Close, or empty (RFC 6455 §7.1.6).</summary>
    public readonly string Reason => _received?.Reason ?? "";

    /// <summary>This end is about to send Close, to begin or to answer.</summary>
    /// <returns>False when it must not: it did already, or the connection failed or ended.</returns>
    public bool TrySend()
    {
        if (TransportEnded || State is not (ClosingState.Open or ClosingState.Received)) return false;
        State = State == ClosingState.Open ? ClosingState.Sent : ClosingState.Done;
        return true;
    }

    /// <summary>A Close came from the peer.</summary>
    /// <returns>False when it does not count: one came before, or the connection failed.</returns>
    public bool TryReceive(in ClosePayload close)
    {
        if (!MayRead) return false;
        _received = close;
        State = State == ClosingState.Open ? ClosingState.Received : ClosingState.Done;
        return true;
    }

    /// <summary>The peer broke a rule. Nothing more of it is read.</summary>
    /// <returns>Whether to send a Close with the rule's code first: not when this end sent one before, or TCP is gone.</returns>
    public bool TryFail()
    {
        if (State is ClosingState.Done or ClosingState.Failed) return false;
        bool send = State != ClosingState.Sent && !TransportEnded;
        State = ClosingState.Failed;
        return send;
    }

    /// <summary>TCP has ended: the peer's FIN or reset was seen, or this end closed the socket.</summary>
    public void EndTransport() => TransportEnded = true;
}
