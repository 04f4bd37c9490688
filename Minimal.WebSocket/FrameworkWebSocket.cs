using System.Net.WebSockets;
using Minimal.WebSocket.Wire;
using FrameworkSocket = System.Net.WebSockets.WebSocket;

namespace Minimal.WebSocket;

/// <summary>
/// A connection in the shape of the framework's abstract type. The peer's Close is answered at once here; as the framework has it, the state
/// is CloseReceived until the program closes too, which then sends nothing.
/// </summary>
internal sealed class FrameworkWebSocket(WebSocketConnection connection) : FrameworkSocket
{
    private WebSocketMessageWriter? _writer;
    private WebSocketMessage _part;
    private ReadOnlyMemory<byte> _rest;
    private bool _hasPart;
    private bool _isClosed, _isAborted;

    public override WebSocketCloseStatus? CloseStatus => HasClose ? (connection.CloseCode == CloseCode.NoStatusReceived ? WebSocketCloseStatus.Empty : (WebSocketCloseStatus)connection.CloseCode) : null;

    public override string? CloseStatusDescription => HasClose ? connection.CloseReason : null;

    public override string? SubProtocol => connection.Subprotocol;

    public override WebSocketState State => connection.State switch
    {
        _ when _isAborted => WebSocketState.Aborted,
        ClosingState.Open => WebSocketState.Open,
        ClosingState.Sent => WebSocketState.CloseSent,
        ClosingState.Failed => WebSocketState.Aborted,
        _ => _isClosed ? WebSocketState.Closed : WebSocketState.CloseReceived,
    };

    private bool HasClose => connection.State is ClosingState.Received or ClosingState.Done;

    public override void Abort()
    {
        _isAborted = true;
        connection.Abort();
    }

    public override async Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        _isClosed = true;
        await connection.CloseAsync(Code(closeStatus), statusDescription ?? "").AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        _isClosed = true;
        return connection.CloseOutputAsync(Code(closeStatus), statusDescription ?? "").AsTask();
    }

    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            if (!_hasPart && !await TryReceiveAsync(cancellationToken).ConfigureAwait(false)) return new ValueWebSocketReceiveResult(0, WebSocketMessageType.Close, true);
        }
        catch (WebSocketClosedException e)
        {
            _isAborted = true;
            throw new WebSocketException(e.Rule is null ? WebSocketError.ConnectionClosedPrematurely : WebSocketError.Faulted, e);
        }

        int count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        _hasPart = !_rest.IsEmpty;
        return new ValueWebSocketReceiveResult(count, _part.IsText ? WebSocketMessageType.Text : WebSocketMessageType.Binary, _part.IsEnd && !_hasPart);
    }

    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        ValueWebSocketReceiveResult result = await ReceiveAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
        return result.MessageType == WebSocketMessageType.Close
            ? new WebSocketReceiveResult(0, WebSocketMessageType.Close, true, CloseStatus, CloseStatusDescription)
            : new WebSocketReceiveResult(result.Count, result.MessageType, result.EndOfMessage);
    }

    public override ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
        SendAsync(buffer, messageType, endOfMessage, mayCompress: true, cancellationToken);

    public override ValueTask SendAsync(
        ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, WebSocketMessageFlags messageFlags, CancellationToken cancellationToken) =>
        SendAsync(
            buffer,
            messageType,
            messageFlags.HasFlag(WebSocketMessageFlags.EndOfMessage),
            !messageFlags.HasFlag(WebSocketMessageFlags.DisableCompression),
            cancellationToken);

    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
        SendAsync(buffer.AsMemory(), messageType, endOfMessage, cancellationToken).AsTask();

    public override void Dispose()
    {
        // A Close that was sent arrives: a reset could overtake it. A server's handler sees the rest through when it ends.
        if (connection.State == ClosingState.Open) connection.Abort();
        else if (connection.Role == WebSocketRole.Client) _ = connection.DisposeAsync().AsTask();
    }

    private static CloseCode Code(WebSocketCloseStatus status) => status == WebSocketCloseStatus.Empty ? CloseCode.Normal : (CloseCode)status;

    private async ValueTask<bool> TryReceiveAsync(CancellationToken cancellation)
    {
        if (await connection.ReceivePartAsync(cancellation).ConfigureAwait(false) is not { } part) return false;
        _part = part;
        _rest = part.Data;
        return true;
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType type, bool isEnd, bool mayCompress, CancellationToken cancellation)
    {
        Opcode opcode = type switch
        {
            WebSocketMessageType.Text => Opcode.Text,
            WebSocketMessageType.Binary => Opcode.Binary,
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A message is Text or Binary."),
        };
        try
        {
            if (_writer is null && isEnd)
            {
                await connection.SendAsync(buffer, opcode, mayCompress, cancellation).ConfigureAwait(false);
                return;
            }

            WebSocketMessageWriter writer = _writer ??= connection.BeginMessage(opcode, mayCompress);
            if (isEnd) _writer = null;
            if (isEnd) await writer.CompleteAsync(buffer, cancellation).ConfigureAwait(false);
            else await writer.WriteAsync(buffer, cancellation).ConfigureAwait(false);
        }
        catch (WebSocketClosedException e)
        {
            throw new WebSocketException(WebSocketError.InvalidState, e);
        }
    }
}
