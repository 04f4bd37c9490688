using System.IO.Pipelines;
using System.Net;
using Minimal.Http;
using Minimal.Http.Transports;
using Minimal.Http.Transports.Epoll;
using Minimal.Http.Wire;
using Minimal.Testing;

namespace Minimal.Tests.Http;

/// <summary>What a test's connections go over.</summary>
public enum Network
{
    /// <summary>A memory transport that goes on inline: one thread, no waiting.</summary>
    Memory,

    /// <summary>TCP on the loopback address.</summary>
    Tcp,

    /// <summary>The same with event loops of our own, where there is epoll; else as <see cref="Tcp"/>.</summary>
    Epoll,
}

/// <summary>A server with a hand-driven clock and a log of what happened to it.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly MemoryListener _memory;
    private readonly Network _network;
    private int _accepted;

    private TestServer(Network network, ManualTime time, HttpServer server, MemoryListener memory, RecordingLog log)
    {
        _network = network;
        _memory = memory;
        Time = time;
        Server = server;
        Log = log;
    }

    public HttpServer Server { get; }

    public ManualTime Time { get; }

    public RecordingLog Log { get; }

    public MemoryListener Memory => _memory;

    /// <summary>Connections that were accepted.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>The reasons of the connections that have ended, in order.</summary>
    public IReadOnlyList<ConnectionEnd> Ends => Log.Ends;

    public static async Task<TestServer> StartAsync(
        HttpHandler handler,
        Network network = Network.Memory,
        HttpLimits? limits = null,
        HttpTimeouts? timeouts = null,
        Func<Transport, Transport>? around = null,
        int windowBytes = 64 * 1024)
    {
        var log = new RecordingLog();
        var time = new ManualTime();
        var memory = new MemoryListener(PipeScheduler.Inline, windowBytes);
        Listener listener = network == Network.Memory ? memory : ListenOn(network, new IPEndPoint(IPAddress.Loopback, 0));
        TestServer? test = null;
        var counting = new WrappingListener(listener, transport =>
        {
            Interlocked.Increment(ref test!._accepted);
            return around?.Invoke(transport) ?? transport;
        });

        var options = new HttpServerOptions { Limits = limits ?? HttpLimits.Default, Timeouts = timeouts ?? HttpTimeouts.Default, Time = time, Logging = log };
        var server = new HttpServer(handler, [counting], options);
        test = new TestServer(network, time, server, memory, log);
        await server.StartAsync();
        return test;
    }

    /// <summary>A listener of that kind.</summary>
    public static Listener ListenOn(Network network, EndPoint endPoint) =>
        network == Network.Epoll && OperatingSystem.IsLinux() ? new EpollListener(endPoint, loops: 2) : new SocketListener(endPoint);

    public async Task<Conversation> ConnectAsync() => _network == Network.Memory
        ? Conversation.Over(_memory, Time)
        : await Conversation.ConnectAsync(Server.EndPoints[0], Time);

    /// <summary>Waits until so many connections have ended, and says why.</summary>
    public Task<IReadOnlyList<ConnectionEnd>> EndsAsync(int count = 1) => Log.EndsAsync(count);

    /// <summary>Turns the clock on in small steps until a task has ended: for what happens on other threads in the meantime.</summary>
    public async Task AdvanceUntilAsync(Task task, TimeSpan step)
    {
        // Each turn lets others have their turn.
        for (int turn = 0; !task.IsCompleted && turn < 100_000; turn++)
        {
            Time.Advance(step);
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System));
        }

        await task;
    }

    public async ValueTask DisposeAsync()
    {
        ValueTask stopping = Server.DisposeAsync();
        await AdvanceUntilAsync(stopping.AsTask(), TimeSpan.FromSeconds(1));
    }
}
