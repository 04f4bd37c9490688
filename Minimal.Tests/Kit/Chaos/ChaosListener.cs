using System.Net;
using Minimal.Http.Transports;

namespace Minimal.Testing;

/// <summary>A listener whose connections come over a bad network.</summary>
internal sealed class ChaosListener(ChaosNetwork network, Listener inner) : Listener
{
    public override EndPoint Bind() => inner.Bind();

    public override Task RunAsync(Func<Transport, Task> onConnection, CancellationToken stop) =>
        inner.RunAsync(transport => onConnection(network.Around(transport)), stop);

    public override void Pause() => inner.Pause();

    public override void Resume() => inner.Resume();

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
