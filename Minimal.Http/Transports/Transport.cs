using System.IO.Pipelines;
using System.Net;

namespace Minimal.Http.Transports;

/// <summary>
/// A connection that moves bytes both ways. Completing <see cref="Output"/> ends this side's direction (FIN);
/// <see cref="Abort"/> ends both at once and visibly (RST); disposing closes what is still open.
/// </summary>
/// <remarks>
/// One reader and one writer at a time; <see cref="Abort"/> and <c>Input.CancelPendingRead</c> from any thread, also when the transport has
/// ended, when they do nothing. Reading or writing after the peer vanished throws <see cref="IOException"/>. A read that was looked at,
/// but not consumed, can be made new again by examining less of it: the next read of any kind has it.
/// </remarks>
public abstract class Transport : IDuplexPipe, IAsyncDisposable
{
    /// <summary>What the peer sends. It ends (<c>IsCompleted</c>) behind the peer's FIN.</summary>
    public abstract PipeReader Input { get; }

    /// <summary>
    /// What is sent to the peer. A flush returns when the bytes were handed on, so that a slow peer is felt. It can say how many bytes are
    /// written and not flushed (<see cref="PipeWriter.UnflushedBytes"/>).
    /// </summary>
    public abstract PipeWriter Output { get; }

    /// <summary>The peer's address; null when it has none. It stays when the transport has ended.</summary>
    public virtual EndPoint? RemoteEndPoint => null;

    /// <summary>This side's address; null when it has none.</summary>
    public virtual EndPoint? LocalEndPoint => null;

    /// <summary>Bytes handed on so far, so that others can see whether the peer takes any.</summary>
    public abstract long BytesSent { get; }

    /// <summary>Ends both directions at once; the peer sees a reset. Idempotent, from any thread.</summary>
    public abstract void Abort();

    /// <summary>
    /// Hands bytes on at once, as many as go without waiting: the way of a fan-out, which must not wait for anybody.
    /// Only while nothing is written to <see cref="Output"/>.
    /// </summary>
    /// <returns>How many bytes were taken; 0 when this transport cannot, and the bytes must go through <see cref="Output"/>.</returns>
    /// <exception cref="IOException">The peer vanished.</exception>
    public virtual int TrySend(ReadOnlySpan<byte> bytes) => 0;

    /// <summary>
    /// Hands on what is written to <see cref="Output"/>, as far as it goes without waiting. Only while no flush is under way. Does nothing
    /// where a transport cannot.
    /// </summary>
    /// <exception cref="IOException">The peer vanished.</exception>
    public virtual void TryFlush()
    {
    }

    /// <summary>Both directions as one stream, for libraries that know no pipes. Disposing it disposes the transport.</summary>
    public Stream AsStream() => new TransportStream(this);

    /// <summary>Closes what is still open. Idempotent.</summary>
    public abstract ValueTask DisposeAsync();
}
