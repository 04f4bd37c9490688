using System.Net;
using Minimal.Http.Transports;
using Minimal.Tests.Http;
using Xunit;

namespace Minimal.Tests.Transports;

public sealed class SocketListenerTests() : ListenerTests(Network.Tcp)
{
    [Fact]
    public async Task A_connection_whose_start_blocks_holds_up_nobody()
    {
        using var gate = new ManualResetEventSlim();
        await using var accepting = new Accepting(Network.Tcp, new IPEndPoint(IPAddress.Loopback, 0), first: gate.Wait);
        await using SocketTransport one = await SocketTransport.ConnectAsync(accepting.EndPoint);
        await using SocketTransport other = await SocketTransport.ConnectAsync(accepting.EndPoint);
        await accepting.NextAsync();
        gate.Set();
        await accepting.NextAsync();
    }
}

/// <summary>With event loops of our own.</summary>
public sealed class EpollListenerTests() : ListenerTests(Network.Epoll);
