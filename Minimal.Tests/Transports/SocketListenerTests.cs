using System.Net;
using System.Net.Sockets;
using Minimal.Http.Transports;
using Minimal.Http.Transports.Epoll;
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
public sealed class EpollListenerTests() : ListenerTests(Network.Epoll)
{
    [Fact]
    public void News_of_a_closed_socket_does_not_reach_who_has_its_descriptor_now()
    {
        if (!OperatingSystem.IsLinux()) return;
        var loop = new EpollLoop(new EpollListener(new IPEndPoint(IPAddress.Loopback, 0)));
        using var connected = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var socket = new EpollSocket((int)connected.Handle, default, loop);
        Assert.True(loop.TryAdd(socket));
        uint earlier = socket.Number;
        Assert.Same(socket, loop.Find(socket.Descriptor, earlier));

        Assert.True(loop.TryAdd(socket) || socket.Number != earlier);
        Assert.Null(loop.Find(socket.Descriptor, earlier));
        Assert.Same(socket, loop.Find(socket.Descriptor, socket.Number));

        // The descriptor is the framework's to close.
        socket.SetHandleAsInvalid();
    }
}
