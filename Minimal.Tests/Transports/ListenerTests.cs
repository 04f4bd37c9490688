using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Minimal.Http.Transports;
using Minimal.Testing;
using Minimal.Tests.Http;
using Xunit;

namespace Minimal.Tests.Transports;

/// <summary>What holds for each listener of sockets.</summary>
public abstract class ListenerTests(Network network)
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("::", "::1")]
    [InlineData("::", "127.0.0.1")]
    public async Task Port_0_is_chosen_by_the_system_and_clients_of_the_family_come_in(string listenOn, string connectTo)
    {
        await using var accepting = new Accepting(network, new IPEndPoint(IPAddress.Parse(listenOn), 0));
        int port = ((IPEndPoint)accepting.EndPoint).Port;
        Assert.NotEqual(0, port);
        await using SocketTransport client = await SocketTransport.ConnectAsync(new IPEndPoint(IPAddress.Parse(connectTo), port));
        Transport server = await accepting.NextAsync();
        await client.Output.WriteAsync("hello"u8.ToArray());
        Assert.Equal("hello"u8.ToArray(), await TransportPair.ReadAsync(server.Input, 5));
    }

    [Fact]
    public async Task A_port_in_use_is_told_in_a_sentence()
    {
        await using var accepting = new Accepting(network, new IPEndPoint(IPAddress.Loopback, 0));
        await using Listener second = TestServer.ListenOn(network, accepting.EndPoint);
        IOException e = Assert.Throws<IOException>(() => second.Bind());
        Assert.Equal($"Cannot listen on {accepting.EndPoint}: the port is in use.", e.Message);
        Assert.IsType<SocketException>(e.InnerException);
    }

    [Fact]
    public async Task Another_machines_address_is_told_in_a_sentence()
    {
        // An address for documentation (RFC 5737), which nobody has.
        await using Listener listener = TestServer.ListenOn(network, new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0));
        Assert.Contains("it is no address of this machine", Assert.Throws<IOException>(() => listener.Bind()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_had_connected_when_it_stops_is_still_served_and_nobody_after()
    {
        await using var accepting = new Accepting(network, new IPEndPoint(IPAddress.Loopback, 0));
        accepting.Listener.Pause();
        var clients = new List<SocketTransport>();
        for (int i = 0; i < 5; i++) clients.Add(await SocketTransport.ConnectAsync(accepting.EndPoint));
        await accepting.StopAsync();
        for (int i = 0; i < 5; i++) await accepting.NextAsync();
        await Assert.ThrowsAsync<SocketException>(async () => await SocketTransport.ConnectAsync(accepting.EndPoint));
        foreach (SocketTransport client in clients) await client.DisposeAsync();
    }

    [Fact]
    public async Task Paused_it_hands_on_nobody_until_it_resumes()
    {
        await using var accepting = new Accepting(network, new IPEndPoint(IPAddress.Loopback, 0));
        accepting.Listener.Pause();
        await using SocketTransport client = await SocketTransport.ConnectAsync(accepting.EndPoint);
        Assert.Equal(0, accepting.Count);
        accepting.Listener.Resume();
        await accepting.NextAsync();
    }

    [Fact]
    public async Task Disposing_ends_accepting()
    {
        var accepting = new Accepting(network, new IPEndPoint(IPAddress.Loopback, 0));
        await accepting.Listener.DisposeAsync();
        await accepting.Running.WaitAsync(Conversation.Patience, TimeProvider.System);
        await accepting.DisposeAsync();
    }

    [Fact]
    public async Task Clients_that_reset_at_once_do_not_stop_it()
    {
        await using var accepting = new Accepting(network, new IPEndPoint(IPAddress.Loopback, 0));
        for (int i = 0; i < 50; i++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(accepting.EndPoint);
            socket.LingerState = new LingerOption(true, 0);
        }

        await using SocketTransport client = await SocketTransport.ConnectAsync(accepting.EndPoint);
        EndPoint? local = client.LocalEndPoint;
        while (!Equals((await accepting.NextAsync()).RemoteEndPoint, local))
        {
            // One of those that are gone.
        }
    }

    /// <summary>A listener that accepts, and what it accepted.</summary>
    private protected sealed class Accepting : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly ConcurrentQueue<Transport> _accepted = [];
        private readonly SemaphoreSlim _arrived = new(0);
        private Action? _first;

        public Accepting(Network network, IPEndPoint endPoint, Action? first = null)
        {
            _first = first;
            Listener = TestServer.ListenOn(network, endPoint);
            EndPoint = Listener.Bind();
            Running = Listener.RunAsync(OnConnection, _stop.Token);
        }

        public Listener Listener { get; }

        public EndPoint EndPoint { get; }

        public Task Running { get; }

        public int Count => _accepted.Count;

        public async Task<Transport> NextAsync()
        {
            Assert.True(await _arrived.WaitAsync(Conversation.Patience));
            Assert.True(_accepted.TryDequeue(out Transport? transport));
            return transport;
        }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await Running.WaitAsync(Conversation.Patience, TimeProvider.System);
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            await Listener.DisposeAsync();
            while (_accepted.TryDequeue(out Transport? transport)) await transport.DisposeAsync();
        }

        private Task OnConnection(Transport transport)
        {
            Interlocked.Exchange(ref _first, null)?.Invoke();
            _accepted.Enqueue(transport);
            _arrived.Release();
            return Task.CompletedTask;
        }
    }
}
