using System.Runtime.InteropServices;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>
/// Who waits at an endpoint, on any transport: bounded in all and for each client; of one client one request for each place; and told
/// when the server stops, over one registration for all. Thread-safe.
/// </summary>
internal sealed class HeldClients(TopicEndpointOptions options)
{
    private readonly Lock _lock = new();
    private readonly List<HeldServer> _servers = [];
    private readonly Dictionary<string, List<WaitingClient>> _byName = new(StringComparer.Ordinal);
    private long _numbers;
    private int _count;

    /// <summary>In which order they are answered when there are very many.</summary>
    public Herd Herd { get; } = new(options.HerdSize, options.HerdStep);

    public int Count => Volatile.Read(ref _count);

    /// <summary>Clients that gave a name.</summary>
    public int Names
    {
        get
        {
            lock (_lock) return _byName.Count;
        }
    }

    /// <summary>Runs a client's work somewhere else than here.</summary>
    public void Schedule(WaitingClient client) => options.Schedule(client);

    /// <summary>Lets somebody wait who needs only to be counted; false when there are too many.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) <= options.MaxHeld) return true;
        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _count);

    /// <summary>Lets a client wait, in the place of what it left behind there; that ends.</summary>
    /// <returns>The rule by which it may not; null if it may.</returns>
    public ProtocolRule? TryEnter(WaitingClient client)
    {
        if (!TryEnter()) return TopicRules.TooManyHeld;
        WaitingClient? earlier;
        HeldServer server;
        lock (_lock)
        {
            if (!TryTakePlace(client, out earlier))
            {
                Leave();
                return TopicRules.TooManyHeldByClient;
            }

            client.Number = ++_numbers;
            server = ServerOf(client);
            server.Add(client);
        }

        earlier?.OnSuperseded();
        server.Watch();

        // The server is marked first and then looks for clients, we are one first and then look: one of the two sees what the other did.
        if (server.Draining.IsCancellationRequested) client.OnDrain();
        return null;
    }

    public void Leave(WaitingClient client)
    {
        lock (_lock)
        {
            client.Server?.Remove(client);
            GivePlaceBack(client);
        }

        Leave();
    }

    /// <summary>How long a client that has news is to wait, so that no more than a herd is answered in one step.</summary>
    public TimeSpan NextTurn(WaitingClient client)
    {
        lock (_lock) return Herd.NextTurn(client.Number, _numbers, client.Exchange.Time);
    }

    /// <summary>All clients of a server that stops. It does not come back.</summary>
    public List<WaitingClient> TakeClients(HeldServer server)
    {
        lock (_lock)
        {
            _servers.Remove(server);
            return [.. server.Clients];
        }
    }

    private bool TryTakePlace(WaitingClient client, out WaitingClient? earlier)
    {
        earlier = null;
        if (client.Client is not { } name) return true;
        ref List<WaitingClient>? known = ref CollectionsMarshal.GetValueRefOrAddDefault(_byName, name, out _);
        known ??= [];
        int at = IndexOf(known, client.Place);
        if (at < 0 && known.Count >= options.MaxHeldPerClient) return false;
        if (at < 0)
        {
            known.Add(client);
            return true;
        }

        earlier = known[at];
        known[at] = client;
        return true;
    }

    private static int IndexOf(List<WaitingClient> known, string place)
    {
        for (int i = 0; i < known.Count; i++)
        {
            if (known[i].Place == place) return i;
        }

        return -1;
    }

    // Whoever was superseded has no place any more.
    private void GivePlaceBack(WaitingClient client)
    {
        if (client.Client is not { } name || !_byName.TryGetValue(name, out List<WaitingClient>? known)) return;
        known.Remove(client);
        if (known.Count == 0) _byName.Remove(name);
    }

    // Nearly always one server, and few in any case.
    private HeldServer ServerOf(WaitingClient client)
    {
        CancellationToken draining = client.Exchange.Draining;
        foreach (HeldServer known in _servers)
        {
            if (known.Draining == draining) return known;
        }

        var server = new HeldServer(this, draining);
        _servers.Add(server);
        return server;
    }
}
