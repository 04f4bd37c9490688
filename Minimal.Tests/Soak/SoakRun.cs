using Minimal.Http.Transports;
using Minimal.Testing;

namespace Minimal.Soak;

/// <summary>
/// Clients of all kinds against one server under a bad network, and then nobody: everything must be where it was. A run has a wave of few clients first, after
/// which memory is taken for what it should come back to.
/// </summary>
internal sealed class SoakRun : IDisposable
{
    private readonly ChaosNetwork _network;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _allPublished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _operations, _messages, _losses;

    public SoakRun(SoakOptions options, SoakServer server, ChaosNetwork network, Findings findings)
    {
        Options = options;
        Server = server;
        Findings = findings;
        _network = network;
        Stop = _stop.Token;
    }

    public SoakOptions Options { get; }

    public SoakServer Server { get; }

    public Findings Findings { get; }

    /// <summary>Fires when clients are to leave.</summary>
    public CancellationToken Stop { get; }

    /// <summary>Ends when the run has stopped and nothing is published any more.</summary>
    public Task AllPublished => _allPublished.Task;

    public long Operations => Interlocked.Read(ref _operations);

    public long Messages => Interlocked.Read(ref _messages);

    /// <summary>Connections that clients lost or gave up.</summary>
    public long Losses => Interlocked.Read(ref _losses);

    /// <summary>How many clients of each kind there are.</summary>
    public IReadOnlyList<(string Kind, int Count)> Kinds { get; private set; } = [];

    public void CountOperation()
    {
        if (Interlocked.Increment(ref _operations) == Options.Operations) _ = _stop.CancelAsync();
    }

    public void CountMessages(long count) => Interlocked.Add(ref _messages, count);

    public void CountLoss() => Interlocked.Increment(ref _losses);

    /// <summary>A connection over the bad network: around this end, or around the server's.</summary>
    public async ValueTask<Transport?> ConnectAsync(Random random) => random.Next(3) == 0
        ? await SocketTransport.ConnectAsync(Server.Bad, Stop)
        : _network.Around(await SocketTransport.ConnectAsync(Server.Plain, Stop));

    /// <summary>A connection over a good network.</summary>
    public async ValueTask<Transport> ConnectPlainAsync() => await SocketTransport.ConnectAsync(Server.Plain);

    /// <summary>Lets all clients live and leave.</summary>
    /// <param name="progress">Called every few seconds.</param>
    public async Task LiveAsync(Action<SoakRun> progress)
    {
        foreach (SoakTopic topic in Server.All) await topic.OpenAsync(true);
        SoakClient[] clients = [.. Enumerable.Range(0, Options.Clients).Select(Client)];
        Kinds = [.. clients.CountBy(client => client.Kind).Select(kind => (kind.Key, kind.Value))];
        Task all = Task.WhenAll(clients.Select(client => Task.Run(client.LiveAsync)));
        using CancellationTokenSource ending = new();
        Task watching = WatchAsync(progress, ending.Token);
        await Task.Delay(Options.Length, TimeProvider.System, Stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stop.CancelAsync();
        foreach (SoakTopic topic in Server.All) await topic.OpenAsync(false);
        _allPublished.SetResult();
        await all.WaitAsync(TimeSpan.FromMinutes(5), TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Findings.Demand(all.IsCompletedSuccessfully, "clients did not come to an end");
        await ending.CancelAsync();
        await watching;
        Judge(toTheEnd: true);
    }

    public void Dispose() => _stop.Dispose();

    // Of ten clients three use plain HTTP, five read topics, one echoes, and one in twenty publishes.
    private SoakClient Client(int number) => (number % 20) switch
    {
        0 or 1 or 2 or 3 => new BodyClient(this, number),
        4 or 5 => new PipelineClient(this, number),
        6 or 7 => new EchoClient(this, number),
        8 => new Publisher(this, number),
        9 or 10 => new SocketTopicReader(this, number),
        var rest => new TopicReader(this, number, rest),
    };

    private async Task WatchAsync(Action<SoakRun> progress, CancellationToken ending)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), TimeProvider.System);
        for (int second = 1; !ending.IsCancellationRequested; second++)
        {
            await ((Task)timer.WaitForNextTickAsync(ending).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Judge(toTheEnd: false);
            if (second % 5 == 0) progress(this);
        }
    }

    private void Judge(bool toTheEnd)
    {
        foreach (SoakTopic topic in Server.All)
        {
            try
            {
                if (toTheEnd) topic.Model.Check(toTheEnd: true);
                else topic.Model.Settle();
            }
            catch (NoLossException e)
            {
                Findings.Add($"topic {topic.Topic.Name}: {e.Message}");
                _ = _stop.CancelAsync();
            }
        }
    }
}
