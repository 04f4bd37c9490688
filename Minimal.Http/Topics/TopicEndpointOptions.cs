using Minimal.Http.Routing;

namespace Minimal.Http.Topics;

/// <summary>How an endpoint lets clients read and publish. Immutable.</summary>
public sealed record TopicEndpointOptions
{
    /// <summary>The defaults named at each property.</summary>
    public static TopicEndpointOptions Default { get; } = new();

    /// <summary>Whether POST publishes; false.</summary>
    public bool CanPublish { get; init; }

    /// <summary>Who may read a topic; everybody unless set. Others get 403.</summary>
    public Func<HttpExchange, Topic, ValueTask<bool>>? MayRead { get; init; }

    /// <summary>Who may publish to a topic; everybody unless set, where <see cref="CanPublish"/>. Others get 403.</summary>
    public Func<HttpExchange, Topic, ValueTask<bool>>? MayPublish { get; init; }

    /// <summary>Which pages of other origins may read and publish; none unless set.</summary>
    public CorsOptions? Cors { get; init; }

    /// <summary>The largest message that POST takes, in bytes, 64 KiB; beyond: 413.</summary>
    public int MaxPublishBytes { get; init; } = 64 * 1024;

    /// <summary>Where a client begins that says nothing: behind the newest message.</summary>
    public TopicPosition Start { get; init; } = TopicPosition.Latest;

    /// <summary>How long a poll is held that does not say for how long, 20 s.</summary>
    public TimeSpan DefaultHold { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a poll is held at the most, 30 s: what RFC 6202 §5.5 calls safe. Longer ones are cut down to it.</summary>
    public TimeSpan MaxHold { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// By what part a hold is made shorter, or without a client's wish longer, at random: 0.1. So clients that began together do not all come
    /// back together.
    /// </summary>
    public double HoldJitter { get; init; } = 0.1;

    /// <summary>How much earlier than a client gives up its poll is answered at least, 500 ms: Nacos's number; of a short hold an eighth.</summary>
    public TimeSpan HoldMargin { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The most messages in one answer, and at one time to a stream on its slow path, 1000; of each topic of a poll one always goes.</summary>
    public int MaxMessages { get; init; } = 1000;

    /// <summary>The most bytes of data in one answer, 1 MiB; of each topic of a poll one message always goes.</summary>
    public int MaxBytes { get; init; } = 1024 * 1024;

    /// <summary>How long a stream is silent at most before it repeats where it stands, 15 s: HTML §9.2.7 advises it against proxies that cut connections. <see cref="Timeout.InfiniteTimeSpan"/>: for ever.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// After how many bytes a stream for scripts ends and asks to go on in a new one, 1 MiB: what it brought stays in a browser's memory until
    /// then. SockJS takes 128 KiB. It does not bind SSE and WebSocket.
    /// </summary>
    public long RecycleBytes { get; init; } = 1024 * 1024;

    /// <summary>After how long every stream ends and asks to go on in a new one; never unless set. Mercure takes 600 s.</summary>
    public TimeSpan RecycleAge { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Over which time clients are to come back when the server stops, 5 s.</summary>
    public TimeSpan ReturnSpread { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Clients that wait at this endpoint, on all transports together, 100,000; one more gets 503, or by SSE a time after which to come back.</summary>
    public int MaxHeld { get; init; } = 100_000;

    /// <summary>Requests of one client (<c>?client=</c>) that wait at one time, 16: one for each topic that a page follows; one more gets 429.</summary>
    public int MaxHeldPerClient { get; init; } = 16;

    /// <summary>How many held polls are answered at once, 1000; those beyond follow a step later, and so on, after Apollo's 100 in 100 ms.</summary>
    public int HerdSize { get; init; } = 1000;

    /// <summary>The step between two herds, 100 ms: a tick of the wheel.</summary>
    public TimeSpan HerdStep { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The least that a digest poll is held whose client announces when it gives up, 10 s: Nacos's number.</summary>
    public TimeSpan MinAnnouncedHold { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where clients that waited go on, later and never inside the call: on the thread pool. Tests have them go on by hand.</summary>
    public Action<IThreadPoolWorkItem> Schedule { get; init; } = static work => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: true);

    /// <summary>
    /// Refuses a server whose own clocks do not go with these terms: one that closes idle connections sooner than it answers held polls. The server asks by
    /// itself when it starts, if the endpoint is its handler or a route of its router; whoever wraps the endpoint may ask here.
    /// </summary>
    /// <exception cref="ArgumentException">They do not go together.</exception>
    public void CheckAgainst(HttpServerOptions server)
    {
        ArgumentNullException.ThrowIfNull(server);
        TimeSpan idle = server.Timeouts.Idle;
        if (idle != Timeout.InfiniteTimeSpan && idle <= MaxHold)
            throw new ArgumentException($"The server closes connections after {idle} without a request, but polls are held for up to {MaxHold}: let Idle be longer than MaxHold.");
    }

    internal void Validate()
    {
        if (DefaultHold > MaxHold || DefaultHold < TimeSpan.Zero) throw new ArgumentException("DefaultHold is from zero to MaxHold.");
        if (MinAnnouncedHold > MaxHold || MinAnnouncedHold < TimeSpan.Zero) throw new ArgumentException("MinAnnouncedHold is from zero to MaxHold.");
        if (HoldJitter is not (>= 0 and < 1)) throw new ArgumentException("HoldJitter is at least 0 and below 1.");
        if (HoldMargin < TimeSpan.Zero || ReturnSpread < TimeSpan.Zero || HerdStep < TimeSpan.Zero) throw new ArgumentException("HoldMargin, ReturnSpread and HerdStep are not negative.");
        if (MaxMessages < 1 || MaxBytes < 1 || MaxHeld < 1 || MaxHeldPerClient < 1 || HerdSize < 1 || MaxPublishBytes < 0) throw new ArgumentException("A bound is not below 1.");
        if (Heartbeat != Timeout.InfiniteTimeSpan && Heartbeat <= TimeSpan.Zero) throw new ArgumentException("Heartbeat is above zero.");
        if (RecycleAge != Timeout.InfiniteTimeSpan && RecycleAge <= TimeSpan.Zero) throw new ArgumentException("RecycleAge is above zero.");
        if (RecycleBytes < 1) throw new ArgumentException("RecycleBytes is at least 1.");
    }

    // What the compiler would write formats every value, and the one that is no integer takes more room in a native program than this whole type.
    /// <summary>The name of the type.</summary>
    public override string ToString() => nameof(TopicEndpointOptions);
}
