using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;

namespace Minimal.Http.Transports;

/// <summary>A listener without a network: <see cref="Connect"/> gives the client's end of a new connection. Thread-safe.</summary>
/// <param name="scheduler">As in <see cref="MemoryTransport.CreatePair"/>.</param>
/// <param name="windowBytes">As in <see cref="MemoryTransport.CreatePair"/>.</param>
public sealed class MemoryListener(PipeScheduler? scheduler = null, int windowBytes = 64 * 1024) : Listener
{
    private readonly Channel<MemoryTransport> _queue = Channel.CreateUnbounded<MemoryTransport>(
        new UnboundedChannelOptions { AllowSynchronousContinuations = scheduler == PipeScheduler.Inline });

    private readonly PipeScheduler _scheduler = MemoryScheduler.Of(scheduler);
    private readonly ManualResetGate _gate = new();
    private readonly ConnectionStarts _starts = new();

    /// <summary>The address that <see cref="Bind"/> returns; it only has a name.</summary>
    public EndPoint EndPoint { get; } = new DnsEndPoint("memory", 0);

    /// <summary>Connects, and returns the client's end.</summary>
    /// <exception cref="IOException">The listener accepts no more.</exception>
    public MemoryTransport Connect()
    {
        (MemoryTransport client, MemoryTransport server) = MemoryTransport.CreatePair(scheduler, windowBytes);
        return _queue.Writer.TryWrite(server) ? client : throw new IOException("Nobody listens.");
    }

    /// <inheritdoc />
    public override EndPoint Bind() => EndPoint;

    /// <inheritdoc />
    public override async Task RunAsync(Func<Transport, Task> onConnection, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(onConnection);
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
            {
                await _gate.WaitAsync(stop).ConfigureAwait(false);
                if (_queue.Reader.TryRead(out MemoryTransport? transport)) _starts.Start(onConnection, transport, _scheduler);
            }
        }
        catch (OperationCanceledException)
        {
            // Who had connected by now is still served.
            _queue.Writer.TryComplete();
            while (_queue.Reader.TryRead(out MemoryTransport? late)) _starts.Start(onConnection, late, _scheduler);
        }

        await _starts.CompleteAsync().ConfigureAwait(false);
    }

    /// <inheritdoc />
    public override void Pause() => _gate.Close();

    /// <inheritdoc />
    public override void Resume() => _gate.Open();

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        while (_queue.Reader.TryRead(out MemoryTransport? late)) late.Abort();
        _gate.Open();
        return default;
    }
}
