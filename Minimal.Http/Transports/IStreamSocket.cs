using System.Net;
using System.Net.Sockets;

namespace Minimal.Http.Transports;

/// <summary>What a pipe needs of a connected socket: calls that never wait, and word of when it is worth to call again.</summary>
/// <remarks><see cref="Receive"/> is the reader's, the sends are the writer's; the rest is thread-safe.</remarks>
internal interface IStreamSocket
{
    EndPoint? RemoteEndPoint { get; }

    EndPoint? LocalEndPoint { get; }

    /// <summary>Why there is no waiting any more; null as long as there is.</summary>
    Exception? Error { get; }

    /// <summary>Begins to tell a reader when the socket is readable, or at its end.</summary>
    void SetReader(SocketPipeReader reader);

    /// <summary>
    /// Begins to wait, unless a wait is under way, be it one whose caller was cancelled: then that one does. False when the socket is readable
    /// already, or lost.
    /// </summary>
    bool TryArm();

    /// <summary>Receives what is there; 0 with success is the end.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    int Receive(Span<byte> buffer, out SocketError error);

    /// <summary>Sends as much as goes at once.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    int Send(ReadOnlySpan<byte> bytes, out SocketError error);

    /// <summary>Sends a part at least, and waits until that goes.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    /// <exception cref="SocketException">The connection is lost.</exception>
    ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    /// <summary>Ends this side's direction; nothing when there is no connection any more.</summary>
    void Shutdown();

    /// <summary>Makes closing send a reset.</summary>
    void SetReset();

    /// <summary>Closes it. Idempotent; whoever waits hears of it.</summary>
    void Disconnect();
}
