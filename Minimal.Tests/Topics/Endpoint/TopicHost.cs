using System.IO.Pipelines;
using Minimal.Http;
using Minimal.Http.Topics;
using Minimal.Http.Transports;
using Minimal.Testing;

namespace Minimal.Tests.Topics;

/// <summary>
/// A server in memory with a topic endpoint, all of it on the test's thread: the clock is turned by hand, sweeps and clients go on when
/// <see cref="Run"/> says so, and bytes arrive within the call that sends them.
/// </summary>
internal sealed class TopicHost : IAsyncDisposable
{
    private readonly MemoryListener _listener;

    public TopicHost(TopicEndpointOptions? options = null, TopicOptions? topic = null, HttpServerOptions? server = null, int windowBytes = 1 << 20, params TopicTransport[] transports)
        : this(topic, server, windowBytes)
    {
        Endpoint = new TopicEndpoint(Topic, Timed(options ?? new TopicEndpointOptions { HoldJitter = 0 }), transports);
        Start(Endpoint);
    }

    private TopicHost(TopicOptions? topic, HttpServerOptions? server, int windowBytes)
    {
        // What goes on later goes on where it is told to, and not on the test runner's threads.
        SynchronizationContext.SetSynchronizationContext(null);
        ServerOptions = (server ?? new HttpServerOptions()) with { Time = Time };
        Topic = new Topic("a", Timed(topic ?? new TopicOptions()), new MemoryTopicStore(epoch: 0xE));
        _listener = new MemoryListener(PipeScheduler.Inline, windowBytes);
    }

    public ManualTime Time { get; } = new();

    public ManualWork Work { get; } = new();

    public Topic Topic { get; }

    public TopicEndpoint Endpoint { get; private set; } = null!;

    public HttpServer Server { get; private set; } = null!;

    private HttpServerOptions ServerOptions { get; }

    /// <summary>A host whose handler is made from its topic.</summary>
    public static TopicHost Of(Func<TopicHost, HttpHandler> make, TopicOptions? topic = null, HttpServerOptions? server = null)
    {
        var host = new TopicHost(topic, server, 1 << 20);
        host.Start(make(host));
        return host;
    }

    /// <summary>Options whose clients go on by hand.</summary>
    public TopicEndpointOptions Timed(TopicEndpointOptions options) => options with { Schedule = Work.Add };

    /// <inheritdoc cref="Timed(TopicEndpointOptions)" />
    public TopicOptions Timed(TopicOptions options) => options with { Schedule = Work.Add, Time = Time };

    public WireClient Connect() => new(_listener.Connect());

    /// <summary>Connects and asks.</summary>
    public WireClient Get(string target, params string[] fields)
    {
        WireClient client = Connect();
        client.Get(target, fields);
        return client;
    }

    /// <summary>Asks, and reads the answer, which must come at once.</summary>
    public WireResponse Ask(string target, params string[] fields) => Get(target, fields).Read() ?? throw new InvalidDataException("There is no answer yet.");

    /// <summary>Lets everything go on that can.</summary>
    public void Run() => Work.RunAll();

    /// <summary>Publishes, and lets everybody know.</summary>
    public Cursor Publish(string data, string? type = null, string? key = null)
    {
        Cursor id = Topic.Publish(data, type, key);
        Run();
        return id;
    }

    /// <summary>Turns the clock, and lets everything go on that can.</summary>
    public void Advance(double seconds)
    {
        Time.Advance(TimeSpan.FromMilliseconds(Math.Round(seconds * 1000)));
        Run();
    }

    /// <summary>For what other threads do: lets everything go on until it is so.</summary>
    public async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            Run();
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        ValueTask stopping = Server.DisposeAsync();
        while (!stopping.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            Run();
            await Task.Yield();
        }

        await stopping;
    }

    private void Start(HttpHandler handler)
    {
        Server = new HttpServer(handler, [_listener], ServerOptions);
        Task started = Server.StartAsync();
        if (!started.IsCompletedSuccessfully) throw new InvalidOperationException("The server has not started.", started.Exception);
    }
}
