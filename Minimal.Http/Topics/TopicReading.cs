using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>What a request to read says: by which transport, which topics, from where. Then the transport has it.</summary>
internal static class TopicReading
{
    public const int MaxWatched = 32;

    /// <summary>Serves the request.</summary>
    public static ValueTask RunAsync(HttpExchange exchange, TopicEndpoint endpoint, TopicTransport[] transports)
    {
        // Who holds a client listens for its end, and must have read what it sent before. A GET has nothing to say there (RFC 9110 §9.3.1).
        if (!exchange.IsBodyRead) return ReadBodyAsync(exchange, endpoint, transports);
        try
        {
            RequestHead request = exchange.Request;
            if (TransportChoice.Decide(request, transports) is not { } transport) return TopicEndpoint.RefuseAsync(exchange, TopicRules.TransportUnknown);
            List<string> names = QueryText.All(request, "topic"u8);
            return NamesSeveral(request, names) ? ReadSeveralAsync(exchange, endpoint, transport, names) : ReadOneAsync(exchange, endpoint, transport, names);
        }
        catch (TopicException e)
        {
            return TopicEndpoint.RefuseAsync(exchange, e.Rule);
        }
    }

    private static async ValueTask ReadBodyAsync(HttpExchange exchange, TopicEndpoint endpoint, TopicTransport[] transports)
    {
        await exchange.RequestBody.ReadAllAsync(endpoint.Options.MaxPublishBytes);
        await RunAsync(exchange, endpoint, transports);
    }

    // A topic may be called a@b: whoever names it alone, with the cursor elsewhere, means that.
    private static bool NamesSeveral(RequestHead request, List<string> names) => names.Count > 1
        || (names is [var name] && name.Contains('@', StringComparison.Ordinal) && PositionText(request, out _) is null);

    /// <summary>
    /// What the client says of where it stands: the last ID that it was given is stronger than where its URL says to begin. An empty text says nothing.
    /// </summary>
    private static string? PositionText(RequestHead request, out bool isLastId)
    {
        // Scripts that stand in for EventSource say it in the query, where it costs no preflight.
        string? last = request.Fields.First("Last-Event-ID");
        if (string.IsNullOrEmpty(last)) last = QueryText.First(request, "lastEventId"u8);
        isLastId = !string.IsNullOrEmpty(last);
        if (isLastId) return last;
        string? query = QueryText.First(request, "after"u8);
        return string.IsNullOrEmpty(query) ? null : query;
    }

    private static string? Type(RequestHead request) => QueryText.First(request, "type"u8) is { Length: > 0 } type ? type : null;

    private static ValueTask ReadOneAsync(HttpExchange exchange, TopicEndpoint endpoint, TopicTransport transport, List<string> names)
    {
        Topic topic = endpoint.Find(names.Count > 0 ? names[0] : exchange.Route.Find("topic"));
        if (endpoint.Options.MayRead is not { } mayRead) return BeginAsync(exchange, endpoint, transport, topic);
        ValueTask<bool> asking = mayRead(exchange, topic);
        if (asking.IsCompletedSuccessfully && asking.Result) return BeginAsync(exchange, endpoint, transport, topic);
        return AskAsync(exchange, endpoint, transport, topic, asking.IsCompletedSuccessfully ? new ValueTask<bool>(false) : asking);
    }

    private static async ValueTask AskAsync(HttpExchange exchange, TopicEndpoint endpoint, TopicTransport transport, Topic topic, ValueTask<bool> asking)
    {
        try
        {
            if (await asking) await BeginAsync(exchange, endpoint, transport, topic);
            else if (!exchange.HasBegun) await TopicEndpoint.RefuseAsync(exchange, TopicRules.NotAllowed);
        }
        catch (TopicException e) when (!exchange.HasBegun)
        {
            await TopicEndpoint.RefuseAsync(exchange, e.Rule);
        }
    }

    private static ValueTask BeginAsync(HttpExchange exchange, TopicEndpoint endpoint, TopicTransport transport, Topic topic)
    {
        RequestHead request = exchange.Request;
        TopicPosition position = endpoint.Options.Start;
        string? text = PositionText(request, out bool isLastId);
        if (text is not null && !TopicPosition.TryParse(text, out position))
        {
            // Of no epoch: whatever the topic has, there is a gap in front of it.
            if (!isLastId || !transport.TellsUnreadableCursor) return TopicEndpoint.RefuseAsync(exchange, TopicRules.CursorUnreadable);
            position = TopicPosition.At(default);
        }

        string? type = Type(request);
        ValueTask<Cursor> resolving = topic.ResolveAsync(position);
        return resolving.IsCompletedSuccessfully
            ? transport.RunAsync(exchange, new TopicSubscription(endpoint, topic, resolving.Result, type))
            : ResolveAsync(exchange, endpoint, transport, topic, type, resolving);
    }

    private static async ValueTask ResolveAsync(
        HttpExchange exchange, TopicEndpoint endpoint, TopicTransport transport, Topic topic, string? type, ValueTask<Cursor> resolving) =>
        await transport.RunAsync(exchange, new TopicSubscription(endpoint, topic, await resolving, type));

    private static async ValueTask ReadSeveralAsync(HttpExchange exchange, TopicEndpoint endpoint, TopicTransport transport, List<string> names)
    {
        try
        {
            if (names.Count > MaxWatched) throw new TopicException(TopicRules.TooManyWatched);
            string? type = Type(exchange.Request);
            var subscriptions = new TopicSubscription[names.Count];
            for (int i = 0; i < subscriptions.Length; i++)
            {
                (Topic topic, TopicPosition position) = Place(endpoint, names[i]);
                if (endpoint.Options.MayRead is { } mayRead && !await mayRead(exchange, topic))
                {
                    if (!exchange.HasBegun) await TopicEndpoint.RefuseAsync(exchange, TopicRules.NotAllowed);
                    return;
                }

                subscriptions[i] = new TopicSubscription(endpoint, topic, await topic.ResolveAsync(position), type);
            }

            await transport.RunSeveralAsync(exchange, subscriptions);
        }
        catch (TopicException e) when (!exchange.HasBegun)
        {
            await TopicEndpoint.RefuseAsync(exchange, e.Rule);
        }
    }

    // name [ "@" position ]
    private static (Topic Topic, TopicPosition Position) Place(TopicEndpoint endpoint, string text)
    {
        int at = text.LastIndexOf('@');
        TopicPosition position = endpoint.Options.Start;
        if (at >= 0 && !TopicPosition.TryParse(text.AsSpan(at + 1), out position)) throw new TopicException(TopicRules.CursorUnreadable);
        return (endpoint.Find(at < 0 ? text : text[..at]), position);
    }
}
