using System.Buffers;
using System.Text;
using Minimal.Http.Routing;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>
/// One URL under which topics are read in every way there is, and published to where that is switched on. Which way, the request says
/// itself: <c>?via=poll|long|ndjson|frame|…</c>, <c>Upgrade</c>, <c>Accept</c>, <c>Prefer: wait=30</c>; else it is a short poll.
/// <para>
/// A reader says where it stands by <c>Last-Event-ID</c> or <c>?after=</c> (the field is stronger: an EventSource comes back to its first URL, whose
/// <c>after</c> has gone stale): a cursor, <c>earliest</c> or <c>latest</c>. <c>?type=</c> filters.
/// </para>
/// </summary>
/// <remarks>It is an <see cref="HttpHandler"/>. Thread-safe.</remarks>
public sealed class TopicEndpoint
{
    private readonly TopicRegistry? _registry;
    private readonly Topic? _topic;
    private readonly TopicTransport[] _transports;

    /// <summary>An endpoint for the topics of a registry: <c>?topic=</c>, or the route's value <c>topic</c>, names the one that is meant.</summary>
    /// <param name="topics">The topics.</param>
    /// <param name="options">The terms; null takes <see cref="TopicEndpointOptions.Default"/>.</param>
    /// <param name="transports">Ways besides polls, NDJSON and iframe; other packages bring them.</param>
    /// <exception cref="ArgumentException">The options contradict each other, or two transports have one name.</exception>
    public TopicEndpoint(TopicRegistry topics, TopicEndpointOptions? options = null, params IReadOnlyList<TopicTransport> transports)
        : this(options, transports)
    {
        ArgumentNullException.ThrowIfNull(topics);
        _registry = topics;
    }

    /// <summary>An endpoint for one topic.</summary>
    /// <inheritdoc cref="TopicEndpoint(TopicRegistry, TopicEndpointOptions?, IReadOnlyList{TopicTransport})" />
    public TopicEndpoint(Topic topic, TopicEndpointOptions? options = null, params IReadOnlyList<TopicTransport> transports)
        : this(options, transports)
    {
        ArgumentNullException.ThrowIfNull(topic);
        _topic = topic;
    }

    private TopicEndpoint(TopicEndpointOptions? options, IReadOnlyList<TopicTransport> transports)
    {
        Options = options ?? TopicEndpointOptions.Default;
        Options.Validate();
        Held = new HeldClients(Options);
        _transports = [.. transports, new ShortPoll(), new LongPoll(), new NdjsonStream(), new ForeverFrame()];
        if (_transports.Select(transport => transport.Name).Distinct(StringComparer.Ordinal).Count() < _transports.Length) throw new ArgumentException("Two transports have one name.", nameof(transports));
    }

    /// <summary>The terms.</summary>
    public TopicEndpointOptions Options { get; }

    /// <summary>Clients that wait here now, on any transport.</summary>
    public int Waiting => Held.Count;

    internal HeldClients Held { get; }

    /// <summary>An endpoint is a handler.</summary>
    public static implicit operator HttpHandler(TopicEndpoint endpoint) => endpoint.HandleAsync;

    /// <summary>Answers one request.</summary>
    public ValueTask HandleAsync(HttpExchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (exchange.Request.Method == "OPTIONS" && Options.Cors is { } cors) return ((HttpHandler)HandleMarkedAsync).WithCors(cors)(exchange);
        if (Options.Cors is not null) MarkCors(exchange);
        return HandleMarkedAsync(exchange);
    }

    /// <summary>The topic that a name means here.</summary>
    /// <exception cref="TopicException">There is none of that name.</exception>
    internal Topic Find(string? name) => _topic ?? _registry!.GetOrCreate(name ?? "");

    /// <summary>Answers with a rule's status and sentence.</summary>
    internal static ValueTask RefuseAsync(HttpExchange exchange, ProtocolRule rule)
    {
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        if (rule.Code == 503) exchange.Response.Fields.Set("Retry-After", "1");
        return exchange.RespondAsync(rule.Code, $"{rule.Code} {StatusReason.Of(rule.Code)}: {rule.Sentence}\n");
    }

    

    private void MarkCors(HttpExchange exchange)
    {
        if (Cors.Apply(exchange, Options.Cors!) && Options.Cors!.ExposedFields.Count > 0)
            exchange.Response.Fields.Set("Access-Control-Expose-Headers", string.Join(", ", Options.Cors.ExposedFields));
    }

    private ValueTask HandleMarkedAsync(HttpExchange exchange)
    {
        try
        {
            switch (exchange.Request.Method)
            {
                case "GET" or "HEAD":
                    return ReadAsync(exchange);
                case "POST" when Options.CanPublish:
                    return PublishAsync(exchange);
                case "OPTIONS":
                    exchange.Response.Fields.Set("Allow", Allow);
                    return exchange.RespondAsync(204);
                default:
                    exchange.Response.Fields.Set("Allow", Allow);
                    return exchange.RespondAsync(405, "405 Method Not Allowed: see Allow for what can be done here\n");
            }
        }
        catch (TopicException e)
        {
            return RefuseAsync(exchange, e.Rule);
        }
    }

