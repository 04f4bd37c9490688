using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket;

/// <summary>
/// Sends one message in parts of any size, without knowing how long it will be. Other messages wait until it is complete; control frames
/// go between its parts. One part at a time.
/// </summary>
public sealed class WebSocketMessageWriter : IAsyncDisposable
{
    private readonly FrameSender _sender;
    private readonly WebSocketConnection _connection;
    private bool _isComplete;

    internal WebSocketMessageWriter(WebSocketConnection connection, FrameSender sender, Opcode opcode, bool mayCompress)
    {
        _connection = connection;
        _sender = sender;
        Opcode = opcode;
        MayCompress = mayCompress;
    }

    /// <summary>Text or Binary.</summary>
    public Opcode Opcode { get; }

    internal bool MayCompress { get; }

    internal bool HasBegun { get; private set; }

    /// <summary>Sends a part. It may end inside a character.</summary>
    /// <param name="data">The bytes, not to be changed until the task has ended.</param>
    /// <param name="cancellation">Gives up waiting for the turn; a part that is being sent is not cut.</param>
    /// <exception cref="WebSocketClosedException">The connection is not open any more.</exception>
    /// <exception cref="InvalidOperationException">The message is complete.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation = default) => SendAsync(data, isFinal: false, cancellation);

    /// <summary>Sends the last part, which may be empty.</summary>
    /// <inheritdoc cref="WriteAsync" />
    public ValueTask CompleteAsync(ReadOnlyMemory<byte> data = default, CancellationToken cancellation = default) => SendAsync(data, isFinal: true, cancellation);

    /// <summary>Closes the connection with 1011 if the message was begun and is not complete: nobody is to take a part for the whole.</summary>
    public ValueTask DisposeAsync()
    {
        if (HasBegun && !_isComplete) _connection.BeginClose(CloseCode.ServerError, "a message was not completed");
        return default;
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> data, bool isFinal, CancellationToken cancellation)
    {
        if (_isComplete) throw new InvalidOperationException("The message is complete.");
        await _sender.SendPartAsync(this, data, isFinal, cancellation).ConfigureAwait(false);
        HasBegun = true;
        _isComplete = isFinal;
    }
}
