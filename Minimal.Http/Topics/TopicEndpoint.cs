using Minimal.Http.Routing;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>
/// One URL under which topics are read in every way there is, and published to where that is switched on. Which way, the request says
/// itself: <c>?via=poll|long|ndjson|frame|…</c>, <c>Upgrade</c>, <c>Accept</c>, <c>Prefer: wait=30</c>; else it is a short poll.
/// <para>
/// A reader says where it stands by <c>Last-Event-ID</c> or <c>?after=</c> (the field is stronger: an EventSource comes back to its first URL, whose
/// <c>after</c> has gone stale; <c>?lastEventId=</c> is as strong, for scripts that stand in for it): a cursor, <c>earliest</c> or <c>latest</c>. <c>?type=</c> filters.
/// </para>
/// </summary>
/// <remarks>It is an <see cref="HttpHandler"/>. Thread-safe.</remarks>
public sealed class TopicEndpoint : IServerPart
{
    private readonly TopicRegistry? _registry;
    private readonly Topic? _topic;
    private readonly TopicTransport[] _transports;
    private readonly HttpHandler _handler;

    /// <summary>An endpoint for the topics of a registry: <c>?topic=</c>, or the route's value <c>topic</c>, names the one that is meant.</summary>
    /// <param name="topics">The topics.</param>
    /// <param name="options">The terms; null takes <see cref="TopicEndpointOptions.Default"/>.</param>
    /// <param name="transports">Ways besides polls, NDJSON and iframe, or in place of those with the same name; other packages bring them.</param>
    /// <exception cref="ArgumentException">The options contradict each other, or two of the transports have one name.</exception>
    public TopicEndpoint(TopicRegistry topics, TopicEndpointOptions? options = null, params IReadOnlyList<TopicTransport> transports)
        : this(options, transports)
    {
        ArgumentNullException.ThrowIfNull(topics);
        _registry = topics;
    }

    /// <summary>An endpoint for one topic. Who asks for another by name is told that there is none.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="options">The terms; null takes <see cref="TopicEndpointOptions.Default"/>.</param>
    /// <param name="transports">Ways besides polls, NDJSON and iframe, or in place of those with the same name; other packages bring them.</param>
    /// <exception cref="ArgumentException">The options contradict each other, or two of the transports have one name.</exception>
    public TopicEndpoint(Topic topic, TopicEndpointOptions? options = null, params IReadOnlyList<TopicTransport> transports)
        : this(options, transports)
    {
        ArgumentNullException.ThrowIfNull(topic);
        _topic = topic;
    }

    private TopicEndpoint(TopicEndpointOptions? options, IReadOnlyList<TopicTransport> transports)
    {
        ArgumentNullException.ThrowIfNull(transports);
        Options = options ?? TopicEndpointOptions.Default;
        Options.Validate();
        Held = new HeldClients(Options);
        _transports = WithOurs(transports);
        _handler = Options.Cors is { } cors ? new HttpHandler(ChooseAsync).WithCors(cors) : ChooseAsync;
    }

    /// <summary>The terms.</summary>
    public TopicEndpointOptions Options { get; }

    /// <summary>Clients that wait here now, on any transport.</summary>
    public int Waiting => Held.Count;

    internal HeldClients Held { get; }

    internal PollAnswers Answers { get; } = new();

    /// <summary>An endpoint is a handler.</summary>
    public static implicit operator HttpHandler(TopicEndpoint endpoint) => endpoint.HandleAsync;

    /// <summary>Answers one request.</summary>
    public ValueTask HandleAsync(HttpExchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return _handler(exchange);
    }

    /// <summary>For a transport that holds its clients in its own manner: counts one more among <see cref="TopicEndpointOptions.MaxHeld"/>.</summary>
    /// <returns>False when there are too many; else <see cref="Leave"/> is to follow once.</returns>
    public bool TryEnter() => Held.TryEnter();

    /// <summary>Ends what a <see cref="TryEnter"/> that answered true began.</summary>
    public void Leave() => Held.Leave();

    /// <inheritdoc />
    void IServerPart.CheckAgainst(HttpServerOptions options) => Options.CheckAgainst(options);

    /// <summary>The topic that a name means here.</summary>
    /// <exception cref="TopicException">There is none of that name.</exception>
    internal Topic Find(string? name)
    {
        if (_topic is null) return _registry!.GetOrCreate(name ?? "");
        return name is null || name == _topic.Name ? _topic : throw new TopicException(TopicRules.NoSuchTopic);
    }

    /// <summary>Answers with a rule's status and sentence, not to be kept by any cache.</summary>
    internal static ValueTask RefuseAsync(HttpExchange exchange, ProtocolRule rule)
    {
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        if (rule.Code is 429 or 503) exchange.Response.Fields.Set("Retry-After", "1");
        return exchange.RespondAsync(rule.Code, $"{rule.Code} {StatusReason.Of(rule.Code)}: {rule.Sentence}\n");
    }

    private static TopicTransport[] WithOurs(IReadOnlyList<TopicTransport> others)
    {
        List<TopicTransport> all = new(others.Count + 4);
        foreach (TopicTransport transport in others)
        {
            if (Has(transport.Name)) throw new ArgumentException("Two transports have one name.", nameof(others));
            all.Add(transport);
        }

        foreach (TopicTransport transport in (ReadOnlySpan<TopicTransport>)[new ShortPoll(), new LongPoll(), new NdjsonStream(), new ForeverFrame()])
        {
            if (!Has(transport.Name)) all.Add(transport);
        }

        return [.. all];

        bool Has(string name) => all.Exists(transport => transport.Name == name);
    }

    private ValueTask ChooseAsync(HttpExchange exchange)
    {
        switch (exchange.Request.Method)
        {
            case "GET" or "HEAD":
                return TopicReading.RunAsync(exchange, this, _transports);
            case "POST" when Options.CanPublish:
                return TopicPublishing.RunAsync(exchange, this);
            case "OPTIONS":
                SetAllow(exchange);
                return exchange.RespondAsync(204);
            default:
                SetAllow(exchange);
                return exchange.RespondAsync(405, "405 Method Not Allowed: see Allow for what can be done here\n");
        }
    }

    private void SetAllow(HttpExchange exchange)
    {
        exchange.Response.Fields.Set("Allow", Options.CanPublish ? "GET, HEAD, OPTIONS, POST" : "GET, HEAD, OPTIONS");
        exchange.Response.Fields.Set("Cache-Control", "no-store");
    }
}
