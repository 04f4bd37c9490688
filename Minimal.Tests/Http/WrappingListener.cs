using System.Net;
using Minimal.Http.Transports;

namespace Minimal.Tests.Http;

/// <summary>A listener whose transports are wrapped, as TLS or the PROXY protocol would do it.</summary>
internal sealed class WrappingListener(Listener inner, Func<Transport, Transport> wrap) : Listener
{
    public override EndPoint Bind() => inner.Bind();

    public override Task RunAsync(Func<Transport, Task> onConnection, CancellationToken stop) =>
        inner.RunAsync(transport => onConnection(wrap(transport)), stop);

    public override void Pause() => inner.Pause();

    public override void Resume() => inner.Resume();

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
