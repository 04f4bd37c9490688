using System.Threading.Tasks.Sources;
using Minimal.Http.Transports;

namespace Minimal.Http.Topics;

/// <summary>
/// A request that waits for something to happen: a held poll, or a stream. It is all that waiting costs beside the connection and a
/// <see cref="TopicWatch"/> for each topic: no task, no token, no closure. It is also the deadline for whatever comes next.
/// <para>
/// What happens is a signal. Who brings the first one to a client that is idle works on it; who comes while it is busy leaves its own and
/// goes. So nothing here is done twice or by two at a time, and nothing that was signalled is lost.
/// </para>
/// </summary>
/// <remarks>
/// The handler that awaits it goes on in a work item of its own, never inside the sweep, the clock or the server's stop: what it runs into then
/// (other people's handlers, the next requests of a connection) may take any time, and those three have others to tell.
/// </remarks>
internal abstract class WaitingClient : Deadline, IValueTaskSource, IThreadPoolWorkItem, IPeerListener
{
    /// <summary>There is news of a topic.</summary>
    protected const int News = 1;

    /// <summary>The deadline has come.</summary>
    protected const int Time = 2;

    /// <summary>The server begins to stop.</summary>
    protected const int Drain = 4;

    /// <summary>The same client has come again, and takes this one's place.</summary>
    protected const int Superseded = 8;

    /// <summary>The client has left.</summary>
    protected const int Left = 16;

    /// <summary>The first signal that a derived class may use for itself.</summary>
    protected const int Own = 32;

    private const int Busy = 1 << 30;

    // A client that finds more and more to do gives the thread of the sweep back after as many rounds.
    private const int MaxRoundsInSweep = 4;

    private ManualResetValueTaskSourceCore<bool> _source;
    private Exception? _failure;
    private int _signals = Busy;
    private bool _isOver;

    protected WaitingClient(HttpExchange exchange, HeldClients held, string? client, string place)
        : base(exchange.Deadlines)
    {
        Exchange = exchange;
        Held = held;
        Client = client;
        Place = place;
    }

    /// <summary>The client's own name, by which it is known when it comes again; null when it gave none.</summary>
    public string? Client { get; }

    /// <summary>What it reads: of one client, one request for each is held.</summary>
    public string Place { get; }

    /// <summary>How many came before. Under the lock of <see cref="HeldClients"/>.</summary>
    public long Number { get; set; }

    /// <summary>Neighbours in the list of <see cref="HeldClients"/>; under its lock.</summary>
    public WaitingClient? Newer { get; set; }

    /// <inheritdoc cref="Newer" />
    public WaitingClient? Older { get; set; }

    /// <summary>Those of the same server; under the lock of <see cref="HeldClients"/>.</summary>
    public HeldServer? Server { get; set; }

    public HttpExchange Exchange { get; }

    protected HeldClients Held { get; }

    /// <summary>The topic has news. Called by the sweep.</summary>
    public abstract void OnNews();

    public void OnSuperseded() => Signal(Superseded);

    public void OnDrain() => Signal(Drain);

    void IPeerListener.OnPeerGone() => Signal(Left);

    void IThreadPoolWorkItem.Execute()
    {
        if (_isOver) Complete();
        else Work(inSweep: false);
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    protected override void OnExpired() => Signal(Time);

    /// <summary>Begins: works on the first signals, and waits then.</summary>
    /// <returns>Ends when the client is done, and nobody touches the exchange any more.</returns>
    protected ValueTask BeginAsync(int signals = 0)
    {
        Again(signals);
        Work(inSweep: false);
        return new ValueTask(this, _source.Version);
    }

    /// <summary>It does not begin after all: lets go of what it has.</summary>
    protected void Abandon()
    {
        Release();
        Remove();
        Held.Leave(this);
    }

    /// <summary>Has the client work on signals, in a work item of its own.</summary>
    protected void Signal(int signals)
    {
        if ((Interlocked.Or(ref _signals, signals | Busy) & Busy) == 0) Held.Schedule(this);
    }

    /// <summary>As <see cref="Signal"/>, but right here: for what is short and does not wait.</summary>
    protected void SignalInSweep(int signals)
    {
        if ((Interlocked.Or(ref _signals, signals | Busy) & Busy) == 0) Work(inSweep: true);
    }

    /// <summary>While it works: there is more to do behind this.</summary>
    protected void Again(int signals) => Interlocked.Or(ref _signals, signals);

    /// <summary>Does what signals ask for.</summary>
    /// <returns>Whether the client is done.</returns>
    protected abstract ValueTask<bool> HandleAsync(int signals);

    /// <summary>Lets go of everything that was registered. It does not throw.</summary>
    protected abstract void Release();

    private void Work(bool inSweep)
    {
        try
        {
            for (int rounds = 0; ; rounds++)
            {
                int signals = Interlocked.And(ref _signals, Busy) & ~Busy;
                if (signals == 0)
                {
                    if (Interlocked.CompareExchange(ref _signals, 0, Busy) == Busy) return;
                    continue;
                }

                if (inSweep && rounds == MaxRoundsInSweep)
                {
                    Again(signals);
                    Held.Schedule(this);
                    return;
                }

                ValueTask<bool> work = HandleAsync(signals);
                if (!work.IsCompletedSuccessfully)
                {
                    _ = AwaitAsync(work);
                    return;
                }

                if (work.Result) break;
            }
        }
        catch (Exception e)
        {
            _failure = e;
        }

        End(inSweep);
    }

    private async Task AwaitAsync(ValueTask<bool> work)
    {
        try
        {
            if (!await work)
            {
                Work(inSweep: false);
                return;
            }
        }
        catch (Exception e)
        {
            _failure = e;
        }

        End(inSweep: false);
    }

    /// <summary>Nobody works any more: the client stays busy, whatever is still signalled.</summary>
    private void End(bool inSweep)
    {
        Abandon();
        _isOver = true;
        if (inSweep) Held.Schedule(this);
        else Complete();
    }

    // When the connection is over, a failure to write to it is no news.
    private void Complete()
    {
        if (_failure is null || (_failure is IOException && Exchange.IsAborted)) _source.SetResult(true);
        else _source.SetException(_failure);
    }
}
