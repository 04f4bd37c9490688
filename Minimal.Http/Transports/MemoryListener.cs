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

    private readonly ManualResetGate _gate = new();

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
            while (true)
            {
                await _gate.WaitAsync(stop);
                _ = onConnection(await _queue.Reader.ReadAsync(stop));
            }
        }
        catch (OperationCanceledException)
        {
            _queue.Writer.TryComplete();
            while (_queue.Reader.TryRead(out MemoryTransport? late)) late.Abort();
        }
    }

    /// <inheritdoc />
    public override void Pause() => _gate.Close();

    /// <inheritdoc />
    public override void Resume() => _gate.Open();

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }
}
