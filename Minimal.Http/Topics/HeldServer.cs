namespace Minimal.Http.Topics;

/// <summary>The clients that wait at an endpoint for one server: told together when it stops. Guarded by the lock of <see cref="HeldClients"/>.</summary>
internal sealed class HeldServer(HeldClients held, CancellationToken draining)
{
    private WaitingClient? _newest;
    private int _watched;

    /// <summary>The server's token.</summary>
    public CancellationToken Draining { get; } = draining;

    public IEnumerable<WaitingClient> Clients
    {
        get
        {
            for (WaitingClient? client = _newest; client is not null; client = client.Older) yield return client;
        }
    }

    public void Add(WaitingClient client)
    {
        client.Server = this;
        client.Older = _newest;
        if (_newest is not null) _newest.Newer = client;
        _newest = client;
    }

    public void Remove(WaitingClient client)
    {
        if (client.Newer is { } newer) newer.Older = client.Older;
        else _newest = client.Older;
        if (client.Older is { } older) older.Newer = client.Newer;
        client.Newer = client.Older = null;
        client.Server = null;
    }

    /// <summary>Registers with the server, the first time. Outside of the lock: where the server is stopping already, this tells all at once.</summary>
    public void Watch()
    {
        if (Volatile.Read(ref _watched) == 0 && Interlocked.Exchange(ref _watched, 1) == 0)
            Draining.UnsafeRegister(static server => ((HeldServer)server!).OnDraining(), this);
    }

    private void OnDraining()
    {
        foreach (WaitingClient client in held.TakeClients(this)) client.OnDrain();
    }
}