    private string Allow => Options.CanPublish ? "GET, HEAD, OPTIONS, POST" : "GET, HEAD, OPTIONS";

    private static string? TopicName(HttpExchange exchange) => QueryText.First(exchange.Request, "topic"u8) ?? exchange.Route.Find("topic");

    private ValueTask ReadAsync(HttpExchange exchange)
    {
        RequestHead request = exchange.Request;
        if (TransportChoice.Decide(request, _transports) is not { } transport) return RefuseAsync(exchange, TopicRules.TransportUnknown);

        // A poll of several topics reads their names itself.
        if (transport is LongPoll && LongPoll.WatchesSeveral(request)) return LongPoll.RunSeveralAsync(exchange, this);

        Topic topic = Find(TopicName(exchange));
        if (Options.MayRead is { } mayRead) return ReadIfAllowedAsync(exchange, topic, transport, mayRead);
        return BeginAsync(exchange, topic, transport);
    }

    private async ValueTask ReadIfAllowedAsync(HttpExchange exchange, Topic topic, TopicTransport transport, Func<HttpExchange, Topic, ValueTask<bool>> mayRead)
    {
        if (await mayRead(exchange, topic)) await BeginAsync(exchange, topic, transport);
        else if (!exchange.HasBegun) await RefuseAsync(exchange, TopicRules.NotAllowed);
    }

    private ValueTask BeginAsync(HttpExchange exchange, Topic topic, TopicTransport transport)
    {
        string? type = QueryText.First(exchange.Request, "type"u8);
        string? field = exchange.Request.Fields.First("Last-Event-ID"), query = QueryText.First(exchange.Request, "after"u8);
        TopicPosition position = Options.Start;
        string? text = string.IsNullOrEmpty(field) ? query : field;
        if (!string.IsNullOrEmpty(text) && !TopicPosition.TryParse(text, out position))
        {
            if (string.IsNullOrEmpty(field) || !transport.TellsUnreadableCursor) return RefuseAsync(exchange, TopicRules.CursorUnreadable);
            return transport.RunAsync(exchange, new TopicSubscription(this, topic, default, type));
        }

        ValueTask<Cursor> resolving = topic.ResolveAsync(position);
        return resolving.IsCompletedSuccessfully
            ? transport.RunAsync(exchange, new TopicSubscription(this, topic, resolving.Result, type))
            : BeginResolvedAsync(exchange, topic, transport, type, resolving);
    }

    private async ValueTask BeginResolvedAsync(HttpExchange exchange, Topic topic, TopicTransport transport, string? type, ValueTask<Cursor> resolving) =>
        await transport.RunAsync(exchange, new TopicSubscription(this, topic, await resolving, type));

    private async ValueTask PublishAsync(HttpExchange exchange)
    {
        try
        {
            Topic topic = Find(TopicName(exchange));
            if (IsCrossSite(exchange.Request))
            {
                await RefuseAsync(exchange, TopicRules.CrossSite);
                return;
            }

            if (Options.MayPublish is { } mayPublish && !await mayPublish(exchange, topic))
            {
                if (!exchange.HasBegun) await RefuseAsync(exchange, TopicRules.NotAllowed);
                return;
            }

            string? type = QueryText.First(exchange.Request, "type"u8), key = QueryText.First(exchange.Request, "key"u8);
            byte[] data = await exchange.RequestBody.ReadAllAsync(Options.MaxPublishBytes);
            Cursor id = await topic.PublishAsync(data, type, key);
            exchange.Response.Fields.Set("Cache-Control", "no-store");
            exchange.Response.Fields.Set("Last-Event-ID", id.ToString());
            await exchange.RespondAsync(201, "application/json", Encoding.ASCII.GetBytes($"{{\"id\":\"{id}\"}}"));
        }
        catch (TopicException e)
        {
            await RefuseAsync(exchange, e.Rule);
        }
    }

    // A browser posts a form of any page anywhere without asking, but says whose page it was; other types it asks for first (CORS).
    private bool IsCrossSite(RequestHead request)
    {
        if (request.Fields.First("Origin") is not { } origin) return false;
        string type = request.Fields.First("Content-Type")?.Split(';')[0].Trim(' ', '\t') ?? "";
        bool isForm = type.Length == 0 || type.ToUpperInvariant() is "APPLICATION/X-WWW-FORM-URLENCODED" or "MULTIPART/FORM-DATA" or "TEXT/PLAIN";
        bool isSame = origin.EndsWith($"://{request.Authority}", StringComparison.OrdinalIgnoreCase);
        return isForm && !isSame && Options.Cors?.Allows(origin) != true;
    }
}
